/** A post to a hook: what it becomes, and by what its repetitions are recognised. */
import { hash } from "node:crypto";
import { HookFault } from "./fault.js";
import type { Format, Payload } from "./formats/format.js";
import type { Hook } from "./hook.js";
import { answerOf, type AcceptedOutcome, type MessageOutcome } from "./outcome.js";
import type { PostMessage } from "./sending.js";

/** Retention of messages, and how long identical posts without a key count as one; in milliseconds. */
export const KEPT_MS = { messages: 24 * 3600_000, same: 10 * 60_000 };
const DIGEST_BYTES = 16;

/** An HTTP request to a hook. */
export interface Post {
  readonly posted: Payload;
  /** The idempotency key; undefined if the request has none. */
  readonly key: string | undefined;
  readonly body: Buffer;
  /** The id of the request, for the log. */
  readonly request: string;
  /** The program's key for the message, which is made or corrected; undefined: the post makes a new message. */
  readonly name?: string | undefined;
}

/** The id of an accepted post's message, and what became of it. */
export interface Accepted {
  readonly id: string;
  /** "ignored": the hook says nothing about such posts, so there is no message, and the id is "". */
  readonly delivery: AcceptedOutcome | "ignored";
  /** The program's key for the message, if it has one. */
  readonly key?: string;
}

/** By what a repetition of a post is recognised, and the id of the request. */
export interface Repeatable {
  readonly fingerprint: Buffer | undefined;
  readonly request: string;
  /** Called in the transaction that stores the message. */
  readonly stored?: () => void;
}

export function recordOf(hook: Hook, { fingerprint, request }: Repeatable, acceptedAt = Date.now()) {
  return { hook: hook.id, receiver: hook.to.bare.text, call: undefined, request, acceptedAt, fingerprint };
}

/** Whether a message of a post is the one that programs ask about, and people answer. */
export function isMain({ isFile, reactions }: PostMessage): boolean {
  return isFile !== true && reactions === undefined;
}

export function answerTo(id: string, outcome: MessageOutcome): Accepted | HookFault {
  const answer = answerOf(id, outcome);
  return answer instanceof HookFault ? answer : { id, delivery: answer };
}

/** Returns a value that repetitions of a post share; undefined if repetitions are accepted. */
export function fingerprintOf({ isRetried }: Format, { key, body }: Post): Buffer | undefined {
  if (key !== undefined) return digestOf(`key ${key}`);
  // Users may post the same text twice, so an equal body is a repetition only if the format's programs retry.
  return isRetried ? digestOf(body) : undefined;
}

export function digestOf(value: string | Buffer): Buffer {
  return hash("sha256", value, "buffer").subarray(0, DIGEST_BYTES);
}
