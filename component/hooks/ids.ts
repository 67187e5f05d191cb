/** Makes the ids of webhooks and of their messages. */
import { randomUUID } from "node:crypto";
import { randomText } from "../secrets.js";

/** Returns a new unique id, which isn't secret. */
export function newId(): string {
  return randomText(9);
}

/** How many characters of a UUIDv7 precede its random part. */
const BEFORE = "xxxxxxxx-xxxx-7".length;

/** Returns a new id for a message (UUIDv7, RFC 9562 §5.7), ordered by time, so that new ids share pages of an index. */
export function newMessageId(at: number): string {
  const time = at.toString(16).padStart(12, "0");
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(BEFORE)}`;
}
