/** The way to a server: signs requests, repeats what failed for the moment, and throws our errors. */

import { ConnectionFailed, errorFor } from "./errors.js";
import { isRepeatable, pauseAfter, pauses, type Retry, sleep } from "./retry.js";

export class Connection {
  constructor(
    readonly baseUrl: string,
    readonly retry: Retry,
    private readonly apiKey: string,
    private readonly send: (request: Request) => Promise<Response>,
  ) {}

  /** A successful reply. */
  readonly fetch = async (request: Request): Promise<Response> => {
    this.prepare(request);
    const waits = isRepeatable(request) ? pauses(this.retry) : [].values();
    for (;;) {
      let pause = waits.next().value;
      try {
        const response = await this.send(request.clone());
        if (response.ok) return await whole(response);
        pause = pauseAfter(response, pause, this.retry);
        if (pause === undefined) throw await errorFor(response);
        await response.body?.cancel();
      } catch (error) {
        // fetch rejects with a TypeError when there is no reply, and nothing else does here
        if (!(error instanceof TypeError)) throw error;
        if (pause === undefined) {
          throw new ConnectionFailed(`${request.method} ${request.url}`, { cause: error });
        }
      }
      await sleep(pause, request.signal);
    }
  };

  /** A request to an address of the API. */
  request(path: string, init: RequestInit): Request {
    return new Request(new URL(path.replace(/^\//, ""), `${this.baseUrl}/`), init);
  }

  /** Every request is signed, and one for a post has a key under which it may be repeated. */
  private prepare(request: Request): void {
    request.headers.set("X-API-Key", this.apiKey);
    const isForAPost = request.method === "POST" && new URL(request.url).pathname.endsWith("/generate-blog");
    if (isForAPost && !request.headers.has("Idempotency-Key")) {
      request.headers.set("Idempotency-Key", crypto.randomUUID());
    }
  }
}

/** The reply with all of its content, so that a loss on the way is noticed here; a stream stays one. */
async function whole(response: Response): Promise<Response> {
  if (response.status === 204 || response.headers.get("Content-Type")?.startsWith("text/event-stream")) {
    return response;
  }
  const { status, statusText, headers } = response;
  return new Response(await response.arrayBuffer(), { status, statusText, headers });
}
