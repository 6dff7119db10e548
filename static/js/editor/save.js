// Saving: soon after the last key, and whenever the page is left. The server merges what was written elsewhere, and what
// it changed comes back as changes, which go around what has been typed since. One request is under way at a time.

import { Annotation, ChangeSet, diff, Transaction } from "../../vendor/codemirror/editor.js";
import { Refused, Unreachable } from "./server.js";

const PAUSE = 1500;
const LONGEST_PAUSE = 10_000;
const FIRST_RETRY = 4000;
const LAST_RETRY = 60_000;
const KEPT_ALIVE = 60_000; // bytes that a browser sends of a page that is left

/** Marks what came from the server: it is not typed, not saved again, and not undone. */
export const fromServer = Annotation.define();

/** The changes that turn the text of one document into another. */
export function difference(doc, text) {
  const found = diff(doc.toString(), text, { scanLimit: 1000, timeout: 300 });
  const changes = found.map(({ fromA, toA, fromB, toB }) => ({
    from: fromA,
    to: toA,
    insert: text.slice(fromB, toB),
  }));
  return ChangeSet.of(changes, doc.length);
}

export class Saver {
  /**
   * `synced` is what the server has as version `base`, or null where the text is not of one version. `tell(state, error)` is called with "saved", "changed", "saving",
   * "merged", "conflict", "offline" or "refused"; `onConflict` with the proposal's id and the text with the writer's words.
   */
  constructor({ view, server, drafts, fields, tab, base, synced, tell, onConflict }) {
    Object.assign(this, { view, server, drafts, fields, tab, base, synced, tell, onConflict });
    this.since = null; // what was typed since the request that is under way
    this.running = null;
    this.wanted = false;
    this.asked = false;
    this.failures = 0;
    this.held = false; // while something else decides about the text
  }

  get dirty() {
    return this.unsent || this.fields.changed;
  }

  get unsent() {
    return !this.synced || !this.view.state.doc.eq(this.synced);
  }

  /** To be called with each update of the view. */
  changed(update) {
    if (!update.docChanged) return;
    if (this.since) this.since = this.since.compose(update.changes);
    if (update.transactions.every((each) => each.annotation(fromServer))) return;
    this.touch();
  }

  /** Something is to be saved: it is kept at once, and sent after a pause. */
  touch() {
    this.tell("changed");
    clearTimeout(this.keeping);
    this.keeping = setTimeout(() => this.keep(), 300);
    this.first ??= performance.now();
    const longest = this.first + LONGEST_PAUSE - performance.now();
    this.#in(this.failures ? Math.max(this.wait, PAUSE) : Math.max(0, Math.min(PAUSE, longest)));
  }

  async keep() {
    clearTimeout(this.keeping);
    if (!this.dirty) return;
    const text = this.view.state.doc.toString();
    await this.drafts.keep({ base: this.base, text, fields: this.fields.changes() });
  }

  /** Saves now, if there is anything to save. Resolves when the server has it, or has not. */
  save() {
    this.wanted = true;
    return this.#go();
  }

  /** Takes over what was written elsewhere; what is not saved yet is saved first, which does the same. */
  pull() {
    this.asked = true;
    return this.save();
  }

  /** The page may be gone in a moment: what a browser still sends is sent, without waiting for a reply. */
  leave() {
    if (!this.dirty) return;
    this.keep();
    const text = this.view.state.doc.toString();
    const body = { base: this.base, text, session: this.tab };
    if (this.running || this.held || !navigator.onLine) return;
    if (this.unsent && new Blob([JSON.stringify(body)]).size < KEPT_ALIVE) {
      this.server.saveText(body, { keepalive: true }).catch(() => {}); // the draft is kept
    }
    if (this.fields.changed)
      this.server.saveFields(this.fields.changes(), { keepalive: true }).catch(() => {});
  }

  #in(milliseconds) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => (this.failures ? this.pull() : this.save()), milliseconds);
  }

  #go() {
    clearTimeout(this.timer);
    this.running ??= this.#run();
    return this.running;
  }

  async #run() {
    await null; // so that it is known to be running
    try {
      while (this.wanted) {
        const { asked } = this;
        this.wanted = this.asked = false;
        this.first = undefined;
        if (this.held || !(this.dirty || asked)) continue;
        await composed(this.view);
        if (this.dirty) this.tell("saving");
        if (!(await this.#attempt(() => (this.dirty ? this.#send() : this.#read())))) return;
        if (this.dirty) this.touch();
        else await this.drafts.drop();
      }
    } finally {
      this.running = null;
    }
  }

  async #send() {
    let news = "saved";
    if (this.unsent) {
      const sent = this.view.state.doc;
      const before = this.synced;
      const reply = await this.#tracked((since) =>
        this.server
          .saveText({ base: this.base, text: sent.toString(), session: this.tab })
          .then((given) => this.#take(given, ChangeSet.of(given.changes, sent.length), sent, since)),
      );
      if (reply.conflict) {
        news = "conflict";
        this.tab = crypto.randomUUID(); // its next text goes on from the post, and not from what is kept beside
        this.onConflict(reply.conflict.proposal_id, disputed(before, sent, reply.changes));
      } else if (reply.merged) news = "merged";
    }
    if (this.fields.changed) {
      await this.fields.save(this.server);
      await this.#read(); // a new title is a new version
    }
    if (!this.dirty) this.tell(news);
  }

  async #read() {
    const doc = this.view.state.doc;
    await this.#tracked((since) =>
      this.server
        .readText()
        .then((reply) =>
          reply.version > this.base ? this.#take(reply, difference(doc, reply.text), doc, since) : reply,
        ),
    );
    if (!this.dirty) this.tell("saved");
  }

  // Notes what is typed while `work` waits.
  async #tracked(work) {
    this.since = ChangeSet.empty(this.view.state.doc.length);
    try {
      return await work(async () => {
        await composed(this.view);
        return this.since;
      });
    } finally {
      this.since = null;
    }
  }

  async #take(reply, theirs, doc, since) {
    const mine = await since();
    if (!theirs.empty) {
      this.view.dispatch({
        changes: theirs.map(mine),
        annotations: [fromServer.of(true), Transaction.addToHistory.of(false)],
      });
    }
    this.synced = theirs.apply(doc);
    this.base = reply.version;
    return reply;
  }

  // True if it worked. Otherwise it is tried again, unless that would change nothing.
  async #attempt(work) {
    try {
      if (!navigator.onLine) throw new Unreachable();
      await work();
      this.failures = 0;
      return true;
    } catch (error) {
      if (!(error instanceof Refused || error instanceof Unreachable)) throw error;
      await this.keep();
      this.failures += 1;
      this.wait = Math.min(LAST_RETRY, FIRST_RETRY * 2 ** (this.failures - 1));
      if (error.again) this.wait = Math.max(this.wait, error.again * 1000);
      this.tell(error instanceof Unreachable ? "offline" : "refused", error);
      if (error instanceof Unreachable || error.again) this.#in(this.wait);
      return false;
    }
  }
}

/** The merged text with what the writer has wherever the merge put something else for it. */
function disputed(before, sent, changes) {
  const typed = [];
  if (before)
    difference(before, sent.toString()).iterChangedRanges((_from, _to, from, to) => typed.push([from, to]));
  const touched = ({ from, to }) => !before || typed.some(([start, end]) => from <= end && to >= start);
  const others = changes.filter((each) => !touched(each));
  return ChangeSet.of(others, sent.length).apply(sent).toString();
}

// A word that an input method is putting together is neither sent nor moved.
async function composed(view) {
  while (view.composing || view.compositionStarted) {
    await new Promise((resume) => setTimeout(resume, 200));
  }
}
