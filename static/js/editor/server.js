// What the page asks of the server. A reply that is no success becomes an error that says what to do next.

const TOO_LONG_TO_WAIT = 30_000;

/** No reply at all: there is no connection, or the server is not there. */
export class Unreachable extends Error {}

/** A reply that says no. `again`: in how many seconds it may say yes; undefined if it won't. */
export class Refused extends Error {
  constructor(status, problem, again) {
    super(problem.detail ?? "");
    this.status = status;
    this.code = problem.code ?? "";
    this.errors = problem.errors ?? {};
    this.again = again;
  }
}

export class Server {
  constructor({ api, usage, runs, preview, csrf }) {
    this.api = api;
    this.usageAt = usage;
    this.runsAt = runs;
    this.previewAt = preview;
    this.csrf = csrf;
  }

  /** Saves the text: {version, text, merged, changes, conflict}. */
  saveText(body, { keepalive = false } = {}) {
    return this.#json("PUT", `${this.api}/text`, body, { keepalive });
  }

  /** The newest text: {version, text, title}. */
  readText() {
    return this.#json("GET", `${this.api}/text`);
  }

  /** Saves some of title, description, slug and tags; the reply is the post. */
  saveFields(fields, { keepalive = false } = {}) {
    return this.#json("PATCH", this.api, fields, { keepalive });
  }

  /** The text as the post's page shows it. */
  async preview(text, signal) {
    const body = new FormData();
    body.set("text", text);
    const reply = await this.#ask("POST", this.previewAt, body, { signal });
    return reply.text();
  }

  /** What the writer's plan has left, see /docs/reference. */
  usage() {
    return this.#json("GET", this.usageAt);
  }

  /** Has a model rewrite {selection, base, instruction}: {id, run_id, events_url}. Sent twice it is asked once. */
  askForProposal(body) {
    return this.#json("POST", `${this.api}/proposals`, body, { key: crypto.randomUUID() });
  }

  /** An open proposal, or undefined if it was decided meanwhile. */
  async proposal(id) {
    const { results } = await this.#json("GET", `${this.api}/proposals?state=open`);
    return results.find((each) => each.id === id);
  }

  /** Puts it into the post, or `text` in its place; also when the page is left in that moment. */
  acceptProposal(id, body) {
    return this.#json("POST", `${this.api}/proposals/${id}/accept`, body, { keepalive: true });
  }

  dropProposal(id) {
    return this.#json("POST", `${this.api}/proposals/${id}/drop`, undefined, { keepalive: true });
  }

  stopRun(id) {
    return this.#json("POST", `${this.runsAt}/${id}/cancel`);
  }

  async #json(method, address, body, options) {
    const sent = body === undefined ? undefined : JSON.stringify(body);
    const reply = await this.#ask(method, address, sent, options);
    return reply.json();
  }

  async #ask(method, address, body, { keepalive, signal, key } = {}) {
    const headers = { Accept: "application/json, text/html", "X-CSRFToken": this.csrf };
    if (typeof body === "string") headers["Content-Type"] = "application/json";
    if (key) headers["Idempotency-Key"] = key;
    let reply;
    try {
      reply = await fetch(address, {
        method,
        body,
        headers,
        keepalive,
        cache: "no-store",
        redirect: "manual", // a page that would have us sign in is no answer
        signal: signal ?? (keepalive ? undefined : AbortSignal.timeout(TOO_LONG_TO_WAIT)),
      });
    } catch (error) {
      if (error.name === "AbortError") throw error;
      throw new Unreachable();
    }
    if (reply.ok) return reply;
    if (reply.type === "opaqueredirect") throw new Refused(401, {});
    const problem = await reply.json().catch(() => ({}));
    const again = reply.headers.get("Retry-After") ?? (reply.status >= 500 ? 10 : undefined);
    throw new Refused(reply.status, problem, again === undefined ? undefined : Number(again));
  }
}
