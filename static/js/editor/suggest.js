// A model rewrites what is selected, or the section with the cursor. Its suggestion is shown beside what stands there, and
// nothing of it is in the text before the writer has accepted it. Without this script there is a page for it.

import { headings } from "./outline.js";
import { Refused, Unreachable } from "./server.js";

const ENDINGS = ["run.completed", "run.failed", "run.cancelled"];

/** What would be rewritten: the selection, or the text of the section that the cursor is in, without its heading. */
export function passage(state) {
  const { from, to } = state.selection.main;
  const text = state.sliceDoc(from, to);
  if (text.trim()) {
    const start = from + text.length - text.trimStart().length;
    return { start, end: start + text.trim().length, selected: true };
  }
  const sections = headings(state.doc).filter(({ level }) => level === 2);
  const lines = sections.map(({ line }) => state.doc.line(line));
  const own = lines.findLast((line) => line.from <= from);
  let start = own ? Math.min(own.to + 1, state.doc.length) : 0;
  const end = lines.find((line) => line.from > from)?.from ?? state.doc.length;
  const section = state.sliceDoc(start, end);
  start += section.length - section.trimStart().length;
  return { start, end: start + section.trim().length, selected: false };
}

/** Where `original` is in `text`, nearest to `near`; -1 if somebody has changed it. */
export function placeOf(text, original, near) {
  let best = -1;
  for (let at = text.indexOf(original); at >= 0; at = text.indexOf(original, at + 1)) {
    if (best < 0 || Math.abs(at - near) < Math.abs(best - near)) best = at;
  }
  return best;
}

export class Suggesting {
  /**
   * `saver()` is the page's Saver once there is one; `propose(proposal, decided)` shows a proposal and awaits `decided` with
   * what came of it before anything is saved; `announce` tells it to a screen reader.
   */
  constructor({ menu, news, view, server, saver, propose, sentences, announce }) {
    Object.assign(this, { menu, news, view, server, saver, propose, sentences, announce });
    this.run = "";
    menu.addEventListener("toggle", () => menu.open && this.#open());
    menu.addEventListener("click", ({ target }) => {
      const button = target.closest("button[data-wish]");
      if (button) this.#ask(button.dataset.wish || this.own.value.trim());
    });
    this.own = menu.querySelector("[data-own]");
    this.own.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.isComposing) return;
      event.preventDefault();
      this.#ask(this.own.value.trim());
    });
    news.querySelector("[data-do=stop]").addEventListener("click", () => this.#stop());
    news.querySelector("[data-do=close]").addEventListener("click", () => this.#hide());
  }

  async #open() {
    const { selected } = passage(this.view.state);
    this.menu.querySelector("[data-about]").textContent = this.sentences[selected ? "selection" : "section"];
    const price = this.menu.querySelector("[data-price]");
    try {
      const { used, reserved, limit } = (await this.server.usage()).assists;
      const left = limit - used - reserved;
      price.textContent = limit === null ? this.sentences.unlimited : this.#price(left, limit);
    } catch (error) {
      if (!(error instanceof Refused || error instanceof Unreachable)) throw error;
      price.textContent = this.sentences.unlimited;
    }
  }

  #price(left, limit) {
    const sentence = this.sentences[left > 0 ? "price" : "nothing_left"];
    return sentence.replace("{left}", left).replace("{limit}", limit);
  }

  async #ask(instruction) {
    if (this.run) return;
    if (!instruction) {
      this.own.focus();
      return;
    }
    this.menu.open = false;
    this.run = "asking";
    this.#say("asking");
    try {
      await this.saver()?.save();
      if (!this.saver() || this.saver().dirty) return this.#say("unsaved", true);
      const { start, end } = passage(this.view.state);
      if (start === end) return this.#say("empty", true);
      const asked = await this.server.askForProposal({
        selection: { start, end },
        base: this.saver().base,
        instruction,
      });
      this.run = asked.run_id;
      this.#say("writing");
      const ending = await this.#written(asked.events_url);
      if (ending.type !== "run.completed") return this.#failed(ending);
      await this.#decide(asked.id, start);
    } catch (error) {
      if (!(error instanceof Refused || error instanceof Unreachable)) throw error;
      this.#say(error.message ? "" : "unreachable", true, error.message);
    } finally {
      this.run = "";
    }
  }

  // The text as it comes, until the run has ended. A connection that is lost is opened again by the browser.
  #written(address) {
    const place = this.news.querySelector("[data-text]");
    return new Promise((resolve) => {
      const events = new EventSource(new URL(address, location.href).pathname);
      const take = (type, act) => events.addEventListener(type, ({ data }) => act(JSON.parse(data)));
      take("run.snapshot", ({ status, parts }) => {
        place.textContent = parts[0]?.text ?? "";
        if (status === "queued") this.#say("queued");
      });
      take("run.started", () => this.#say("writing"));
      take("part.reset", () => {
        place.textContent = "";
      });
      take("part.delta", ({ text }) => place.append(text));
      for (const type of ENDINGS) {
        take(type, (frame) => {
          events.close();
          resolve(frame);
        });
      }
    });
  }

  #failed({ type, detail }) {
    if (type === "run.cancelled" && !detail) return this.#say("stopped", true);
    return this.#say("failed", true, detail);
  }

  async #decide(id, near) {
    const proposal = await this.server.proposal(id);
    if (!proposal) return this.#hide();
    const text = this.view.state.doc.toString();
    const from = placeOf(text, proposal.original, near);
    if (from < 0) return this.#say("changed", true);
    this.#hide();
    this.announce(this.sentences.ready);
    const { original, body } = proposal;
    const result = await this.propose({ original, body, from }, (decided) => this.#tell(id, decided));
    if (!result) this.#say("later", true);
  }

  // Before the text is saved: to accept is to change the passage, which must be as it was.
  async #tell(id, { accepted, dropped, text }) {
    if (!accepted) await this.server.dropProposal(id);
    else await this.server.acceptProposal(id, dropped ? { text } : {});
  }

  async #stop() {
    if (!this.run || this.run === "asking") return;
    try {
      await this.server.stopRun(this.run);
    } catch (error) {
      if (!(error instanceof Refused || error instanceof Unreachable)) throw error; // its end is on the way
    }
  }

  #say(name, over = false, detail = "") {
    const said = [detail, this.sentences[name] ?? ""].filter(Boolean).join(" ");
    this.news.hidden = false;
    this.news.dataset.state = over ? "over" : "writing";
    this.news.querySelector("[data-said]").textContent = said;
    this.news.querySelector("[data-do=stop]").hidden = over;
    this.news.querySelector("[data-do=close]").hidden = !over;
    if (over || name === "asking") this.news.querySelector("[data-text]").textContent = "";
    this.news.querySelector("[data-list]").hidden = !["later", "changed"].includes(name);
    this.announce(said);
  }

  #hide() {
    this.news.hidden = true;
    this.view.focus();
  }
}
