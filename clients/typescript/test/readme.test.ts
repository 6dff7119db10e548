/** The example of the README. */

import assert from "node:assert/strict";
import { readFile, rm, writeFile } from "node:fs/promises";
import { test } from "node:test";
import { KEY, URL_OF_SERVER } from "./server.js";

test("the example works", async (context) => {
  const readme = await readFile(new URL("../../README.md", import.meta.url), "utf8");
  const found = /```js\n(.*?)```/s.exec(readme);
  assert.ok(found?.[1]);
  const example = new URL("readme-example.js", import.meta.url); // in here, so that it finds the package
  await writeFile(example, found[1].replace("bai_…", KEY).replace("http://127.0.0.1:8000", URL_OF_SERVER));
  const log = context.mock.method(console, "log", () => undefined);
  await import(example.href).finally(() => rm(example));
  assert.match(log.mock.calls.at(-1)?.arguments[0], /^# /);
});
