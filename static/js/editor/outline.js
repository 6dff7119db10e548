// The headings of the text, beside it: where one is, and a way to get elsewhere.

import { EditorView } from "../../vendor/codemirror/editor.js";

const HEADING = /^(#{1,6})[ \t]+(.+?)[ \t]*#*[ \t]*$/;
const FENCE = /^ {0,3}(`{3,}|~{3,})/;

/** The headings of a document: {level, text, line}; what stands in code is none. */
export function headings(doc) {
  const found = [];
  let fence = "";
  let number = 0;
  for (const text of doc.iterLines()) {
    number += 1;
    const mark = FENCE.exec(text)?.[1];
    if (fence) {
      if (mark && mark[0] === fence[0] && mark.length >= fence.length && text.trim() === mark) fence = "";
      continue;
    }
    if (mark) fence = mark;
    const heading = text.startsWith("#") && HEADING.exec(text.slice(0, 400));
    if (heading) found.push({ level: heading[1].length, text: plain(heading[2]), line: number });
  }
  return found;
}

const plain = (text) => text.replace(/\*\*|__|~~|`/g, "").replace(/\[([^\]]*)\]\([^)]*\)/g, "$1");

export class Outline {
  constructor(nav, view) {
    this.nav = nav;
    this.view = view;
    this.list = nav.querySelector("ol");
    this.empty = nav.querySelector("[data-empty]");
    this.shown = "";
    nav.addEventListener("click", ({ target }) => {
      const button = target.closest("button[data-line]");
      if (button) this.go(Number(button.dataset.line));
    });
  }

  go(number) {
    if (this.nav.matches(":popover-open")) this.nav.hidePopover();
    const { doc } = this.view.state;
    const { from, to } = doc.line(Math.min(doc.lines, number));
    this.view.dispatch({
      selection: { anchor: to },
      effects: EditorView.scrollIntoView(from, { y: "start", yMargin: 96 }),
    });
    this.view.focus();
  }

  update() {
    const found = headings(this.view.state.doc);
    const rows = found.map(({ level, text }) => `${level} ${text}`).join("\n");
    if (rows === this.shown) {
      for (const [at, button] of this.buttons().entries()) button.dataset.line = found[at].line;
    } else {
      this.shown = rows;
      this.list.replaceChildren(...found.map(row));
      this.empty.hidden = found.length > 0;
    }
    this.mark();
  }

  buttons() {
    return [...this.list.querySelectorAll("button")];
  }

  /** Marks the section in which the cursor is. */
  mark() {
    const { state } = this.view;
    const here = state.doc.lineAt(state.selection.main.head).number;
    const current = this.buttons().findLast(({ dataset }) => Number(dataset.line) <= here);
    for (const button of this.buttons()) {
      if (button === current) button.setAttribute("aria-current", "true");
      else button.removeAttribute("aria-current");
    }
  }
}

function row({ level, text, line }) {
  const item = document.createElement("li");
  item.className = "outline-row";
  const button = document.createElement("button");
  button.type = "button";
  button.dataset.line = line;
  button.dataset.level = Math.min(level, 4);
  const name = document.createElement("span");
  name.className = "outline-name";
  name.dir = "auto";
  name.textContent = text;
  button.append(name);
  item.append(button);
  return item;
}
