/** What goes wrong, as exceptions. */

import type { Problem, RunReply } from "./generated/schema.js";

/** Whatever this package throws. */
export class BlogAIError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** No reply, or not all of it, also after the retries. */
export class ConnectionFailed extends BlogAIError {}

/** The run waits until its outline is approved: there is no post yet. */
export class ReviewNeeded extends BlogAIError {
  constructor(readonly run: RunReply) {
    super(`The outline of run ${run.id} waits for its review.`);
  }
}

/** A reply that says what is wrong (problem+json). `code` is stable, `detail` is for people. */
export class APIError extends BlogAIError {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly requestId: string | null;
  /** Seconds until another try makes sense. */
  readonly retryAfter: number | null;
  /** Of a conflict or a failure: the run that it is about. */
  readonly runId: string | null;
  /** Of a ValidationFailed: what is wrong with each field. */
  readonly errors: Record<string, string[]>;

  constructor(readonly problem: Partial<Problem> & { status: number }) {
    super(`${problem.status} ${problem.code ?? "error"}: ${problem.detail || problem.title || ""}`);
    this.status = problem.status;
    this.code = problem.code ?? "error";
    this.title = problem.title ?? "";
    this.detail = problem.detail ?? "";
    this.requestId = problem.request_id ?? null;
    this.retryAfter = problem.retry_after ?? null;
    this.runId = problem.run_id ?? null;
    this.errors = problem.errors ?? {};
  }
}

/** No API key, or one that is no good (any more). */
export class NotAuthenticated extends APIError {}
/** `code` is "quota_exceeded" or "cost_limit_reached". */
export class PaymentRequired extends APIError {}
/** The key may not do this, or the plan does not include it. */
export class PermissionDenied extends APIError {}
/** No such thing, or it is somebody else's. */
export class NotFound extends APIError {}
/** Not in the state that it is in now. */
export class Conflict extends APIError {}
/** `errors` maps each wrong field to sentences. */
export class ValidationFailed extends APIError {}
/** Too many requests, also after the retries. */
export class RateLimited extends APIError {}
/** The model's provider failed. The unit is refunded. */
export class ProviderFailed extends APIError {}
/** Maintenance, a restart, or no database, also after the retries. */
export class Unavailable extends APIError {}

const KINDS: Record<number, typeof APIError> = {
  401: NotAuthenticated,
  402: PaymentRequired,
  403: PermissionDenied,
  404: NotFound,
  409: Conflict,
  422: ValidationFailed,
  429: RateLimited,
  502: ProviderFailed,
  503: Unavailable,
  504: ProviderFailed,
};

/** The exception for a problem, by its status. */
export function errorOf(problem: Partial<Problem> & { status: number }): APIError {
  return new (KINDS[problem.status] ?? APIError)(problem);
}

/** The exception for a reply. Not every proxy speaks problem+json. */
export async function errorFor(response: Response): Promise<APIError> {
  const text = await response.text();
  let problem: Partial<Problem> = {};
  if (response.headers.get("Content-Type")?.includes("json")) {
    try {
      problem = Object(JSON.parse(text));
    } catch {
      // it only says so: the status is known all the same
    }
  }
  const seconds = response.headers.get("Retry-After");
  return errorOf({
    title: response.statusText,
    request_id: response.headers.get("X-Request-ID"),
    ...(seconds && /^\d+$/.test(seconds) ? { retry_after: Number(seconds) } : {}),
    ...problem,
    status: response.status as Problem["status"],
  });
}
