/** The sessions of operators in the console, and the links that start one. A restart ends all. */
import type { IncomingMessage } from "node:http";
import type { KnownOperator } from "../../component/administration/operators.js";
import { hashOf, newSecret } from "../../component/secrets.js";
import { Denied } from "../api-response.js";

/** An operator in the console. */
export interface Visitor {
  readonly operator: KnownOperator;
  /** The session's id, the secret value of the cookie. */
  readonly session: string;
}

/** How long a session lasts, in milliseconds. */
const SESSION_MS = 12 * 3600_000;
/** How many sessions there may be; a further one ends the oldest. */
const MAX_SESSIONS = 1_000;
const COOKIE = "qtalk_console";
const WANTED = new RegExp(`(?:^|;\\s*)${COOKIE}=([\\w-]{1,64})(?:;|$)`);

/** How long a link works, in milliseconds, and how many there may be. */
const LINK_MS = 10 * 60_000;
const MAX_LINKS = 1_000;
const AGAIN = "for another, run on the component's machine: qtalk-component console";
const USED = new Denied(`this link was used already, and works only once; ${AGAIN}`, 401);
const LATE = new Denied(`this link is unknown, or older than ten minutes; ${AGAIN}`, 401);

export class Sessions {
  /** The sessions by the hash of their id, with their ends in milliseconds since 1970. */
  readonly #sessions = new Map<string, { readonly operator: KnownOperator; readonly endsAt: number }>();

  /** The links by the hash of their secret. One that was used stays until its end, so that it can be said. */
  readonly #links = new Map<string, { readonly name: string; readonly endsAt: number; isUsed: boolean }>();

  /** @param isStill whether an operator still exists */
  constructor(private readonly isStill: (operator: KnownOperator) => boolean) {}

  /** Returns who sent a request; undefined if the request has no session, or it has ended. */
  visitor({ headers }: Pick<IncomingMessage, "headers">): Visitor | undefined {
    const session = WANTED.exec(headers.cookie ?? "")?.[1] ?? "";
    const { operator, endsAt = 0 } = this.#sessions.get(keyOf(session)) ?? {};
    if (operator === undefined || endsAt <= Date.now() || !this.isStill(operator)) return undefined;
    return { operator, session };
  }

  /** Starts a session, and returns its id. */
  start(operator: KnownOperator): string {
    const now = Date.now();
    makeRoom(this.#sessions, MAX_SESSIONS, now);
    const session = newSecret();
    this.#sessions.set(keyOf(session), { operator, endsAt: now + SESSION_MS });
    return session;
  }

  /** Makes a link's secret. @param name the Unix user, as whom the link logs in */
  link(name: string): string {
    const now = Date.now();
    makeRoom(this.#links, MAX_LINKS, now);
    const secret = newSecret();
    this.#links.set(keyOf(secret), { name, endsAt: now + LINK_MS, isUsed: false });
    return secret;
  }

  /** Returns the operator whom a link logs in: once, and in time. */
  follow(secret: string): KnownOperator | Denied {
    const link = this.#links.get(keyOf(secret));
    if (link === undefined || link.endsAt <= Date.now()) return LATE;
    if (link.isUsed) return USED;
    link.isUsed = true;
    return { name: link.name, token: undefined, may: ["all"] };
  }

  end({ session }: Visitor): void {
    this.#sessions.delete(keyOf(session));
  }
}

/** Returns the value of Set-Cookie. @param session the session's id; "": deletes the cookie */
export function cookieOf(session: string, isSecure: boolean): string {
  const age = session === "" ? 0 : SESSION_MS / 1000;
  return `${COOKIE}=${session}; Path=/console; Max-Age=${age}; HttpOnly; SameSite=Strict${isSecure ? "; Secure" : ""}`;
}

/** Deletes entries that have ended, and the oldest one if there are `most` without them. */
function makeRoom(map: Map<string, { readonly endsAt: number }>, most: number, now: number): void {
  for (const [key, { endsAt }] of map) if (endsAt <= now) map.delete(key);
  const [oldest] = map.keys();
  if (oldest !== undefined && map.size >= most) map.delete(oldest);
}

function keyOf(session: string): string {
  return hashOf(session).toString("base64url");
}
