/**
 * The events of a run, as `/api/v1/runs/{id}/events` sends them.
 *
 * `seq` numbers the milestones of a run without gaps. A server may send types and fields that are not listed.
 */

export interface Outline {
  title: string;
  slug: string;
  description: string;
  tags: string[];
}

export interface PartState {
  part: string;
  heading: string;
  state: string;
  attempt: number;
  text: string;
}

interface Of<Type extends string> {
  type: Type;
  run: string;
}

interface Milestone<Type extends string> extends Of<Type> {
  seq: number;
}

export interface RunStarted extends Milestone<"run.started"> {
  post_id: string;
  conversation_id: string;
  parts: string[];
}

/** While the outline is written. The finished one may differ. */
export interface OutlineDraft extends Of<"outline.draft"> {
  title: string;
  headings: string[];
}

export interface OutlineReady extends Milestone<"outline.ready"> {
  outline: Outline;
  parts: { part: string; heading: string }[];
}

/** The run waits for its owner, who continues it. */
export interface OutlineReview extends Milestone<"outline.review"> {}

/** For the provider, or for a rate limit. */
export interface RunWaiting extends Of<"run.waiting"> {
  step: string;
  seconds: number;
  reason: string;
}

/** A new attempt: the part is empty again. */
export interface PartReset extends Of<"part.reset"> {
  part: string;
  attempt: number;
  reason: string;
}

/** `text` goes at `offset` of the part, counted in code points. */
export interface PartDelta extends Of<"part.delta"> {
  part: string;
  attempt: number;
  offset: number;
  text: string;
}

/** `html` is safe to show; `length` is in code points. */
export interface PartDone extends Milestone<"part.done"> {
  part: string;
  attempt: number;
  heading: string;
  length: number;
  html: string;
  notes: string[];
}

/** Everything there is so far: first in a stream, and again after an interruption. */
export interface RunSnapshot extends Milestone<"run.snapshot"> {
  status: string;
  post_id: string;
  outline: Outline | null;
  parts: PartState[];
}

export interface RunCompleted extends Milestone<"run.completed"> {
  post_id: string;
  title: string;
}

export interface RunFailed extends Milestone<"run.failed"> {
  code: string;
  detail: string;
}

/** With a code unless its owner cancelled it. */
export interface RunCancelled extends Milestone<"run.cancelled"> {
  code?: string;
  detail?: string;
}

export type RunEvent =
  | RunStarted
  | OutlineDraft
  | OutlineReady
  | OutlineReview
  | RunWaiting
  | PartReset
  | PartDelta
  | PartDone
  | RunSnapshot
  | RunCompleted
  | RunFailed
  | RunCancelled;

/** What a server says about the stream itself. */
export type Notice =
  | { type: "reconnect"; after_ms: number }
  | { type: "error"; code: "not_authenticated"; detail: string };

const ENDINGS = ["run.completed", "run.failed", "run.cancelled"];
const ENDED = ["completed", "failed", "cancelled"];

/** Bytes in, complete events out. One that is cut off is never handed out. */
export class Decoder {
  private readonly text = new TextDecoder();
  private rest = "";
  private data: string[] = [];

  *feed(piece: Uint8Array): Generator<RunEvent | Notice> {
    const lines = (this.rest + this.text.decode(piece, { stream: true })).split("\n");
    this.rest = lines.pop() ?? "";
    for (const each of lines) {
      const line = each.endsWith("\r") ? each.slice(0, -1) : each;
      if (line.startsWith("data:")) {
        this.data.push(line.slice(line.startsWith("data: ") ? 6 : 5));
      } else if (!line && this.data.length) {
        const data = this.data.join("\n");
        this.data = [];
        yield JSON.parse(data);
      }
    }
  }
}

/**
 * What of a run has been handed out, over any number of connections.
 *
 * Every milestone comes once and in order. The ending comes last: a server that repeats what was missed sends
 * it before the snapshot with the text.
 */
export class Following {
  seq = 0;
  ended = false;
  private live = false;
  private ending: RunEvent | undefined;

  /** A new connection: it repeats what was missed, up to a snapshot. */
  connected(): void {
    this.live = false;
    this.ending = undefined;
  }

  /** The events to hand out now that this one has come. */
  *accept(event: RunEvent): Generator<RunEvent> {
    if (event.type === "run.snapshot") yield* this.snapshot(event);
    else if (!("seq" in event)) yield event;
    else if (event.seq > this.seq) yield* this.milestone(event);
  }

  private *snapshot(snapshot: RunSnapshot): Generator<RunEvent> {
    const ending = this.ending;
    this.ending = undefined;
    this.live = true;
    this.ended = ENDED.includes(snapshot.status);
    if (ending && !this.ended) yield this.counted(ending); // the run was tried again since
    yield snapshot;
    if (ending && this.ended) yield this.counted(ending);
    this.seq = Math.max(this.seq, snapshot.seq);
  }

  private *milestone(event: RunEvent): Generator<RunEvent> {
    if (this.ending) yield this.counted(this.ending);
    this.ending = undefined;
    if (ENDINGS.includes(event.type) && !this.live) {
      this.ending = event;
      return;
    }
    this.ended = ENDINGS.includes(event.type);
    yield this.counted(event);
  }

  private counted(event: RunEvent): RunEvent {
    if ("seq" in event) this.seq = event.seq;
    return event;
  }
}
