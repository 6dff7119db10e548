// What is pasted from Word, Google Docs or a web page, as Markdown. The clipboard's HTML is parsed into a document of its
// own, in which nothing runs and nothing is fetched; only its words and structure leave it. The result is text like any
// that is typed: whether it may become HTML is decided by the server alone.

import { escaped, inline, isMark, noteAt, skipped, style, tidy } from "./paste-inline.js";

const BLOCKS = new Set(
  "ADDRESS ARTICLE ASIDE BLOCKQUOTE CENTER DD DETAILS DIV DL DT FIGCAPTION FIGURE FOOTER FORM H1 H2 H3 H4 H5 H6 HEADER HR LI MAIN NAV OL P PRE SECTION SUMMARY TABLE UL".split(
    " ",
  ),
);
const HEADING_CLASS = /\bMsoHeading(\d)\b|\bMsoTitle\b/;
const WORD_LIST = /mso-list:\s*l(\d+)\s+level(\d+)/i;

/** The Markdown for HTML from a clipboard. */
export function toMarkdown(html) {
  const { body } = new DOMParser().parseFromString(quietly(html), "text/html");
  return blocks(body, "")
    .join("\n\n")
    .replace(/[ \t]+$/gm, (spaces) => (spaces === "  " ? spaces : ""))
    .trim();
}

// Even in such a document the browser would report each style and handler as a violation of our policy. This is for the
// peace of the console alone: where it misses one, that is reported, and does nothing.
const STYLES = /<style\b[^>]*>[\s\S]*?<\/style\s*>/gi;
const TAG = /<[a-z](?:"[^"]*"|'[^']*'|[^'"<>])*>/gi;
const LOUD = /([\s"'/])(style|on[a-z]+)(?=\s*=)/gi;
const quietly = (html) => html.replace(STYLES, "").replace(TAG, (tag) => tag.replace(LOUD, "$1data-$2"));

// Blocks ----------------------------------------------------------------------------------------

/** The blocks of an element: what stands in a line of its own, and the lines between. */
function blocks(parent) {
  const found = [];
  let line = [];
  const flush = () => {
    const text = tidy(inline(line));
    if (text) found.push(escaped(text));
    line = [];
  };
  const children = [...parent.childNodes].filter((node) => !skipped(node));
  for (let at = 0; at < children.length; at += 1) {
    const node = children[at];
    if (!holdsBlocks(node)) {
      line.push(node);
      continue;
    }
    flush();
    if (isWordItem(node)) {
      const items = [];
      while (at < children.length && (isWordItem(children[at]) || isBlank(children[at]))) {
        if (isWordItem(children[at])) items.push(children[at]);
        at += 1;
      }
      at -= 1;
      found.push(wordList(items));
    } else found.push(...block(node));
  }
  flush();
  return found.filter((text) => text.trim());
}

const holdsBlocks = (node) =>
  node.nodeType === Node.ELEMENT_NODE &&
  (BLOCKS.has(node.tagName) || [...node.children].some((child) => !skipped(child) && holdsBlocks(child)));
const isBlank = (node) => node.nodeType === Node.TEXT_NODE && !node.data.trim();

function block(element) {
  const level = headingLevel(element);
  if (level) {
    const text = tidy(inline([...element.childNodes], { plain: true })).replaceAll("\n", " ");
    return text ? [`${"#".repeat(level)} ${text}`] : [];
  }
  switch (element.tagName) {
    case "UL":
    case "OL":
      return [list(element)];
    case "PRE":
      return [fenced(element.textContent)];
    case "TABLE":
      return table(element);
    case "HR":
      return ["---"];
    case "BLOCKQUOTE":
      return [indented(blocks(element).join("\n\n"), "> ", "> ")];
    default: {
      const inner = blocks(element);
      const note = noteOf(element);
      return note && inner.length ? [indented(inner.join("\n\n"), `[^${note}]: `, "    ")] : inner;
    }
  }
}

// A post has its title beside the text, so its sections begin at the second level.
function headingLevel(element) {
  const tag = /^H([1-6])$/.exec(element.tagName);
  const word = element.tagName === "P" && HEADING_CLASS.exec(element.className);
  const role = element.getAttribute("role") === "heading" && element.getAttribute("aria-level");
  const level = Number(tag?.[1] ?? (word ? (word[1] ?? 1) : role) ?? 0);
  return level ? Math.min(6, Math.max(2, level)) : 0;
}

const indented = (text, first, others) =>
  text
    .split("\n")
    .map((each, number) => (number ? (each || others.trim() ? others : "") : first) + each)
    .map((each) => each.replace(/^(>) $/, "$1"))
    .join("\n");

function fenced(text) {
  const fence = "`".repeat(Math.max(3, ...[...text.matchAll(/`+/g)].map(([run]) => run.length + 1)));
  return `${fence}\n${text.replace(/\n$/, "")}\n${fence}`;
}

// Lists -----------------------------------------------------------------------------------------

function list(element) {
  const ordered = element.tagName === "OL";
  let number = Number(element.getAttribute("start") ?? 1) || 1;
  const items = [];
  let mark = "- ";
  for (const child of element.children) {
    if (skipped(child)) continue;
    if (child.tagName === "UL" || child.tagName === "OL") {
      // Google Docs and old browsers put a nested list beside its item.
      const nested = indented(list(child), " ".repeat(mark.length), " ".repeat(mark.length));
      items.push(nested);
      continue;
    }
    mark = ordered ? `${number}. ` : "- ";
    number += 1;
    const inner = blocks(child);
    const tight = inner.length < 2 || inner.slice(1).every((each) => /^\s*(?:[-*+]|\d+\.) /.test(each));
    items.push(indented(task(child) + inner.join(tight ? "\n" : "\n\n"), mark, " ".repeat(mark.length)));
  }
  return items.join("\n");
}

function task(item) {
  const box = item.querySelector(":scope > input[type=checkbox], :scope > label > input[type=checkbox]");
  if (!box && item.getAttribute("role") !== "checkbox") return "";
  const checked = box ? box.hasAttribute("checked") : item.getAttribute("aria-checked") === "true";
  return checked ? "[x] " : "[ ] ";
}

// Word's lists are paragraphs with a level and a mark of their own.
const isWordItem = (node) =>
  node.nodeType === Node.ELEMENT_NODE && node.tagName === "P" && WORD_LIST.test(style(node));

function wordList(items) {
  const counts = [];
  const widths = [];
  return items
    .map((item) => {
      const level = Math.min(9, Math.max(1, Number(WORD_LIST.exec(style(item))[2]))) - 1;
      const mark = wordMark(item);
      counts.length = level + 1;
      widths.length = level;
      counts[level] = (counts[level] ?? 0) + 1;
      const own = /^(?:\d+|[a-z]+|[ivxlc]+)[.)]/i.test(mark) ? `${counts[level]}. ` : "- ";
      const indent = " ".repeat(widths.reduce((sum, width) => sum + (width ?? 2), 0));
      widths[level] = own.length;
      return `${indent}${own}${escaped(tidy(inline([...item.childNodes])).replaceAll("\n", " "))}`;
    })
    .join("\n");
}

const wordMark = (item) =>
  [...item.querySelectorAll("span")]
    .filter(isMark)
    .map(({ textContent }) => textContent.trim())
    .join("");

// Tables ----------------------------------------------------------------------------------------

function table(element) {
  const rows = [...element.rows].map((row) =>
    [...row.cells].flatMap((cell) => [
      blocks(cell)
        .map((text) => text.replace(/^#+ /, ""))
        .join("<br>")
        .replaceAll(/ *\n/g, "<br>")
        .replaceAll("|", "\\|"),
      ...Array(Math.min(50, Math.max(1, cell.colSpan)) - 1).fill(""),
    ]),
  );
  const columns = Math.max(0, ...rows.map((row) => row.length));
  if (columns < 2 || rows.length < 2) return rows.flat().map((cell) => cell.replaceAll("<br>", "\n\n")); // a frame
  const sides = [...element.rows[0].cells].map(sideOf);
  const ruled = Array.from({ length: columns }, (_, at) => sides[at] ?? "---");
  const full = (row) => `| ${Array.from({ length: columns }, (_, at) => row[at] ?? "").join(" | ")} |`;
  return [[full(rows[0]), full(ruled), ...rows.slice(1).map(full)].join("\n")];
}

function sideOf(cell) {
  const side = cell.getAttribute("align") ?? /text-align:\s*(\w+)/i.exec(style(cell))?.[1];
  return { center: ":-:", right: "--:", end: "--:" }[side] ?? "---";
}

// The paragraph of a note leads back to where the note is mentioned.
function noteOf(element) {
  if ([...element.children].some(holdsBlocks)) return "";
  const hrefs = [...element.querySelectorAll("a[href]")].map((each) => each.getAttribute("href"));
  return hrefs.map(noteAt).find(Boolean) ?? "";
}
