/** Operators who have logged in, in memory: a restart of the component ends their sessions. */
import { createHmac, hash, randomBytes } from "node:crypto";
import type { KnownOperator } from "../../component/administration/operators.js";

export interface Session {
  readonly operator: KnownOperator;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

export const SESSION_MS = 12 * 3600_000;
/** So many at a time; then the oldest ends. */
const MOST = 1_000;

export class Sessions {
  /** By a hash of their ids, the oldest first. */
  readonly #open = new Map<string, Session>();
  /** Of this process: nobody knows the tokens of another. */
  readonly #key = randomBytes(32);

  /** @returns the session's id, to be known to its browser alone */
  begin(operator: KnownOperator, now = Date.now()): string {
    for (const [key, { expiresAt }] of this.#open) if (expiresAt <= now) this.#open.delete(key);
    const [oldest] = this.#open.keys();
    if (this.#open.size >= MOST && oldest !== undefined) this.#open.delete(oldest);
    const id = randomBytes(32).toString("base64url");
    this.#open.set(keyOf(id), { operator, expiresAt: now + SESSION_MS });
    return id;
  }

  find(id: string, now = Date.now()): Session | undefined {
    const session = this.#open.get(keyOf(id));
    return session !== undefined && session.expiresAt > now ? session : undefined;
  }

  end(id: string): void {
    this.#open.delete(keyOf(id));
  }

  /** The token that requests of this session have in a header, which other sites' pages can't know. @param id "": nobody's */
  csrfOf(id: string): string {
    return createHmac("sha256", this.#key).update(id).digest("base64url");
  }
}

function keyOf(id: string): string {
  return hash("sha256", id, "base64url");
}
