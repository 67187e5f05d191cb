/** The sessions of operators in the console. They are only in memory, so a restart ends them. */
import { hash, randomBytes } from "node:crypto";
import type { KnownOperator } from "../../component/administration/operators.js";

export interface Session {
  readonly operator: KnownOperator;
  /** When the session expires, in milliseconds since 1970. */
  readonly expiresAt: number;
}

/** The duration of a session, in milliseconds. */
export const SESSION_MS = 12 * 3600_000;
/** A further login ends the oldest session. */
const MAX_SESSIONS = 1_000;

export class Sessions {
  /** The sessions by the hash of their id, oldest first. */
  readonly #open = new Map<string, Session>();

  /** Begins a session. @returns the session's id, the secret value of the cookie */
  begin(operator: KnownOperator, now = Date.now()): string {
    for (const [key, { expiresAt }] of this.#open) if (expiresAt <= now) this.#open.delete(key);
    const [oldest] = this.#open.keys();
    if (this.#open.size >= MAX_SESSIONS && oldest !== undefined) this.#open.delete(oldest);
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
}

function keyOf(id: string): string {
  return hash("sha256", id, "base64url");
}
