/** Makes message ids ordered by time (UUIDv7, RFC 9562 §5.7), so that new ids share a page of the database's index. */
import { randomUUID } from "node:crypto";

/** How many hexadecimal digits the time has. */
const DIGITS = 12;
/** How many characters of a UUID precede its random part. */
const BEFORE = "xxxxxxxx-xxxx-4".length;

/** Returns a new id. @param at the time in milliseconds since 1970 */
export function newMessageId(at: number): string {
  const time = at.toString(16).padStart(DIGITS, "0");
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(BEFORE)}`;
}
