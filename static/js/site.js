// What every page shares: menus that close, toasts that stay until they are dismissed, a page for no connection.

const toasts = document.getElementById("toasts");

/** Says something in the corner. It stays until it is dismissed; the page itself must say it too. */
function toast(text, kind = "info") {
  const copy = document.getElementById("toast").content.cloneNode(true);
  const box = copy.querySelector(".toast");
  box.className = `toast toast-${kind}`;
  box.querySelector("p").textContent = text;
  toasts.append(copy);
}

// A live region speaks only of what changes in it, so what came with the page is put there again.
for (const box of [...toasts.children]) {
  setTimeout(() => toasts.append(box), 100);
}

// From a script: `document.dispatchEvent(new CustomEvent("toast", { detail: { text: "…", kind: "ok" } }))`;
// from a reply: the header `HX-Trigger: {"toast": {"text": "…", "kind": "ok"}}`. Kinds: info, ok, warn, danger.
document.addEventListener("toast", (event) => toast(event.detail.text, event.detail.kind));

// No reply at all: htmx would say so in the console only.
document.addEventListener("htmx:error", (event) => {
  if (event.detail.error instanceof TypeError) {
    toast("We can’t reach the server. Nothing is lost. Try again when you’re online.", "warn");
  }
});

document.addEventListener("click", (event) => {
  event.target.closest(".toast-close")?.closest(".toast, .notice").remove();
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    const held = menu.contains(document.activeElement);
    menu.open = false;
    if (held) menu.querySelector("summary").focus();
  }
});

// A form that was sent is not sent again by a second click; the back button makes it usable again.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || form.hasAttribute("hx-post")) return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
});

addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.sent;
});

// For who comes back, and after everything else, so that it delays no page. Where it is refused (a private window),
// the browser's own page says that there is no connection.
const worker = document.querySelector("meta[name=service-worker]")?.content;
if (worker) addEventListener("load", () => navigator.serviceWorker?.register(worker).catch(() => {}));

if (document.querySelector("[data-offline]")) {
  addEventListener("online", () => location.replace(location.href));
}
