// A part's place on the live page: its text as it grows, and its row in the outline.

export function characters(text) {
  let count = 0;
  for (const _ of text) count += 1; // code points, as the server counts; `length` counts halves of emoji
  return count;
}

const NOTHING = { finished: "", open: "", rest: "", code: false };
const ITEM = /^\s*(?:[-*+]|\d{1,9}[.)])\s+(?=\S)/;
const HIDDEN = /^\s*(?:[-*+=|]|\d{1,9}[.)]?|`{1,}|~{3,})\s*$|^\s*(?:\||```|~~~|#+\s*$)/; // marks whose meaning is not clear yet

export class Place {
  constructor(section, sentences) {
    this.section = section;
    this.sentences = sentences;
    this.name = section.dataset.part;
    this.read();
  }

  get row() {
    return document.querySelector(`[data-row="${this.name}"]`);
  }

  get growing() {
    return this.state === "writing" || this.state === "again";
  }

  // What the server has drawn.
  read() {
    const { attempt, state, length, words } = this.section.dataset;
    this.text = this.section.querySelector(".part-text");
    this.attempt = Number(attempt);
    this.state = state;
    this.rendered = state === "done";
    this.length = Number(length);
    this.words = Number(words);
    this.finished = 0;
    this.tail = [];
    this.rest = "";
  }

  show(state, reason = "") {
    this.state = this.section.dataset.state = state;
    this.section.dataset.attempt = this.attempt;
    this.mark(state, reason);
  }

  mark(state, reason = "") {
    const words = this.sentences.states[state];
    this.row.dataset.state = state;
    this.row.querySelector(".outline-state").textContent = reason ? `${words}: ${reason}` : words;
  }

  // The text of an attempt, from its beginning.
  write(text, attempt, rendered) {
    this.attempt = attempt;
    this.length = characters(text);
    this.rendered = false;
    this.finished = 0;
    this.text.className = "part-text part-growing";
    this.text.replaceChildren();
    this.draw(rendered ?? { ...NOTHING, rest: text });
  }

  append(text, rendered) {
    if (!this.text.classList.contains("part-growing")) this.write("", this.attempt);
    this.length += characters(text);
    if (rendered) this.draw(rendered);
    else {
      this.rest += text;
      this.drawRest();
    }
  }

  // `html` comes from the server's one renderer and sanitiser, here and below.
  done(html, attempt, length) {
    this.attempt = attempt;
    this.length = length;
    this.rendered = true;
    this.text.className = "part-text";
    this.text.innerHTML = html;
  }

  draw({ finished, open, rest, code }) {
    while (this.text.childNodes.length > this.finished) this.text.lastChild.remove();
    this.text.insertAdjacentHTML("beforeend", finished);
    this.finished = this.text.childNodes.length;
    this.text.insertAdjacentHTML("beforeend", open);
    this.rest = rest;
    this.code = code;
    this.tail = [];
    this.drawRest();
  }

  // What the server has not rendered yet, most often an unfinished line.
  drawRest() {
    for (const node of this.tail) node.remove();
    this.tail = [];
    if (this.code) {
      const code = this.rest.replace(/^\s*(?:`+|~+)\s*$/m, ""); // what ends it is no code
      this.add([...this.text.querySelectorAll("pre code")].at(-1) ?? this.text, new Text(code));
      return;
    }
    for (const line of this.rest.split("\n")) {
      if (line.trim() && !HIDDEN.test(line)) this.drawLine(line);
    }
  }

  drawLine(line) {
    const heading = line.match(/^(#{1,6})\s+/);
    if (ITEM.test(line)) {
      let list = this.text.lastElementChild;
      if (!list?.matches("ul, ol")) {
        list = this.add(this.text, document.createElement(/^\s*\d/.test(line) ? "ol" : "ul"));
      }
      this.add(list, inline("li", line.replace(ITEM, "")));
    } else {
      const level = heading ? Math.max(3, heading[1].length) : 0;
      this.add(this.text, inline(level ? `h${level}` : "p", line.replace(/^(#{1,6}|>)\s+/, "")));
    }
  }

  add(parent, node) {
    parent.append(node);
    this.tail.push(node);
    return node;
  }
}

// A line with its emphasis, near enough until the server renders it. Marks are hidden, whether they are closed or not.
function inline(name, line) {
  const element = document.createElement(name);
  const words = line.replace(/!?\[([^\]]*)\](?:\([^)]*\)?)?/g, "$1");
  for (const [index, piece] of words.split("**").entries()) {
    const text = piece.replace(/[*`]|~~/g, "");
    if (index % 2) element.append(Object.assign(document.createElement("strong"), { textContent: text }));
    else element.append(text);
  }
  return element;
}
