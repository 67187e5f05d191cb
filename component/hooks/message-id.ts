/**
 * Ids of webhooks' messages, ordered by time (UUIDv7, RFC 9562 §5.7): random ids would write to another page of the
 * database's index each time.
 */
import { randomUUID } from "node:crypto";

/** Hexadecimal digits of the time, and characters of a UUID up to its version. */
const DIGITS = 12;
const BEFORE = "xxxxxxxx-xxxx-4".length;

/** Returns a new id. @param at milliseconds since 1970 */
export function newMessageId(at: number): string {
  const time = at.toString(16).padStart(DIGITS, "0");
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(BEFORE)}`;
}
