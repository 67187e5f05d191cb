/** Sessions of operators, in memory: a restart of the component ends them. */
import { createHmac, hash, randomBytes } from "node:crypto";
import type { KnownOperator } from "../../component/administration/operators.js";

export interface Session {
  readonly operator: KnownOperator;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

export const SESSION_MS = 12 * 3600_000;
/** The most sessions; beyond, the oldest ends. */
const MOST = 1_000;

export class Sessions {
  /** By the hash of the id, the oldest first. */
  readonly #open = new Map<string, Session>();
  /** The key of CSRF tokens, random in each process. */
  readonly #key = randomBytes(32);

  /** Begins a session. @returns its id, a secret for the cookie */
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

  /** The CSRF token of a session. @param id "": for visitors without login */
  csrfOf(id: string): string {
    return createHmac("sha256", this.#key).update(id).digest("base64url");
  }
}

function keyOf(id: string): string {
  return hash("sha256", id, "base64url");
}
