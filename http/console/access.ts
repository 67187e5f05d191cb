/**
 * Access control of the console. By default only this machine may open it: the connection is local, not proxied, and its
 * Host is a loopback name or address, which DNS rebinding can't imitate. While no callers are configured, every local
 * process may do everything anyway, so no login is needed; otherwise operators log in by token. Changes must come from
 * the console's own page: requests of other sites are recognised by Sec-Fetch-Site or Origin, and lack the CSRF token.
 */
import { timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { isIP } from "node:net";
import type { Logger } from "winston";
import type { Operators } from "../../component/administration/operators.js";
import { TokenBuckets } from "../../component/token-bucket.js";
import type { Callers } from "../callers.js";
import { networkOf } from "../client-address.js";
import { hostIn } from "../host-check.js";
import { isLoopback } from "../listen.js";
import type { ConsoleConfig } from "./config.js";
import { ConsoleFault } from "./fault.js";
import { SESSION_MS, Sessions } from "./sessions.js";

/** A user of the console. */
export interface Visitor {
  /** The operator's name; undefined if no login is needed. */
  readonly operator: string | undefined;
  /** The session's id; "" if no login is needed. */
  readonly session: string;
  /** The value of X-CSRF-Token that requests with changes need. */
  readonly csrf: string;
  /** The end of the session in milliseconds since 1970; undefined if there is no session. */
  readonly expiresAt: number | undefined;
}

const COOKIE = "qtalk_console";
const WANTED = new RegExp(`(?:^|;\\s*)${COOKIE}=([\\w-]{1,64})(?:;|$)`);
/** Headers that proxies add. */
const FORWARDING =
  /^(?:via|forwarded|x-forwarded(?:-.+)?|x-original-.+|x-real-ip|(?:x-)?(?:cluster-|true-)?client-ip|cf-connecting-ip)$/;
/** Login attempts per network: a burst of ten, then one every six seconds. */
const LOGINS = { perSecond: 1 / 6, burst: 10 };

const AWAY = new ConsoleFault(
  "forbidden",
  "the console is open only to this machine, as localhost or 127.0.0.1; console.access: token lets operators log in from elsewhere",
);
const FOREIGN = new ConsoleFault("origin", "pages of other sites may not use the console");
const FORGED = new ConsoleFault("csrf", "the header X-CSRF-Token is missing or wrong");
const UNKNOWN = new ConsoleFault("login", "the token is unknown or has expired");

/** Whether this URL's host is this machine. */
function isHere(page: string): boolean {
  return URL.canParse(page) && isOwnName(hostIn(new URL(page).host));
}

/** Whether it is a loopback name or address, which DNS can't redirect. */
function isOwnName(host: string): boolean {
  return host === "localhost" || (isIP(host) !== 0 && isLoopback(host));
}

export class Access {
  readonly #sessions = new Sessions();
  readonly #logins = new TokenBuckets(LOGINS);

  constructor(
    private readonly config: ConsoleConfig,
    private readonly callers: Pick<Callers, "areConfigured" | "hasProxies" | "isProxy" | "addressOf">,
    private readonly operators: Pick<Operators, "byToken" | "isStill">,
    private readonly log: Logger,
  ) {}

  /** Refuses requests that may not even see the console's page. */
  refuse(request: IncomingMessage): ConsoleFault | undefined {
    return this.config.access === "token" || this.#isHere(request) ? undefined : AWAY;
  }

  /** Refuses requests that a page of another site triggered. */
  refuseForeign({ headers }: IncomingMessage): ConsoleFault | undefined {
    const site = headers["sec-fetch-site"];
    if (site !== undefined) return site === "same-origin" || site === "none" ? undefined : FOREIGN;
    const { origin, host } = headers;
    if (origin === undefined) return undefined;
    return URL.canParse(origin) && new URL(origin).host === host ? undefined : FOREIGN;
  }

  /** Refuses a change that doesn't come from the console's own page. */
  refuseForged({ headers }: IncomingMessage, { csrf }: Visitor): ConsoleFault | undefined {
    const given = Buffer.from(String(headers["x-csrf-token"] ?? ""));
    const wanted = Buffer.from(csrf);
    return given.length === wanted.length && timingSafeEqual(given, wanted) ? undefined : FORGED;
  }

  /** Whether visitors must log in. */
  get asksForToken(): boolean {
    return this.config.access === "token" || this.callers.areConfigured;
  }

  /** The visitor of a request; undefined if a login is needed. */
  visitor(request: IncomingMessage): Visitor | undefined {
    const id = WANTED.exec(request.headers.cookie ?? "")?.[1] ?? "";
    if (this.asksForToken) return this.#byId(id);
    return { operator: undefined, session: "", csrf: this.#sessions.csrfOf(""), expiresAt: undefined };
  }

  /** Whether a visitor still has access: not logged out, expired or removed, and no login has become necessary. */
  isStill({ session }: Visitor): boolean {
    return session === "" ? !this.asksForToken : this.#byId(session) !== undefined;
  }

  login(request: IncomingMessage, token: string): Visitor | ConsoleFault {
    const { callers, operators, log } = this;
    const address = callers.addressOf(request);
    const network = networkOf(address);
    if (!this.#logins.consume(network)) {
      const retryAfter = Math.ceil(this.#logins.waitTime(network) / 1000);
      return new ConsoleFault("busy", "too many login attempts from your network; try again later", {
        retryAfter,
      });
    }
    const operator = operators.byToken(token);
    if (operator === undefined) {
      log.warn("Refused a login to the console: the token is unknown or has expired", { address });
      return UNKNOWN;
    }
    log.info(`The operator ${operator.name} logged in to the console`, { address });
    return this.#byId(this.#sessions.begin(operator)) ?? UNKNOWN;
  }

  logout({ session, operator }: Visitor): void {
    this.#sessions.end(session);
    if (operator !== undefined) this.log.info(`The operator ${operator} logged out of the console`);
  }

  /** The Set-Cookie header. @param session "": deletes the cookie */
  cookie(session: string, request: IncomingMessage): string {
    const age = session === "" ? 0 : SESSION_MS / 1000;
    const secure = this.#isEncrypted(request) ? "; Secure" : "";
    return `${COOKIE}=${session}; Path=/console; Max-Age=${age}; HttpOnly; SameSite=Strict${secure}`;
  }

  #byId(id: string): Visitor | undefined {
    const session = id === "" ? undefined : this.#sessions.find(id);
    if (session === undefined || !this.operators.isStill(session.operator)) return undefined;
    const { operator, expiresAt } = session;
    return { operator: operator.name, session: id, csrf: this.#sessions.csrfOf(id), expiresAt };
  }

  /** Whether a request comes from this machine, directly. A proxy that adds no header can't be detected. */
  #isHere({ socket, headers, httpVersion }: IncomingMessage): boolean {
    if (!isLoopback(socket.remoteAddress ?? "") || this.callers.hasProxies) return false;
    // Some proxies use HTTP/1.0 by default; no browser does.
    if (httpVersion === "1.0" || Object.keys(headers).some((name) => FORWARDING.test(name))) return false;
    const { host = "", referer } = headers;
    return isOwnName(hostIn(host)) && (referer === undefined || isHere(referer));
  }

  /** Whether a trusted proxy says that it received the request by TLS, which the component itself doesn't have. */
  #isEncrypted({ socket, headers }: IncomingMessage): boolean {
    return this.callers.isProxy(socket.remoteAddress ?? "") && headers["x-forwarded-proto"] === "https";
  }
}
