/** Makes and checks the ids and secrets in the addresses of webhooks. */
import { hash, randomBytes, timingSafeEqual } from "node:crypto";

/** Returns a new unique id, which isn't secret. */
export function newId(): string {
  return randomBytes(9).toString("base64url");
}

/** Returns a new secret of 256 random bits. It can't be guessed, so its plain SHA-256 hash may be stored. */
export function newSecret(): string {
  return randomBytes(32).toString("base64url");
}

export function hashOf(secret: string): Buffer {
  return hash("sha256", secret, "buffer");
}

/** Compares a secret with the SHA-256 hash of the right one, in constant time. */
export function isRight(secret: string, wanted: Buffer): boolean {
  return timingSafeEqual(hashOf(secret), wanted);
}
