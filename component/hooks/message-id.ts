/**
 * Ids of what hooks say, in the order of time (UUIDv7, RFC 9562 §5.7): messages lie on the disk by their ids, and each random
 * one would have another page written.
 */
import { randomUUID } from "node:crypto";

/** Digits of the time, and of a UUID before its version's. */
const DIGITS = 12;
const BEFORE = "xxxxxxxx-xxxx-4".length;

/** @param at milliseconds since 1970 */
export function newMessageId(at: number): string {
  const time = at.toString(16).padStart(DIGITS, "0");
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(BEFORE)}`;
}
