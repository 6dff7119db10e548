// A post's page, and the page on which it is written: copying, the outline as a sheet, and where in it the reader is.

const COPIED_FOR = 2500;
const news = () => document.getElementById("milestones");

// A draft that became this post is no draft any more (see composer.js).
if (sessionStorage.getItem("draft-sent")) {
  sessionStorage.removeItem("draft-sent");
  sessionStorage.removeItem("draft");
}

// Copying ---------------------------------------------------------------------------------------

const COPY = "[data-copy], [data-copy-from]";

function showCopying() {
  for (const button of document.querySelectorAll(COPY)) button.hidden = !navigator.clipboard;
}

document.addEventListener("click", async ({ target }) => {
  const button = target.closest(COPY);
  if (!button) return;
  const label = button.querySelector(".button-label");
  button.before ??= label.innerHTML;
  let said = "Copied";
  try {
    await navigator.clipboard.write([new ClipboardItem(contents(button))]);
  } catch {
    said = "Not copied. Select and copy the text instead.";
  }
  label.textContent = said;
  news().textContent = said;
  setTimeout(() => (label.innerHTML = button.before), COPIED_FOR);
});

// What goes to the clipboard, by type. A promise goes in whole: Safari allows no waiting after the click.
function contents({ dataset }) {
  if (dataset.copyFrom) return { "text/plain": blob(document.getElementById(dataset.copyFrom).textContent) };
  const markdown = fetch(dataset.copy).then(async (reply) => {
    if (!reply.ok) throw new Error(reply.statusText);
    return blob(await reply.text());
  });
  return "rich" in dataset
    ? { "text/html": blob(richText(), "text/html"), "text/plain": markdown }
    : { "text/plain": markdown };
}

const blob = (text, type = "text/plain") => new Blob([text], { type });

// Headings, paragraphs, lists, tables and code, without what only this page needs.
function richText() {
  const copy = document.createElement("div");
  copy.append(
    document.getElementById("title").cloneNode(true),
    ...document.getElementById("parts").cloneNode(true).childNodes,
  );
  for (const frame of copy.querySelectorAll("section.part, .part-text, .table-frame"))
    frame.replaceWith(...frame.childNodes);
  for (const element of copy.querySelectorAll("*")) {
    for (const { name } of [...element.attributes])
      if (!["dir", "start", "lang"].includes(name)) element.removeAttribute(name);
  }
  return copy.innerHTML;
}

// The outline: a sheet on a narrow page, closed again by a choice in it -------------------------

document.getElementById("outline").addEventListener("click", ({ target, currentTarget }) => {
  if (target.closest("a") && currentTarget.matches(":popover-open")) currentTarget.hidePopover();
});

// E opens the editor, wherever nothing is typed.
addEventListener("keydown", (event) => {
  const { target, key, ctrlKey, metaKey, altKey } = event;
  if (key.toLowerCase() !== "e" || ctrlKey || metaKey || altKey) return;
  if (target.closest("input, textarea, select, [contenteditable]")) return;
  document.getElementById("edit")?.click();
});

// The part that is read: the last whose beginning is above the upper third of the window.
let waiting = false;
function markCurrent() {
  waiting = false;
  const parts = [...document.querySelectorAll(".part")].filter((part) => part.checkVisibility());
  const line = innerHeight / 3;
  const current = parts.findLast((part) => part.getBoundingClientRect().top < line) ?? parts[0];
  for (const row of document.querySelectorAll("[data-row]")) {
    const link = row.querySelector("a");
    if (row.dataset.row === current?.id) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

function soon() {
  if (waiting) return;
  waiting = true;
  requestAnimationFrame(markCurrent);
}

// The outline that arrives, and text that grows, move what is read as scrolling does.
new ResizeObserver(soon).observe(document.querySelector(".reading-text"));
addEventListener("scroll", soon, { passive: true });
addEventListener("resize", soon);
document.addEventListener("post:ready", () => {
  showCopying();
  soon();
});
showCopying();
soon();
