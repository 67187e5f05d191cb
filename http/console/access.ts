/**
 * Controls access to the console. By default, only browsers on this machine may open the console: the connection must
 * be local and direct, and Host must be a loopback name or address, which DNS rebinding can't imitate. If no callers
 * are configured, no login is needed, because every local process may call all endpoints anyway. Sec-Fetch-Site or
 * Origin identify requests from other web sites, which browsers send with every POST.
 */
import { hash, randomBytes } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { isIP } from "node:net";
import { setTimeout as lapse } from "node:timers/promises";
import type { Logger } from "winston";
import type { KnownOperator, Operators } from "../../component/administration/operators.js";
import { TokenBuckets } from "../../component/limits/token-bucket.js";
import type { Callers } from "../callers.js";
import { networkOf } from "../client-address.js";
import { hostIn } from "../foreign-pages.js";
import { isLoopback } from "../listen.js";
import type { ConsoleConfig } from "../config.js";
import { ApiFault } from "../admin/fault.js";

/** A user of the console with access: an operator, or anybody on this machine if no login is needed. */
export interface Visitor {
  /** The operator's name; undefined if no login is needed. */
  readonly operator: string | undefined;
  /** The session's id, the secret value of the cookie; "" if no login is needed. */
  readonly session: string;
}

/** How long a session lasts, in milliseconds. */
const SESSION_MS = 12 * 3600_000;

const COOKIE = "qtalk_console";
const WANTED = new RegExp(`(?:^|;\\s*)${COOKIE}=([\\w-]{1,64})(?:;|$)`);
/** The names of headers that proxies add. */
const FORWARDING =
  /^(?:via|forwarded|x-forwarded(?:-.+)?|x-original-.+|x-real-ip|(?:.+-)?client-ip|cdn-loop|cf-.+|(?:x-)?(?:envoy|amzn|amz|azure|arr|appengine|appgw|cloud-trace|vercel|nf|akamai|fastly|fly)-.+)$/;
/** The rate limit of login attempts from one network: a burst of ten, then one every six seconds. */
const LOGINS = { perSecond: 1 / 6, burst: 10 };

/** How long the answer to a wrong token waits, in milliseconds. */
const PAUSE_MS = 1_000;

const AWAY = new ApiFault(
  "forbidden",
  "the console is open only to this machine, as localhost or 127.0.0.1; console.access: token lets operators log in from elsewhere",
);
const FOREIGN = new ApiFault("origin", "pages of other sites may not use the console");
const UNKNOWN = new ApiFault("login", "the token is unknown or has expired");

/** Returns whether a host is "localhost" or a loopback address, which DNS can't redirect. */
function isOwnName(host: string): boolean {
  return host === "localhost" || (isIP(host) !== 0 && isLoopback(host));
}

export class Access {
  /** The sessions by the hash of their id, with their ends in milliseconds since 1970. A restart ends all. */
  readonly #sessions = new Map<string, { readonly operator: KnownOperator; readonly expiresAt: number }>();
  readonly #logins = new TokenBuckets(LOGINS);

  constructor(
    private readonly config: ConsoleConfig,
    private readonly callers: Pick<Callers, "areConfigured" | "hasProxies" | "isProxy" | "addressOf">,
    private readonly operators: Pick<Operators, "byToken" | "isStill">,
    private readonly log: Logger,
  ) {}

  /** Returns a refusal if the client may not even open the login. */
  refuse(request: IncomingMessage): ApiFault | undefined {
    return this.config.access === "token" || this.#isHere(request) ? undefined : AWAY;
  }

  /** Returns a refusal for requests that a page of another web site triggered. */
  refuseForeign({ headers }: IncomingMessage): ApiFault | undefined {
    const site = headers["sec-fetch-site"];
    if (site !== undefined) return site === "same-origin" || site === "none" ? undefined : FOREIGN;
    const { origin, host } = headers;
    if (origin === undefined) return undefined;
    return URL.canParse(origin) && new URL(origin).host === host ? undefined : FOREIGN;
  }

  get asksForToken(): boolean {
    return this.config.access === "token" || this.callers.areConfigured;
  }

  /** Returns the visitor that sent a request; undefined if the sender must log in first. */
  visitor(request: IncomingMessage): Visitor | undefined {
    if (!this.asksForToken) return { operator: undefined, session: "" };
    const session = WANTED.exec(request.headers.cookie ?? "")?.[1] ?? "";
    const { operator, expiresAt = 0 } = this.#sessions.get(keyOf(session)) ?? {};
    if (operator === undefined || expiresAt <= Date.now() || !this.operators.isStill(operator))
      return undefined;
    return { operator: operator.name, session };
  }

  /** Logs an operator in, within the limit of attempts. */
  login(request: IncomingMessage, token: string): Visitor | ApiFault {
    const address = this.callers.addressOf(request);
    const busy = this.#limit(address);
    if (busy !== undefined) return busy;
    const operator = this.operators.byToken(token);
    if (operator === undefined) return this.#unknown("the console", address);
    this.log.info(`The operator ${operator.name} logged in to the console`, { address });
    const now = Date.now();
    for (const [key, { expiresAt }] of this.#sessions) if (expiresAt <= now) this.#sessions.delete(key);
    const session = randomBytes(32).toString("base64url");
    this.#sessions.set(keyOf(session), { operator, expiresAt: now + SESSION_MS });
    return { operator: operator.name, session };
  }

  /** Returns the operator whose token a request has (Authorization: Bearer). Wrong tokens are answered late. */
  async bearer(request: IncomingMessage): Promise<KnownOperator | ApiFault> {
    const [, token = ""] = /^Bearer +([\w-]{1,200})$/i.exec(request.headers.authorization ?? "") ?? [];
    const operator = this.operators.byToken(token);
    if (operator !== undefined) return operator;
    await lapse(PAUSE_MS);
    const address = this.callers.addressOf(request);
    return this.#limit(address) ?? this.#unknown("/admin", address);
  }

  /** Counts an attempt. Returns a refusal if there are too many from this network. */
  #limit(address: string): ApiFault | undefined {
    const network = networkOf(address);
    if (this.#logins.consume(network)) return undefined;
    const wait = Math.ceil(this.#logins.waitTime(network) / 1000);
    return new ApiFault(
      "busy",
      "too many login attempts from your network; try again later",
      undefined,
      wait,
    );
  }

  #unknown(where: string, address: string): ApiFault {
    this.log.warn(`Refused a login to ${where}: the token is unknown or has expired`, { address });
    return UNKNOWN;
  }

  logout(request: IncomingMessage): void {
    const { session, operator } = this.visitor(request) ?? {};
    if (session === undefined || operator === undefined) return;
    this.#sessions.delete(keyOf(session));
    this.log.info(`The operator ${operator} logged out of the console`);
  }

  /** Returns the value of Set-Cookie. @param session the session's id; "": deletes the cookie */
  cookie(session: string, { socket, headers }: IncomingMessage): string {
    const age = session === "" ? 0 : SESSION_MS / 1000;
    // The component itself has no TLS, but a trusted proxy may have.
    const isProxied = this.callers.isProxy(socket.remoteAddress ?? "");
    const secure = isProxied && headers["x-forwarded-proto"] === "https" ? "; Secure" : "";
    return `${COOKIE}=${session}; Path=/console; Max-Age=${age}; HttpOnly; SameSite=Strict${secure}`;
  }

  /** Whether a request comes directly from this machine. A local proxy that adds no header can't be detected. */
  #isHere({ socket, headers, httpVersion }: IncomingMessage): boolean {
    if (!isLoopback(socket.remoteAddress ?? "") || this.callers.hasProxies) return false;
    // HTTP/1.0 indicates a proxy: some proxies use HTTP/1.0 by default, but browsers don't.
    if (httpVersion === "1.0" || Object.keys(headers).some((name) => FORWARDING.test(name))) return false;
    const { host = "", referer = "http://localhost" } = headers;
    return isOwnName(hostIn(host)) && URL.canParse(referer) && isOwnName(hostIn(new URL(referer).host));
  }
}

function keyOf(session: string): string {
  return hash("sha256", session, "base64url");
}
