// What a key or the menu does to the text: emphasis, links, headings, lists, quotations. Each undoes itself when it is
// used again.

import { EditorSelection } from "../../vendor/codemirror/editor.js";

const wordAround = (state, { from, to, empty }) =>
  (empty && state.wordAt(from)) || EditorSelection.range(from, to);

/** Puts `mark` around the selection or the word at the cursor, or takes it away. */
function around(mark) {
  return ({ state, dispatch }) => {
    if (state.readOnly) return false;
    const { main } = state.selection;
    const { from, to } = wordAround(state, main);
    const size = mark.length;
    const stars = Math.min(
      /\**$/.exec(state.sliceDoc(from - 3, from))[0].length,
      /^\**/.exec(state.sliceDoc(to, to + 3))[0].length,
    );
    const marked = size === 2 ? stars >= 2 : stars % 2 === 1; // three stars are both
    const changes = marked
      ? [
          { from: from - size, to: from },
          { from: to, to: to + size },
        ]
      : [
          { from, insert: mark },
          { from: to, insert: mark },
        ];
    const set = state.changes(changes);
    const inside = (position, side) => set.mapPos(position, side);
    dispatch(
      state.update({
        changes: set,
        selection: main.empty
          ? { anchor: inside(main.head, main.head === to ? -1 : 1) + (from === to && !marked ? size : 0) }
          : { anchor: inside(from, 1), head: inside(to, -1) },
        scrollIntoView: true,
        userEvent: "input.format",
      }),
    );
    return true;
  };
}

/** Changes each selected line that has words; `change(text, number)` returns the new line. */
function eachLine(change) {
  return ({ state, dispatch }) => {
    if (state.readOnly) return false;
    const { from, to } = state.selection.main;
    const lines = [];
    for (let line = state.doc.lineAt(from); ; line = state.doc.line(line.number + 1)) {
      if (line.text.trim() || line.from === line.to) lines.push(line);
      if (line.to >= to) break;
    }
    const texts = lines.map(({ text }) => text);
    const changes = lines.map((line, number) => {
      const next = change(line.text, number, texts);
      return { ...minimal(line.text, next), offset: line.from };
    });
    const set = state.changes(
      changes.map(({ from: start, to: end, insert, offset }) => ({
        from: offset + start,
        to: offset + end,
        insert,
      })),
    );
    dispatch(
      state.update({
        changes: set,
        selection: state.selection.map(set, 1),
        scrollIntoView: true,
        userEvent: "input.format",
      }),
    );
    return true;
  };
}

// Only what differs at the start of a line, so that the cursor stays in its word.
function minimal(before, after) {
  let end = 0;
  const most = Math.min(before.length, after.length);
  while (end < most && before[before.length - 1 - end] === after[after.length - 1 - end]) end += 1;
  return { from: 0, to: before.length - end, insert: after.slice(0, after.length - end) };
}

const PREFIX = /^(\s*)(?:#{1,6}\s+|[-*+]\s+(?:\[[ xX]\]\s+)?|\d{1,9}[.)]\s+|>\s?)?/;
const bare = (text) => text.replace(PREFIX, "$1");

function prefixed(pattern, mark) {
  return eachLine((text, number, all) => {
    const has = all.filter((each) => each.trim()).every((each) => pattern.test(each)) && all.join("").trim();
    if (has) return bare(text);
    return bare(text).replace(/^\s*/, (indent) => indent + mark(number));
  });
}

const bold = around("**");
const italic = around("*");
const bullets = prefixed(/^\s*[-*+]\s/, () => "- ");
const numbers = prefixed(/^\s*\d{1,9}[.)]\s/, (number) => `${number + 1}. `);
const quote = prefixed(/^\s*>/, () => "> ");

/** From text to a heading of a section, to one below it, and back. */
const heading = eachLine((text, _number, all) => {
  const level = /^(#{1,6})\s/.exec(all[0])?.[1].length ?? 0;
  const next = level === 0 ? "## " : level === 2 ? "### " : "";
  return next + bare(text).trimStart();
});

const ADDRESS = /^(?:https?:\/\/|mailto:)\S+$/i;

/** Makes the selection a link, and selects where its address belongs. */
function link({ state, dispatch }) {
  if (state.readOnly) return false;
  const { from, to } = wordAround(state, state.selection.main);
  const words = state.sliceDoc(from, to);
  const isAddress = ADDRESS.test(words);
  const insert = isAddress ? `[](${words})` : `[${words}](https://)`;
  const address = from + words.length + 3;
  const selection = isAddress
    ? { anchor: from + 1 }
    : words
      ? { anchor: address, head: address + "https://".length }
      : { anchor: from + 1 };
  dispatch(
    state.update({
      changes: { from, to, insert },
      selection,
      scrollIntoView: true,
      userEvent: "input.format",
    }),
  );
  return true;
}

/** By the names that the page's menu has for them. */
export const formats = { bold, italic, link, heading, bullets, numbers, quote };
