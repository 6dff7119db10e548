/** The client. */

import createClient, { type Client } from "openapi-fetch";
import { Connection } from "./connection.js";
import { APIError, BlogAIError, ReviewNeeded } from "./errors.js";
import type {
  Accepted,
  GenerateBlogBody,
  operations,
  PostReply,
  PostSummary,
  paths,
  RunReply,
  WrittenReply,
} from "./generated/schema.js";
import { PATIENCE, type Retry, sleep } from "./retry.js";
import { Stream } from "./stream.js";

export interface Options {
  apiKey: string;
  baseUrl: string;
  retry?: Partial<Retry>;
  /** Instead of the platform's own. */
  fetch?: (request: Request) => Promise<Response>;
}

export interface CallOptions {
  signal?: AbortSignal;
}

export interface WritingOptions extends CallOptions {
  /**
   * However often the same brief is sent with this key, it is the same run. Without it each call has a key of
   * its own, which makes its retries safe.
   */
  idempotencyKey?: string;
}

/** A page of any list of the API. */
export interface Page<Item> {
  results: Item[];
  next: string | null;
}

type Filters<Operation extends keyof operations> = NonNullable<operations[Operation]["parameters"]["query"]>;

const SETTLED = ["completed", "failed", "cancelled", "waiting"];
const FIRST_LOOK = 0.25;
const LONGEST_PAUSE = 5;

/** A client of one server, with one API key. */
export class BlogAI {
  /** All calls of the API, by method and path. They too are repeated when that is safe, and throw our errors. */
  readonly api: Client<paths>;
  private readonly connection: Connection;

  constructor({ apiKey, baseUrl, retry, fetch = (request) => globalThis.fetch(request) }: Options) {
    const url = baseUrl.replace(/\/+$/, "");
    this.connection = new Connection(url, { ...PATIENCE, ...retry }, apiKey, fetch);
    this.api = createClient<paths>({ baseUrl: url, fetch: this.connection.fetch });
  }

  /**
   * The finished post. Throws the error that its run ended with, and ReviewNeeded if the brief asked for a
   * review.
   */
  async generate(brief: GenerateBlogBody, options: WritingOptions = {}): Promise<WrittenReply> {
    const request = this.request(brief, options);
    for (;;) {
      const reply = await this.written(request.clone());
      if (!("run_id" in reply)) return reply;
      const run = await this.wait(reply.run_id, options.signal && { signal: options.signal });
      if (run.status === "waiting") throw new ReviewNeeded(run);
    }
  }

  /** Starts a post and returns at once; `wait(accepted.run_id)`, then `post(accepted.id)`. */
  async start(brief: GenerateBlogBody, options: WritingOptions = {}): Promise<Accepted> {
    const response = await this.connection.fetch(this.request(brief, options, { Prefer: "respond-async" }));
    return response.json();
  }

  /** The post while it is written. */
  stream(brief: GenerateBlogBody, options: WritingOptions = {}): Stream {
    return new Stream(this.connection, this.request(brief, options, { Accept: "text/event-stream" }));
  }

  /** The events of a run from the milestone behind number `after`. */
  watch(runId: string, { after = 0, signal }: CallOptions & { after?: number } = {}): Stream {
    const request = this.connection.request(`/api/v1/runs/${encodeURIComponent(runId)}/events`, {
      headers: { Accept: "text/event-stream", "Last-Event-ID": `${after}` },
      signal: signal ?? null,
    });
    return new Stream(this.connection, request);
  }

  /** The run once it has ended or waits for a review. Throws BlogAIError after `timeout` seconds. */
  async wait(
    runId: string,
    { timeout = Number.POSITIVE_INFINITY, signal }: CallOptions & { timeout?: number } = {},
  ): Promise<RunReply> {
    const end = Date.now() + timeout * 1000;
    for (let pause = FIRST_LOOK; Date.now() < end; pause = Math.min(LONGEST_PAUSE, pause * 1.5)) {
      const run = await this.run(runId, { ...(signal && { signal }) });
      if (SETTLED.includes(run.status)) return run;
      await sleep(Math.max(0, Math.min(pause, (end - Date.now()) / 1000)), signal);
    }
    throw new BlogAIError(`The run ${runId} has not ended after ${timeout} seconds.`);
  }

  run(runId: string, options: CallOptions = {}): Promise<RunReply> {
    return dataOf(this.api.GET("/api/v1/runs/{run_id}", { params: { path: { run_id: runId } }, ...options }));
  }

  /** Newest first; `{ status: "failed" }` keeps those. */
  runs(filters: Filters<"runs_list"> = {}): AsyncGenerator<RunReply, void> {
    return this.each((cursor) =>
      dataOf(this.api.GET("/api/v1/runs", { params: { query: { ...filters, ...cursor } } })),
    );
  }

  post(postId: string, options: CallOptions = {}): Promise<PostReply> {
    return dataOf(
      this.api.GET("/api/v1/posts/{post_id}", { params: { path: { post_id: postId } }, ...options }),
    );
  }

  /** Newest first. */
  posts(filters: Filters<"posts_list"> = {}): AsyncGenerator<PostSummary, void> {
    return this.each((cursor) =>
      dataOf(this.api.GET("/api/v1/posts", { params: { query: { ...filters, ...cursor } } })),
    );
  }

  /** Everything in a list of the API, whose pages are fetched when they are needed. */
  async *each<Item>(
    fetchPage: (cursor: { cursor?: string }) => Promise<Page<Item>>,
  ): AsyncGenerator<Item, void> {
    let page = await fetchPage({});
    yield* page.results;
    while (page.next !== null) {
      // Only the cursor of the link is used: behind a proxy its host may be another.
      const cursor = new URL(page.next).searchParams.get("cursor");
      if (cursor === null) return;
      page = await fetchPage({ cursor });
      yield* page.results;
    }
  }

  /** The post, or the run that is still writing it. */
  private async written(request: Request): Promise<WrittenReply | { run_id: string }> {
    try {
      return await (await this.connection.fetch(request)).json();
    } catch (error) {
      return { run_id: runInFlight(error) };
    }
  }

  /** A request for a post, the same to the byte each time it is sent. */
  private request(
    brief: GenerateBlogBody,
    { idempotencyKey = crypto.randomUUID(), signal }: WritingOptions,
    headers: Record<string, string> = {},
  ): Request {
    return this.connection.request("/api/v1/generate-blog", {
      method: "POST",
      body: JSON.stringify(brief),
      headers: { "Content-Type": "application/json", "Idempotency-Key": idempotencyKey, ...headers },
      signal: signal ?? null,
    });
  }
}

/** What a call of `api` found: `await dataOf(client.api.GET("/api/v1/usage"))`. */
export async function dataOf<Data>(reply: Promise<{ data?: Data }>): Promise<Data> {
  return (await reply).data as Data; // whatever is no success has thrown
}

/** The run of a request that was repeated while it is still written. Throws other errors. */
function runInFlight(error: unknown): string {
  if (error instanceof APIError && error.code === "idempotency_in_flight" && error.runId) return error.runId;
  throw error;
}
