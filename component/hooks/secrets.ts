/** Makes the ids of webhooks and of their messages, and makes and checks webhooks' secrets. */
import { hash, randomBytes, randomUUID, timingSafeEqual } from "node:crypto";

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

/** Returns a new secret of 256 random bits. It can't be guessed, so its plain SHA-256 hash may be stored. */
export function newSecret(): string {
  return randomText(32);
}

/** Returns random bytes in Base64url. Commands take what begins with "-" for an option, so nothing does. */
function randomText(bytes: number): string {
  const text = randomBytes(bytes).toString("base64url");
  return text.startsWith("-") ? randomText(bytes) : text;
}

export function hashOf(secret: string): Buffer {
  return hash("sha256", secret, "buffer");
}

/** Compares a secret with the SHA-256 hash of the right secret, in constant time. */
export function isRight(secret: string, wanted: Buffer): boolean {
  return timingSafeEqual(hashOf(secret), wanted);
}
