/** Refusals as exceptions, and what is tried again. */

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  BlogAI,
  ConnectionFailed,
  NotAuthenticated,
  NotFound,
  PaymentRequired,
  Unavailable,
  ValidationFailed,
} from "../src/index.js";
import { client, URL_OF_SERVER } from "./server.js";

const brief = { topic: "How tides work", sections: 1 };

/** The error that something is rejected with, of this kind. */
async function rejection<Kind extends Error>(
  kind: new (...given: never[]) => Kind,
  work: Promise<unknown>,
): Promise<Kind> {
  const error: unknown = await work.then(
    () => assert.fail("it succeeded"),
    (reason) => reason,
  );
  assert.ok(error instanceof kind, String(error));
  return error;
}

test("a key that is no good", async () => {
  const stranger = new BlogAI({ apiKey: "bai_live_wrong", baseUrl: URL_OF_SERVER });
  const error = await rejection(NotAuthenticated, stranger.generate(brief));
  assert.deepEqual([error.name, error.status, error.code], ["NotAuthenticated", 401, "not_authenticated"]);
  assert.ok(error.requestId);
});

test("a field that is wrong", async () => {
  const error = await rejection(ValidationFailed, client.start({ ...brief, sections: 99 }));
  assert.equal(error.code, "validation_error");
  assert.deepEqual(Object.keys(error.errors), ["sections"]);
  assert.ok(error.detail);
});

test("a post that is not there", async () => {
  await rejection(NotFound, client.post(crypto.randomUUID()));
});

const freeKey = process.env.BLOG_AI_FREE_KEY;
const skip = freeKey ? false : "uses up the plan of the account of BLOG_AI_FREE_KEY, which is not set";

test("a plan that is used up", { skip }, async () => {
  const free = new BlogAI({ apiKey: freeKey ?? "", baseUrl: URL_OF_SERVER });
  const many = async () => {
    for (let number = 0; number < 10; number += 1) await free.start(brief);
  };
  const error = await rejection(PaymentRequired, many());
  assert.equal(error.code, "quota_exceeded");
  assert.equal(error.problem.limit, 2);
});

test("no server", async () => {
  const retry = { attempts: 2, firstPause: 0.01 };
  const nobody = new BlogAI({ apiKey: "bai", baseUrl: "http://127.0.0.1:9", retry });
  const error = await rejection(ConnectionFailed, nobody.start(brief));
  assert.ok(error.cause instanceof TypeError);
});

// Replies that a healthy server does not give ----------------------------------------------------

function refusal(status: number, code: string, retryAfter: number): Response {
  const problem = {
    status,
    code,
    title: "Not now",
    detail: "Not now.",
    request_id: "a",
    retry_after: retryAfter,
  };
  return new Response(JSON.stringify(problem), {
    status,
    headers: { "Content-Type": "application/problem+json", "Retry-After": `${retryAfter}` },
  });
}

function scripted(replies: Response[], sent: Request[], longestPause = 60): BlogAI {
  return new BlogAI({
    apiKey: "bai",
    baseUrl: "http://blog.test",
    retry: { firstPause: 30, longestPause },
    fetch: async (request) => {
      sent.push(request);
      return replies.shift() ?? assert.fail("one request too many");
    },
  });
}

test("a busy server is asked again when it says so", async (context) => {
  const pauses: number[] = [];
  context.mock.method(globalThis, "setTimeout", (resolve: () => void, milliseconds: number) => {
    pauses.push(milliseconds / 1000);
    queueMicrotask(resolve);
  });
  const sent: Request[] = [];
  const replies = [
    refusal(503, "unavailable", 7),
    refusal(429, "rate_limited", 9),
    refusal(404, "not_found", 1),
  ];
  await rejection(NotFound, scripted(replies, sent).start(brief));
  assert.deepEqual(pauses, [7, 9]);
  const bodies = await Promise.all(sent.map((request) => request.text()));
  const keys = sent.map((request) => request.headers.get("Idempotency-Key"));
  assert.equal(new Set(bodies).size, 1);
  assert.equal(new Set(keys).size, 1);
  assert.ok(keys[0]);
});

test("patience has an end", async () => {
  const sent: Request[] = [];
  const error = await rejection(
    Unavailable,
    scripted([refusal(503, "maintenance", 61)], sent).run(crypto.randomUUID()),
  );
  assert.equal(error.retryAfter, 61);
  const zero = Array.from({ length: 9 }, () => refusal(503, "maintenance", 0));
  await rejection(Unavailable, scripted(zero, sent).run(crypto.randomUUID()));
  assert.equal(sent.length, 1 + 5);
});

test("what might happen twice is not repeated", async () => {
  const sent: Request[] = [];
  const run = { params: { path: { run_id: crypto.randomUUID() } } };
  const busy = scripted([refusal(503, "unavailable", 1)], sent);
  await rejection(Unavailable, busy.api.POST("/api/v1/runs/{run_id}/cancel", run));
  assert.equal(sent.length, 1);
});
