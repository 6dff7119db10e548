// How the text looks while it is written: the page's own type and colors, which reach into the shadow root as custom
// properties. What marks a heading or emphasis stays in sight, and quiet.

import {
  Decoration,
  EditorView,
  HighlightStyle,
  RangeSetBuilder,
  syntaxHighlighting,
  tags,
  ViewPlugin,
} from "../../vendor/codemirror/editor.js";

const quiet = { color: "var(--ink-quiet)" };
const mono = { fontFamily: "var(--mono)", fontSize: "0.85em" };

const highlights = HighlightStyle.define([
  { tag: [tags.heading1, tags.heading2], fontSize: "1.45em", fontWeight: "600", lineHeight: "1.25" },
  {
    tag: [tags.heading3, tags.heading4, tags.heading5, tags.heading6],
    fontSize: "1.1em",
    fontWeight: "650",
  },
  { tag: tags.strong, fontWeight: "700" },
  { tag: tags.emphasis, fontStyle: "italic" },
  { tag: tags.strikethrough, textDecoration: "line-through" },
  { tag: tags.quote, ...quiet },
  { tag: tags.monospace, ...mono },
  { tag: tags.link, color: "var(--accent)" },
  { tag: [tags.url, tags.labelName, tags.string], ...quiet },
  { tag: [tags.processingInstruction, tags.contentSeparator], ...quiet, fontWeight: "400" },
]);

const theme = EditorView.theme({
  "&": { color: "var(--ink)", fontSize: "var(--size-prose)" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--serif)", lineHeight: "1.6", overflow: "visible" },
  ".cm-content": { caretColor: "var(--accent)", minHeight: "min(24rem, 50vh)", padding: "0 0 30vh" },
  ".cm-content::selection, .cm-content ::selection": {
    backgroundColor: "var(--accent-wash)",
    color: "var(--ink)",
  },
  ".cm-line": { overflowWrap: "anywhere", padding: "0", textAlign: "start" },
  ".cm-placeholder": quiet,
  ".cm-searchMatch": {
    backgroundColor: "var(--accent-wash)",
    borderRadius: "2px",
    boxShadow: "0 0 0 1px var(--accent)",
  },
  ".cm-searchMatch-selected": { backgroundColor: "var(--accent)" },
  ".cm-searchMatch.cm-searchMatch-selected, .cm-searchMatch-selected *": { color: "var(--accent-ink)" },
  ".cm-changedLine": { backgroundColor: "var(--ok-wash)" },
  ".cm-changedText": {
    background: "none",
    textDecoration: "underline 2px var(--ok)",
    textUnderlineOffset: "0.18em",
  },
  ".cm-deletedChunk": {
    backgroundColor: "var(--danger-wash)",
    color: "var(--ink)",
    padding: "0",
    position: "relative",
  },
  ".cm-deletedChunk del": { textDecoration: "none" },
  ".cm-deletedChunk .cm-deletedText": { background: "none", textDecoration: "line-through var(--danger)" },
  ".cm-deletedChunk .cm-chunkButtons": {
    display: "flex",
    flexWrap: "wrap",
    gap: "8px",
    inset: "auto",
    padding: "8px 0",
    position: "static",
    backgroundColor: "var(--paper)",
  },
  ".cm-chunkButtons button": {
    background: "var(--sunken)",
    border: "1px solid var(--edge)",
    borderRadius: "var(--radius)",
    color: "var(--ink)",
    cursor: "pointer",
    font: "550 var(--size-s) / 1.2 var(--sans)",
    margin: "0",
    minHeight: "max(32px, var(--control) - 4px)",
    padding: "4px 12px",
  },
  ".cm-chunkButtons button:hover": { background: "var(--raised)" },
  ".cm-chunkButtons button:focus-visible": { outline: "2px solid var(--accent)", outlineOffset: "2px" },
  ".cm-collapsedLines": {
    background: "none",
    color: "var(--ink-quiet)",
    cursor: "pointer",
    font: "var(--size-s) / 2 var(--sans)",
    padding: "4px 0",
  },
  ".cm-collapsedLines:before, .cm-collapsedLines:after": { content: "none" },
});

// Each line goes the way its letters go. A line that opens a section has air above it.
const HEADING = /^#{1,6}\s/;
const line = Decoration.line({ attributes: { dir: "auto" } });
const heading = Decoration.line({ attributes: { dir: "auto", class: "cm-heading" } });

function lines({ visibleRanges, state }) {
  const builder = new RangeSetBuilder();
  for (const { from, to } of visibleRanges) {
    for (let at = from; at <= to; ) {
      const { from: start, to: end, text } = state.doc.lineAt(at);
      builder.add(start, start, HEADING.test(text.slice(0, 8)) ? heading : line);
      at = end + 1;
    }
  }
  return builder.finish();
}

const directions = ViewPlugin.fromClass(
  class {
    constructor(view) {
      this.decorations = lines(view);
    }

    update(update) {
      if (update.docChanged || update.viewportChanged) this.decorations = lines(update.view);
    }
  },
  { decorations: ({ decorations }) => decorations },
);

/** The extensions that say how it looks. */
export const looks = [
  theme,
  syntaxHighlighting(highlights),
  EditorView.perLineTextDirection.of(true),
  directions,
];
