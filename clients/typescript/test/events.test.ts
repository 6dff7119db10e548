/** What is made of the bytes of a stream, without a server. */

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Connection } from "../src/connection.js";
import { Draft } from "../src/draft.js";
import { Decoder, Following, type RunEvent } from "../src/events.js";
import { PATIENCE } from "../src/retry.js";
import { Stream } from "../src/stream.js";

// biome-ignore lint/suspicious/noExplicitAny: frames with only those fields that a test is about
const frame = (type: string, more: object = {}): any => ({ type, run: "1", ...more });
const snapshot = (status: string, seq: number) =>
  frame("run.snapshot", { status, seq, outline: null, parts: [] });

function typesOf(following: Following, ...frames: RunEvent[]): string[] {
  return frames.flatMap((each) => [...following.accept(each)].map((event) => event.type));
}

test("an event may come in any pieces", () => {
  const data = { type: "part.delta", text: "a line\u2028that\u0085has no end 🌊" };
  const sent = new TextEncoder().encode(`: hello\n\nid: 1\r\ndata: ${JSON.stringify(data)}\r\n\r\ndata: {`);
  for (let size = 1; size < sent.length; size += 1) {
    const decoder = new Decoder();
    const events: unknown[] = [];
    for (let start = 0; start < sent.length; start += size) {
      events.push(...decoder.feed(sent.slice(start, start + size)));
    }
    assert.deepEqual(events, [data]);
  }
});

test("an ending that is repeated comes after the text", () => {
  const following = new Following();
  const replay = [
    frame("run.started", { seq: 1 }),
    frame("run.completed", { seq: 2 }),
    snapshot("completed", 2),
  ];
  assert.deepEqual(typesOf(following, ...replay), ["run.started", "run.snapshot", "run.completed"]);
  assert.ok(following.ended);
});

test("an ending before another try is not the end", () => {
  const following = new Following();
  const replay = ["run.started", "run.failed", "run.started"].map((type, at) => frame(type, { seq: at + 1 }));
  assert.deepEqual(typesOf(following, ...replay, snapshot("running", 3)), [
    "run.started",
    "run.failed",
    "run.started",
    "run.snapshot",
  ]);
  assert.ok(!following.ended);
});

test("an ending that was held back when the connection broke is asked for again", () => {
  const following = new Following();
  const replay = [frame("run.started", { seq: 1 }), frame("run.completed", { seq: 2 })];
  assert.deepEqual(typesOf(following, ...replay), ["run.started"]);
  following.connected();
  assert.equal(following.seq, 1);
  assert.deepEqual(typesOf(following, ...replay, snapshot("completed", 2)), [
    "run.snapshot",
    "run.completed",
  ]);
});

test("text of an older attempt is forgotten, and offsets count code points", () => {
  const draft = new Draft();
  const delta = (attempt: number, offset: number, text: string) =>
    frame("part.delta", { part: "one", attempt, offset, text });
  const frames = [
    frame("outline.ready", { outline: { title: "T" }, parts: [{ part: "one", heading: "One" }] }),
    delta(1, 0, "old"),
    frame("part.reset", { part: "one", attempt: 2 }),
    delta(2, 0, "néw 🌊"),
    delta(1, 3, "er"),
    delta(2, 5, " text"),
  ];
  for (const each of frames) draft.apply(each);
  assert.equal(draft.markdown, "# T\n\n## One\n\nnéw 🌊 text");
});

test("a signal ends a stream whose events have all come", async () => {
  const ended = { seq: 2, post_id: "2", title: "Tides" };
  const events = [frame("run.started", { seq: 1 }), frame("run.completed", ended), snapshot("completed", 2)];
  const body = events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join("");
  const connection = { retry: PATIENCE, fetch: async () => new Response(body) } as unknown as Connection;
  const abort = new AbortController();
  const stream = new Stream(connection, new Request("http://127.0.0.1/", { signal: abort.signal }));
  await assert.rejects(async () => {
    for await (const event of stream) if (event.type === "run.started") abort.abort();
  }, /AbortError/);
});
