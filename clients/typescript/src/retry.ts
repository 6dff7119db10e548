/** When a request is repeated, and after which pause. */

/** A reply's Retry-After is kept to. Where it is over `longestPause`, the error is thrown at once. */
export interface Retry {
  /** Tries in all. */
  attempts: number;
  /** Seconds; the next pauses double, and all are a little random. */
  firstPause: number;
  longestPause: number;
}

export const PATIENCE: Retry = { attempts: 5, firstPause: 0.5, longestPause: 60 };

const REPEATABLE = ["GET", "HEAD", "PUT", "DELETE", "OPTIONS"];
const NOT_NOW = [429, 503];

/** Seconds before each further try. */
export function* pauses({ attempts, firstPause, longestPause }: Retry): Generator<number, undefined> {
  for (let number = 0; number < attempts - 1; number += 1) {
    yield Math.min(longestPause, firstPause * 2 ** number) * (0.75 + Math.random() / 4);
  }
}

/** Whether it does the same twice as once. */
export function isRepeatable(request: Request): boolean {
  return REPEATABLE.includes(request.method) || request.headers.has("Idempotency-Key");
}

/** The pause after this reply, given what it would be otherwise; undefined to give up. */
export function pauseAfter(
  response: Response,
  pause: number | undefined,
  { longestPause }: Retry,
): number | undefined {
  if (pause === undefined || !NOT_NOW.includes(response.status)) return undefined;
  const asked = Number.parseInt(response.headers.get("Retry-After") ?? "", 10);
  if (Number.isNaN(asked)) return pause;
  return asked <= longestPause ? asked : undefined;
}

/** Rejects with the signal's reason when that comes first. */
export function sleep(seconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, seconds * 1000);
    signal?.addEventListener("abort", stop, { once: true });
  });
}
