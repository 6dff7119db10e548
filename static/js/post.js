// A post's page, and the page on which it is written: copying, and where in the outline the reader is.

const COPIED_FOR = 2500;
const news = () => document.getElementById("milestones");

// A draft that became this post is no draft any more (see composer.js).
if (sessionStorage.getItem("draft-sent")) {
  sessionStorage.removeItem("draft-sent");
  sessionStorage.removeItem("draft");
}

function showCopying() {
  for (const button of document.querySelectorAll("[data-copy]")) button.hidden = !navigator.clipboard;
}

document.addEventListener("click", async ({ target }) => {
  const button = target.closest("[data-copy]");
  if (!button) return;
  const label = button.querySelector(".button-label");
  button.before ??= label.innerHTML;
  const text = fetch(button.dataset.copy).then((reply) => {
    if (!reply.ok) throw new Error(reply.statusText);
    return reply.text();
  });
  let said = "Copied";
  try {
    // The promise goes in whole: Safari allows no waiting between the click and the clipboard.
    const blob = text.then((markdown) => new Blob([markdown], { type: "text/plain" }));
    await navigator.clipboard.write([new ClipboardItem({ "text/plain": blob })]);
  } catch {
    said = "Not copied: download it instead";
  }
  label.textContent = said;
  news().textContent = said;
  setTimeout(() => (label.innerHTML = button.before), COPIED_FOR);
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
