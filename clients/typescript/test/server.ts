/** A running Blog AI, named by BLOG_AI_URL and BLOG_AI_KEY. */

import assert from "node:assert/strict";
import { BlogAI } from "../src/index.js";

export const URL_OF_SERVER = variable("BLOG_AI_URL");
export const KEY = variable("BLOG_AI_KEY");
/** Quick, for tests. */
export const PATIENT = { attempts: 8, firstPause: 0.05 };

export const client = new BlogAI({ apiKey: KEY, baseUrl: URL_OF_SERVER, retry: PATIENT });

/** Of one test alone, so that its runs can be counted. */
export const newTopic = () => `How tides work ${crypto.randomUUID()}`;

function variable(name: string): string {
  const value = process.env[name];
  assert.ok(value, `These tests ask a running Blog AI: set ${name}, see the README.`);
  return value;
}
