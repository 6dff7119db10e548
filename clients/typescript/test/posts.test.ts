/** Posts by all ways there are, from a server that can be reached, and from one that hardly can. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { BlogAI, dataOf, ReviewNeeded, type RunEvent, type RunReply } from "../src/index.js";
import { CuttingProxy } from "./proxy.js";
import { client, KEY, newTopic, PATIENT, URL_OF_SERVER } from "./server.js";

/** Bytes: before the reply, in its headers, and then among its events. */
const CUTS = [0, 100, 700, 1500, 2100, 2500];

async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const found: Item[] = [];
  for await (const item of items) found.push(item);
  return found;
}

function assertNothingLostOrDoubled(events: RunEvent[]): void {
  const numbers = events.flatMap((event) =>
    "seq" in event && event.type !== "run.snapshot" ? [event.seq] : [],
  );
  assert.deepEqual(
    numbers,
    numbers.map((_, index) => index + 1),
  );
  assert.equal(events.at(-1)?.type, "run.completed");
}

async function runsAbout(topic: string): Promise<RunReply[]> {
  return (await all(client.runs({ page_size: 50 }))).filter((run) => run.topic === topic);
}

async function cutOff(
  cuts: number[],
  use: (client: BlogAI, requests: string[]) => Promise<void>,
): Promise<void> {
  const proxy = new CuttingProxy(URL_OF_SERVER, [...cuts]);
  const cut = new BlogAI({ apiKey: KEY, baseUrl: await proxy.start(), retry: PATIENT });
  await use(cut, proxy.requests);
  assert.ok(proxy.hasCutAll);
  proxy.close();
}

test("generate waits for the post", async () => {
  const post = await client.generate({ topic: newTopic(), sections: 1, include_faq: false });
  assert.ok(post.content_markdown.startsWith(`# ${post.title}`));
  assert.equal((await client.post(post.id)).content_markdown, post.content_markdown);
});

test("start and wait", async () => {
  const accepted = await client.start({ topic: newTopic(), sections: 1, include_faq: false });
  const run = await client.wait(accepted.run_id, { timeout: 300 });
  assert.deepEqual([run.status, run.post_id], ["completed", accepted.id]);
  await assert.rejects(client.wait(accepted.run_id, { timeout: 0 }), /not ended/);
});

test("a post whose outline is reviewed is not waited for", async () => {
  const brief = { topic: newTopic(), sections: 1, review_outline: true };
  await assert.rejects(client.generate(brief), ReviewNeeded);
});

test("the draft of a stream that is cut off becomes the post", async () => {
  const topic = newTopic();
  await cutOff(CUTS, async (cut, requests) => {
    const stream = cut.stream({ topic, sections: 3 });
    assertNothingLostOrDoubled(await all(stream));
    assert.equal(requests.at(-1), `GET /api/v1/runs/${stream.runId}/events HTTP/1.1`);
    const [run, ...others] = await runsAbout(topic);
    assert.ok(run && others.length === 0);
    assert.equal(stream.runId, run.id);
    assert.equal(stream.draft.markdown, (await client.post(run.post_id)).content_markdown);

    const again = client.watch(run.id);
    assertNothingLostOrDoubled(await all(again));
    assert.equal(again.draft.markdown, stream.draft.markdown);
  });
});

for (const [where, cuts] of Object.entries({ "while it waits": [0, 0], "in the reply": [100, 1500] })) {
  test(`a request that is repeated is one run: cut off ${where}`, async () => {
    const topic = newTopic();
    await cutOff(cuts, async (cut) => {
      const post = await cut.generate({ topic, sections: 1, include_faq: false });
      const found = await runsAbout(topic);
      assert.deepEqual(
        found.map((run) => run.post_id),
        [post.id],
      );
    });
  });
}

test("a key of your own is the same run for two programs", async () => {
  const brief = { topic: newTopic(), sections: 1, include_faq: false };
  const first = await client.start(brief, { idempotencyKey: brief.topic });
  assert.equal((await client.start(brief, { idempotencyKey: brief.topic })).run_id, first.run_id);
  await client.wait(first.run_id);
});

test("leaving a stream and a signal end it", async () => {
  const abort = new AbortController();
  const stream = client.stream({ topic: newTopic(), sections: 1 }, { signal: abort.signal });
  await assert.rejects(async () => {
    for await (const event of stream) if (event.type === "run.started") abort.abort();
  }, /AbortError/);
  for await (const event of client.watch(stream.runId ?? "")) if (event.type === "run.started") break;
});

test("lists are fetched page by page", async () => {
  const found = (await all(client.posts())).map((post) => post.id);
  assert.ok(found.length >= 2);
  const oneByOne: string[] = [];
  for await (const post of client.posts({ page_size: 1 })) if (oneByOne.push(post.id) === 3) break;
  assert.equal(new Set(oneByOne).size, oneByOne.length);
  assert.deepEqual(oneByOne, found.slice(0, oneByOne.length));
});

test("all other calls use the same connection", async () => {
  const usage = await dataOf(client.api.GET("/api/v1/usage"));
  assert.ok(usage.tier);
});
