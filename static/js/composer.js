// The form of a new post: Ctrl or ⌘ with Enter, examples that fill the field, what is left of the topic's length,
// the language that it is in, and a draft that outlives errors.

const form = document.getElementById("composer");
const topic = document.getElementById("topic");
const examples = document.getElementById("examples");
const button = document.getElementById("write"); // none where nothing can be started
const written = button?.textContent;
const left = document.getElementById("topic-left");
const limit = Number(topic.dataset.limit);
const NEAR = 100; // characters before the limit
const scripts = JSON.parse(document.getElementById("scripts").textContent);
const control = (name) => form.elements.namedItem(name);
const there = (name) => control(name) !== null; // the page has no choice of models if there is only one
const NAMES = [
  "topic",
  "sections",
  "tone",
  "language",
  "words",
  "audience",
  "keywords",
  "model",
  "include_faq",
];
const FIELDS = NAMES.filter(there);

const value = (name) => (control(name).type === "checkbox" ? control(name).checked : control(name).value);

function keep() {
  sessionStorage.setItem(
    "draft",
    JSON.stringify(Object.fromEntries(FIELDS.map((name) => [name, value(name)]))),
  );
}

function restore() {
  const draft = JSON.parse(sessionStorage.getItem("draft") ?? "null");
  if (!draft || topic.value || location.search) return;
  for (const name of FIELDS) {
    if (!(name in draft)) continue;
    if (control(name).type === "checkbox") control(name).checked = draft[name];
    else control(name).value = draft[name];
    if (name === "model" && control(name).selectedIndex === -1) control(name).selectedIndex = 0; // no longer configured
  }
}

// As the server counts them: `length` counts halves of emoji.
function showLeft() {
  const more = limit - [...topic.value].length;
  const characters = Math.abs(more) === 1 ? "character" : "characters";
  left.textContent =
    more > NEAR ? "" : more < 0 ? `${-more} ${characters} too many` : `${more} ${characters} left`;
  left.classList.toggle("composer-over", more < 0);
}

// As generation/pipeline/scripts.py decides it. The last of the scripts stands for all that say nothing.
function languageOf(text) {
  const count = (pattern) => text.match(new RegExp(pattern, "gu"))?.length ?? 0;
  const letters = count("\\p{Alphabetic}");
  const fits = ({ letters: own, marks }) =>
    count(`(?=\\p{Alphabetic})[${own}]`) * 2 > letters && (!marks || count(`[${marks}]`) > 0);
  return scripts.slice(0, -1).find(fits) ?? scripts.at(-1);
}

function showLanguage() {
  const automatic = control("language").querySelector("[value=auto]");
  automatic.textContent = `Automatic (${languageOf(topic.value).name})`;
}

function show() {
  if (examples) examples.hidden = topic.value !== "";
  showLeft();
  showLanguage();
  const chosen = (name) => control(name).selectedOptions[0]?.textContent.trim() ?? "";
  const words = [chosen("sections"), chosen("tone").toLowerCase(), chosen("language")];
  document.getElementById("chosen").textContent = words.join(" · ");
}

// The server knows prices: htmx requests a new quote if size or model differ from what the page came with.
const SIZE = ["sections", "words", "language", "model", "include_faq"].filter(there);
const changed = (name) => {
  const field = control(name);
  if (field.type === "checkbox") return field.checked !== field.defaultChecked;
  return field.selectedOptions
    ? !field.selectedOptions[0]?.defaultSelected
    : field.value !== field.defaultValue;
};

function ready({ persisted: shownAgain }) {
  delete form.dataset.sent;
  if (button) button.textContent = written;
  button?.removeAttribute("aria-disabled");
  show();
  // A turn later: htmx begins to listen in a timer of its own. A page that is shown again as it was left does not know
  // of the post that was started from it.
  if (shownAgain || SIZE.some(changed))
    setTimeout(() => control("sections").dispatchEvent(new Event("change")));
}

form.addEventListener("input", () => {
  keep();
  show();
});

form.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  if (button) form.requestSubmit();
});

form.addEventListener("submit", (event) => {
  if ("sent" in form.dataset) return event.preventDefault();
  if (!topic.value.trim()) return; // the server says what is missing
  form.dataset.sent = "";
  if (button) button.textContent = "Starting…";
  button?.setAttribute("aria-disabled", "true");
  keep();
  sessionStorage.setItem("draft-sent", "1");
});

examples?.addEventListener("click", (event) => {
  const link = event.target.closest("[data-topic]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  topic.value = link.dataset.topic;
  topic.focus();
  keep();
  show();
});

addEventListener("pageshow", ready); // also when the back button shows the page as it was left
sessionStorage.removeItem("draft-sent");
restore();
form.querySelector("[aria-invalid=true]")?.focus();
document.querySelector(".composer-key")?.removeAttribute("hidden");
