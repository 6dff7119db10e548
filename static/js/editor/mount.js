// The page on which a post is edited. Without this script its form has the text in a plain field and a button to save.
// With it, the text is in an editor that saves by itself, and the form's field is kept in step.

import { EditorView, openSearchPanel } from "../../vendor/codemirror/editor.js";
import { formats } from "./commands.js";
import { count } from "./count.js";
import { Drafts, nameOfTab, remember, remembered } from "./drafts.js";
import { Fields } from "./fields.js";
import { finding } from "./find.js";
import { showProposal } from "./merge-view.js";
import { listen } from "./news.js";
import { Outline } from "./outline.js";
import { Preview } from "./preview.js";
import { difference, fromServer, Saver } from "./save.js";
import { Refused, Server, Unreachable } from "./server.js";
import { Suggesting } from "./suggest.js";
import { mount, pastOf } from "./view.js";

const byId = (id) => document.getElementById(id);
const form = byId("edit");
const field = form.elements.text;
const { post, language, direction, counted } = form.dataset;
const sentences = JSON.parse(byId("sentences").textContent);
const filled = (sentence, values) => sentence.replace(/{(\w+)}/g, (_, name) => values[name]);

const server = new Server({ ...form.dataset, csrf: form.elements.csrfmiddlewaretoken.value });
const newest = { version: Number(form.elements.base.defaultValue), text: field.defaultValue };
const text = (doc) => doc.toString();

// What a reload left is open again as it was; otherwise what the server sent.
const before = remembered(post);
let saver; // once it is known what this device keeps

const fields = new Fields(form, () => saver?.touch());
const view = mount(byId("editor"), {
  text: newest.text,
  past: before?.state,
  language,
  direction,
  label: sentences.text,
  empty: sentences.empty,
  save: saveNow,
  help: () => byId("shortcuts").showModal(),
  more: [finding(byId("find"), byId("find-place"), sentences.find), EditorView.updateListener.of(updated)],
});
const outline = new Outline(byId("outline"), view);
const preview = new Preview({
  button: byId("preview-toggle"),
  pane: byId("preview"),
  server,
  text: () => text(view.state.doc),
  failed: (error) => (error instanceof Refused && error.message) || sentences.preview_failed,
});

function updated(update) {
  saver?.changed(update);
  if (update.docChanged) soon();
  else if (update.selectionSet) outline.mark();
}

// What follows the text, when there is a moment for it.
let waiting;
function soon() {
  clearTimeout(waiting);
  waiting = setTimeout(follow, view.state.doc.length > 200_000 ? 1000 : 250);
}
function follow() {
  const now = text(view.state.doc);
  field.value = now;
  if (saver) form.elements.base.value = saver.base;
  const number = count(now, language);
  byId("count").textContent = filled(sentences[counted][number === 1 ? "one" : "many"], {
    number: number.toLocaleString("en-US"),
  });
  outline.update();
  preview.changed();
}

// What is said ----------------------------------------------------------------------------------

const state = byId("state");
let trouble = false;
let asked = false;

function tell(news, error) {
  if (news === "changed" && (trouble || state.dataset.state === "saving")) return;
  const said = news === "refused" ? refusal(error) : sentences.states[news];
  state.dataset.state = news;
  state.querySelector("span").textContent = said;
  byId("signed-out").hidden = !(news === "refused" && error.status === 401);
  const bad = news === "offline" || news === "refused";
  if (bad || asked || trouble || news === "merged") {
    if (news !== "saving" && news !== "changed") announce(said);
  }
  if (news !== "saving") asked = false;
  if (news !== "changed") trouble = bad || (trouble && news === "saving");
}

const announce = (sentence) => (byId("milestones").textContent = sentence);

// What is safe comes first: the text is here, whatever the server said.
function refusal(error) {
  if (error.status === 401 || error.status === 403) return sentences.states.signed_out;
  if (error.status === 404) return sentences.states.gone;
  if (form.querySelector("[aria-invalid=true]")) return sentences.states.invalid;
  if (error.status < 500 && error.status !== 429 && error.message)
    return `${sentences.states.kept} ${error.message}`;
  return sentences.states.unsaved;
}

function saveNow() {
  asked = true;
  if (!saver || saver.dirty) saver?.save();
  else tell("saved");
}

// What was written in two places ----------------------------------------------------------------

function conflicted(proposal, mine) {
  const notice = byId("conflict");
  notice.hidden = false;
  byId("compare").onclick = () => compare(proposal, mine);
  byId("keep-other").onclick = () => settle(proposal);
  announce(notice.querySelector("p").textContent);
}

async function compare(proposal, mine) {
  byId("conflict").hidden = true;
  if (await propose({ original: text(view.state.doc), body: mine })) await settle(proposal);
  else byId("conflict").hidden = false;
}

// It is decided: the server need not ask again. If it cannot be told, it asks, and nothing is lost.
async function settle(proposal) {
  byId("conflict").hidden = true;
  view.focus();
  await server.dropProposal(proposal).catch((error) => {
    if (!(error instanceof Refused || error instanceof Unreachable)) throw error;
  });
}

/** Shows a proposal, for a conflict or from a model. Nothing is saved until it is decided, and `decided` knows of it. */
async function propose(proposal, decided) {
  saver.held = true;
  try {
    const result = await showProposal(view, {
      ...proposal,
      controls: byId("review"),
      labels: { ...sentences.review, language },
      left: (number) => filled(sentences.review[number === 1 ? "one" : "many"], { number }),
    });
    if (result) await decided?.(result);
    return result;
  } finally {
    saver.held = false;
    saver.save();
  }
}

new Suggesting({
  menu: byId("suggest"),
  news: byId("suggesting"),
  view,
  server,
  saver: () => saver,
  propose,
  sentences: sentences.suggest,
  announce,
});

// The page --------------------------------------------------------------------------------------

byId("plain").hidden = true;
for (const element of document.querySelectorAll("[data-unscripted]")) element.hidden = true;
for (const element of document.querySelectorAll("[data-scripted]")) element.hidden = false;
byId("editor").hidden = false;

if (/Mac|iPhone|iPad/.test(navigator.platform)) {
  const signs = { Ctrl: "⌘", Alt: "⌥", Shift: "⇧" };
  for (const keys of document.querySelectorAll("[data-keys]")) {
    keys.textContent = keys.textContent.replace(/Ctrl|Alt|Shift/g, (name) => signs[name]);
  }
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  saveNow();
});
for (const button of document.querySelectorAll("[data-format]")) {
  button.addEventListener("click", () => {
    button.closest("details").open = false;
    view.focus();
    formats[button.dataset.format](view);
  });
}
byId("find-open").addEventListener("click", () => openSearchPanel(view));
byId("shortcuts-open").addEventListener("click", () => byId("shortcuts").showModal());
form.elements.title?.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.isComposing) return;
  event.preventDefault();
  view.focus();
});
addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.altKey || event.defaultPrevented) return;
  if (event.key === "s") saveNow();
  else if (event.key === "f" && byId("review").hidden) openSearchPanel(view);
  else if (event.key === "/") byId("shortcuts").showModal();
  else return;
  event.preventDefault();
});
// "Done" waits for the last save, so that the post's page has it.
byId("done").addEventListener("click", async (event) => {
  if (!saver?.dirty || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const { href } = event.currentTarget;
  await saver.save();
  if (!saver.dirty) location.href = href;
});

// What this device has that the server lacks --------------------------------------------------

follow();
const tab = await nameOfTab();
const drafts = await Drafts.open(post, tab);
const opened = view.state.doc;
const own = await drafts.own();
const draft = own ?? (before ? undefined : (await drafts.left())[0]);
const unsent = Boolean(
  before ? before.unsent && before.state.doc !== newest.text : draft && draft.text !== newest.text,
);
const base = unsent ? (before ?? draft).base : newest.version;
if (draft) fields.restore(draft.fields);

// To what was kept, or to what the server has by now; around what has been typed in this moment.
const target = before && unsent ? text(opened) : unsent ? draft.text : newest.text;
const typed = difference(opened, text(view.state.doc));
const change = difference(opened, target);
if (!change.empty) view.dispatch({ changes: change.map(typed), annotations: fromServer.of(true) });

saver = new Saver({
  view,
  server,
  drafts,
  fields,
  tab,
  base,
  synced: unsent ? null : change.apply(opened),
  tell,
  onConflict: conflicted,
});
tell(saver.dirty ? "changed" : "saved");
if (saver.dirty) saver.touch();
if (draft && draft.tab !== tab) {
  await saver.keep();
  await drafts.drop(draft.tab);
}

function left() {
  saver.leave();
  remember(post, { base: saver.base, unsent: saver.unsent, state: pastOf(view) });
}
addEventListener("pagehide", left);
addEventListener("blur", () => saver.dirty && saver.save());
addEventListener("beforeunload", (event) => {
  if (saver.dirty && !drafts.lasting) event.preventDefault();
});
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") left();
  else saver.pull();
});
addEventListener("focus", () => saver.pull());
addEventListener("online", () => saver.pull());
addEventListener("offline", () => saver.dirty && saver.save());
addEventListener("pageshow", ({ persisted }) => persisted && saver.pull());
listen(form.dataset.conversation, post, (version) => version > saver.base && saver.pull());
document.documentElement.dataset.editor = "ready";

for (const other of await drafts.left()) {
  try {
    if (other.text !== newest.text)
      await server.saveText({ base: other.base, text: other.text, session: other.tab });
    if (Object.keys(other.fields).length) await server.saveFields(other.fields);
    await drafts.drop(other.tab);
    await saver.pull();
  } catch (error) {
    if (!(error instanceof Refused || error instanceof Unreachable)) throw error;
    break; // it stays here for the next time
  }
}
if (!saver.dirty) await drafts.drop();
