/** The two parts of a hook's address: one that may be known, and one that nobody guesses. */
import { hash, randomBytes, timingSafeEqual } from "node:crypto";

/** A name that differs from all others'. */
export function newId(): string {
  return randomBytes(9).toString("base64url");
}

/** 256 random bits: nobody guesses them, so a plain hash keeps them. */
export function newSecret(): string {
  return randomBytes(32).toString("base64url");
}

export function hashOf(secret: string): Buffer {
  return hash("sha256", secret, "buffer");
}

/** Compares in the same time whatever they are. @param wanted SHA-256 of the right one */
export function isRight(secret: string, wanted: Buffer): boolean {
  return timingSafeEqual(hashOf(secret), wanted);
}
