// Markdown as posts have it (CommonMark with tables, task lists, strikethrough), for highlighting and for the keys that
// continue lists. Code in a post is not parsed any further, which keeps HTML, CSS and JavaScript out of the bundle.

import { defineLanguageFacet, GFM, Language, parser } from "../../vendor/codemirror/editor.js";

export const markdown = new Language(
  defineLanguageFacet({ closeBrackets: { brackets: [] } }),
  parser.configure(GFM),
  [],
  "markdown",
);

const ITEM = /^(\s*(?:>\s?)*)((?:[-*+]|(\d{1,9})([.)]))(\s+)(?:\[[ xX]\]\s+)?|)/;

/** Enter in a list or a quotation begins the next item. In an empty item it ends the list. */
export function continueBlock({ state, dispatch }) {
  const { main } = state.selection;
  if (state.readOnly || !main.empty) return false;
  const line = state.doc.lineAt(main.head);
  const [whole, before, item, number, dot, gap] = ITEM.exec(line.text);
  const quoted = before.includes(">");
  if ((!item && !quoted) || main.head - line.from < whole.length) return false;
  if (line.text.trim() === whole.trim()) {
    dispatch(
      state.update({ changes: { from: line.from, to: line.to }, scrollIntoView: true, userEvent: "delete" }),
    );
    return true;
  }
  let next = item;
  if (number) next = `${Number(number) + 1}${dot}${gap}`;
  if (/\[[xX]\]/.test(item)) next = item.replace(/\[[xX]\]/, "[ ]");
  const insert = `\n${before}${next}`;
  dispatch(
    state.update({
      changes: { from: main.head, insert },
      selection: { anchor: main.head + insert.length },
      scrollIntoView: true,
      userEvent: "input",
    }),
  );
  return true;
}
