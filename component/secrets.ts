/**
 * Secrets: tokens, keys, passwords. Only their hashes are stored (rooms' passwords aside, which owners read), and only the
 * functions here compare them, in constant time, so that the time of an answer reveals nothing.
 */
import { hash, randomBytes, timingSafeEqual } from "node:crypto";

/** Returns a new secret of 256 random bits. It can't be guessed, so its plain SHA-256 hash may be stored. */
export function newSecret(): string {
  return randomText(32);
}

/**
 * Returns random bytes in Base64url. Nothing begins with "-": commands would take it for an option, and Postfix refuses
 * it as a recipient (allow_min_user), which begins with a hook's id.
 */
export function randomText(bytes: number): string {
  const text = randomBytes(bytes).toString("base64url");
  return text.startsWith("-") ? randomText(bytes) : text;
}

/** Returns a secret's SHA-256 hash. */
export function hashOf(secret: string): Buffer {
  return hash("sha256", secret, "buffer");
}

/** Compares two hashes or signatures, in constant time. Those of different lengths differ. */
export function isSameHash(one: Buffer, other: Buffer): boolean {
  return one.length === other.length && timingSafeEqual(one, other);
}

/** Whether a secret is the right one, which has this hash. */
export function isRight(secret: string, wanted: Buffer): boolean {
  return isSameHash(hashOf(secret), wanted);
}

/** The hash with which a secret is compared if there is none that could be right. */
const NOBODY = randomBytes(32);

/**
 * Finds who has a secret. It is compared with all hashes, and with one if there are none.
 * @param hashIn returns the hash of one's secret; undefined: it has none
 */
export function ownerOfSecret<T>(
  secret: string,
  all: Iterable<T>,
  hashIn: (one: T) => Buffer | undefined,
): T | undefined {
  const given = hashOf(secret);
  let owner: T | undefined;
  let isCompared = false;
  for (const one of all) {
    const known = hashIn(one);
    if (known === undefined) continue;
    isCompared = true;
    if (isSameHash(given, known)) owner ??= one;
  }
  if (!isCompared) isSameHash(given, NOBODY);
  return owner;
}
