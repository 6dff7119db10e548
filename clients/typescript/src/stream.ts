/** The events of a run, over as many connections as it takes. */

import type { Connection } from "./connection.js";
import { Draft } from "./draft.js";
import { ConnectionFailed, errorOf } from "./errors.js";
import { Decoder, Following, type Notice, type RunEvent } from "./events.js";
import { pauses, sleep } from "./retry.js";

/** Seconds without a byte after which a stream counts as broken: the server says something every 15. */
const SILENCE = 45;

/**
 * `for await` gives the events of a run, and ends with the run. `draft` is the post so far.
 *
 * Leaving the loop does not stop the run.
 */
export class Stream implements AsyncIterable<RunEvent> {
  readonly draft = new Draft();
  /** Undefined before the first event. */
  runId: string | undefined;
  private readonly following = new Following();
  private readonly events: AsyncGenerator<RunEvent, void>;
  private resume: string | undefined;
  private asked: number | undefined;
  private patience: Iterator<number, undefined>;

  constructor(
    private readonly connection: Connection,
    private readonly first: Request,
  ) {
    this.patience = pauses(connection.retry);
    this.events = this.read();
  }

  [Symbol.asyncIterator](): AsyncGenerator<RunEvent, void> {
    return this.events;
  }

  private async *read(): AsyncGenerator<RunEvent, void> {
    for (;;) {
      const response = await this.connection.fetch(this.request());
      this.following.connected();
      this.resume = response.headers.get("Content-Location") ?? this.resume;
      const decoder = new Decoder();
      let cause: unknown;
      const pieces = bytesOf(response);
      try {
        for (;;) {
          const piece = await pieces.next().catch((error: unknown) => {
            this.first.signal.throwIfAborted();
            cause = error;
          });
          if (!piece?.value) break;
          yield* this.accept(decoder.feed(piece.value));
          if (this.following.ended) return;
        }
      } finally {
        await pieces.return();
      }
      await sleep(this.pause(cause), this.first.signal);
    }
  }

  /** What to send next: the first request, until it has said where its stream is resumed. */
  private request(): Request {
    if (this.resume === undefined) return this.first.clone();
    // Only the path of it: the key goes to the server that it was given for, and to no other.
    const { pathname, search } = new URL(this.resume, this.first.url);
    return new Request(new URL(pathname + search, this.first.url), {
      headers: { Accept: "text/event-stream", "Last-Event-ID": `${this.following.seq}` },
      signal: this.first.signal,
    });
  }

  private *accept(frames: Iterable<RunEvent | Notice>): Generator<RunEvent> {
    for (const frame of frames) {
      if (frame.type === "reconnect") {
        this.asked = frame.after_ms / 1000;
      } else if (frame.type === "error") {
        throw errorOf({ code: frame.code, detail: frame.detail, status: 401 });
      } else {
        for (const event of this.following.accept(frame)) {
          if (event.type !== "run.snapshot") this.patience = pauses(this.connection.retry); // it goes on
          this.runId = event.run;
          this.draft.apply(event);
          this.first.signal.throwIfAborted(); // what has come already would go on without it
          yield event;
        }
      }
    }
  }

  /** Seconds before the next connection. Throws ConnectionFailed after too many without an event. */
  private pause(cause: unknown): number {
    const pause = this.patience.next().value;
    if (pause === undefined) {
      throw new ConnectionFailed("The stream was cut off again and again.", { cause });
    }
    const asked = this.asked;
    this.asked = undefined;
    return asked ?? pause;
  }
}

/** The pieces of a reply as they come. Rejects when they stop coming. */
async function* bytesOf(response: Response): AsyncGenerator<Uint8Array, void> {
  const reader = response.body?.getReader();
  if (!reader) return;
  try {
    for (;;) {
      let timer: ReturnType<typeof setTimeout> | undefined;
      const silence = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new TypeError("The stream went silent.")), SILENCE * 1000);
      });
      const { done, value } = await Promise.race([reader.read(), silence]).finally(() => clearTimeout(timer));
      if (done) return;
      yield value;
    }
  } finally {
    reader.cancel().catch(() => undefined); // it is broken already, and that was said above
  }
}
