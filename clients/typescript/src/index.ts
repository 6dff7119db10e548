/** A client of Blog AI. See README.md. */

export { BlogAI, type CallOptions, dataOf, type Options, type Page, type WritingOptions } from "./client.js";
export { Draft, type Part } from "./draft.js";
export * from "./errors.js";
export type * from "./events.js";
export type {
  Accepted,
  GenerateBlogBody,
  PostReply,
  PostSummary,
  Problem,
  paths,
  RunReply,
  WrittenReply,
} from "./generated/schema.js";
export { VERSION } from "./generated/version.js";
export type { Retry } from "./retry.js";
export { Stream } from "./stream.js";
