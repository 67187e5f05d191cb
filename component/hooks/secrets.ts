/** Ids and secrets of webhooks' addresses. */
import { hash, randomBytes, timingSafeEqual } from "node:crypto";

/** Returns a new unique id, which is no secret. */
export function newId(): string {
  return randomBytes(9).toString("base64url");
}

/** Returns a new secret of 256 random bits, so that a plain hash protects it. */
export function newSecret(): string {
  return randomBytes(32).toString("base64url");
}

export function hashOf(secret: string): Buffer {
  return hash("sha256", secret, "buffer");
}

/** Compares in constant time. @param wanted SHA-256 of the right secret */
export function isRight(secret: string, wanted: Buffer): boolean {
  return timingSafeEqual(hashOf(secret), wanted);
}
