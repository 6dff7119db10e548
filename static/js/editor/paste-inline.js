// What stands within a line of pasted HTML, as Markdown: emphasis, code, links, mentions of notes.

const SKIPPED = new Set(
  "SCRIPT STYLE TEMPLATE NOSCRIPT IFRAME OBJECT EMBED SVG MATH HEAD TITLE META LINK XML BUTTON SELECT TEXTAREA".split(
    " ",
  ),
);
const NOTE_MARK = /^#_(ftn|edn)(\d+)$/;
const NOTE_BACK = /^#_(ftn|edn)ref(\d+)$/;
const DOCS_NOTE = /^#ftnt(\d+)$/;
const DOCS_BACK = /^#ftnt_ref(\d+)$/;
const ADDRESS = /^(?:https?:|mailto:)/i;

export const style = (element) => element.getAttribute("data-style") ?? "";
const hidden = (element) => /display:\s*none|mso-hide:\s*all/i.test(style(element));
export const skipped = (node) =>
  node.nodeType === Node.COMMENT_NODE ||
  (node.nodeType === Node.ELEMENT_NODE &&
    (SKIPPED.has(node.tagName.toUpperCase()) || node.tagName.includes(":") || hidden(node)) &&
    !/^[OW]:/.test(node.tagName)); // o:p and w:sdt hold words

export const isMark = (element) => /mso-list:\s*ignore/i.test(style(element));

/** The number of the note whose mention is at that address, or undefined. */
export const noteAt = (href) => (NOTE_BACK.exec(href) ?? DOCS_BACK.exec(href))?.at(-1);

/** The nodes as one line of Markdown, with \n where a line is broken on purpose. */
export function inline(nodes, context = {}) {
  return nodes
    .filter((node) => !skipped(node))
    .map((node) => (node.nodeType === Node.TEXT_NODE ? words(node.data, context) : span(node, context)))
    .join("");
}

const words = (text, { code }) =>
  code ? text : text.replace(/[\t\n\r\f ]+/g, " ").replace(/[\\`*_[\]<]/g, "\\$&");

function span(element, context) {
  if (element.nodeType !== Node.ELEMENT_NODE || isMark(element)) return "";
  const children = [...element.childNodes];
  switch (element.tagName) {
    case "BR":
      return "\n";
    case "IMG":
      return "";
    case "INPUT":
      return "";
    case "CODE":
    case "KBD":
    case "SAMP":
    case "TT":
      return context.code ? element.textContent : code(element.textContent);
    case "A":
      return anchor(element, context);
    default: {
      const marks = marksOf(element, context);
      const inner = inline(children, marks.context);
      return wrapped(inner, marks.open);
    }
  }
}

function code(text) {
  const flat = text.replace(/\s+/g, " ");
  if (!flat.trim()) return flat;
  const fence = "`".repeat(1 + Math.max(0, ...[...flat.matchAll(/`+/g)].map(([run]) => run.length)));
  const edge = flat.startsWith("`") || flat.endsWith("`") ? " " : "";
  return fence + edge + flat + edge + fence;
}

// What a style says outranks the tag: all of a Google document stands in <b style="font-weight:normal">.
function marksOf(element, context) {
  const css = style(element);
  const weight = /font-weight:\s*(\w+)/i.exec(css)?.[1];
  const slant = /font-style:\s*(\w+)/i.exec(css)?.[1];
  const struck = /text-decoration[^;]*line-through/i.test(css);
  const { tagName } = element;
  const bold = weight ? weight === "bold" || Number(weight) >= 600 : tagName === "B" || tagName === "STRONG";
  const italic = slant ? slant === "italic" : tagName === "I" || tagName === "EM" || tagName === "CITE";
  const strike = struck || tagName === "S" || tagName === "DEL" || tagName === "STRIKE";
  const next = { ...context, bold: context.bold || bold, italic: context.italic || italic };
  next.strike = context.strike || strike;
  const open =
    (bold && !context.bold && !context.plain ? "**" : "") +
    (italic && !context.italic ? "*" : "") +
    (strike && !context.strike ? "~~" : "");
  return { context: next, open };
}

// Marks hug their words: `**word** `, never `**word **`.
function wrapped(text, open) {
  if (!open || !text.trim()) return text;
  const [, before, inner, after] = /^(\s*)([\s\S]*?)(\s*)$/.exec(text);
  const close = open.startsWith("**") ? `${[...open.slice(2)].reverse().join("")}**` : open;
  return `${before}${open}${inner.replaceAll("\n", " ")}${close}${after}`;
}

function anchor(element, context) {
  const href = element.getAttribute("href") ?? "";
  const mark = NOTE_MARK.exec(href) ?? DOCS_NOTE.exec(href);
  if (mark) return `[^${mark.at(-1)}]`;
  if (noteAt(href)) return "";
  const marks = marksOf(element, context);
  const text = inline([...element.childNodes], marks.context);
  if (context.link || !ADDRESS.test(href) || !text.trim()) return wrapped(text, marks.open);
  const [, before, inner, after] = /^(\s*)([\s\S]*?)(\s*)$/.exec(text);
  const address = real(href).replace(/[()\s<>]/g, (each) => `%${each.charCodeAt(0).toString(16)}`);
  return `${before}[${inner.replaceAll("\n", " ")}](${address})${after}`;
}

// Google Docs may send its links through a page of its own.
function real(href) {
  const target = /^https:\/\/www\.google\.com\/url\?q=([^&]+)/.exec(href)?.[1];
  try {
    const address = target && decodeURIComponent(target);
    return address && ADDRESS.test(address) ? address : href;
  } catch {
    return href; // not encoded the way that Google does it
  }
}

// Blanks at the edges of lines, and no-break spaces that only held a place.
export function tidy(text) {
  return text
    .replaceAll(/\*\*\*\*|~~~~/g, "") // bold that ends where bold begins
    .replaceAll(/\u00a0+(?= )|(?<= )\u00a0+/g, "")
    .replaceAll(/ {2,}/g, " ")
    .split("\n")
    .map((line) => line.trim())
    .join("\n")
    .replace(/^\n+|\n+$/g, "")
    .replaceAll(/\n{2,}/g, "\n\n")
    .replaceAll(/([^\n])\n(?!\n)/g, "$1  \n");
}

// A line that only happens to begin like a heading, a list or a rule.
export const escaped = (text) =>
  text
    .replace(/^(\s*)(#{1,6}(?=\s|$)|[-+](?=\s|$)|>|~~~|={3,}$|-{3,}$)/gm, "$1\\$2")
    .replace(/^(\s*\d{1,9})([.)])(?=\s)/gm, "$1\\$2");
