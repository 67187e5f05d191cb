/**
 * Who may use the console. By default that is this machine: the connection comes from it, through no proxy, and means it
 * by a name that no DNS answers for, so that no web page can have its own name lead here (DNS rebinding). While no
 * callers are configured, whoever is on this machine may do everything anyway, and isn't asked who they are; else they
 * log in by an operator's token. What changes something has to come from the console's own page: other sites' are
 * told by Sec-Fetch-Site or Origin, and don't know the session's token.
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

/** Somebody who may use the console. */
export interface Visitor {
  /** Undefined: whoever is on this machine. */
  readonly operator: string | undefined;
  /** Of their session; "" where there is none. */
  readonly session: string;
  /** What their changing requests are to have in X-CSRF-Token. */
  readonly csrf: string;
  /** When they have to log in again, in milliseconds since 1970; undefined: never. */
  readonly expiresAt: number | undefined;
}

const COOKIE = "qtalk_console";
const WANTED = new RegExp(`(?:^|;\\s*)${COOKIE}=([\\w-]{1,64})(?:;|$)`);
/** Headers that proxies add. */
const FORWARDING =
  /^(?:via|forwarded|x-forwarded(?:-.+)?|x-original-.+|x-real-ip|(?:x-)?(?:cluster-|true-)?client-ip|cf-connecting-ip)$/;
/** Logins of one network: ten at once, then one in six seconds. */
const LOGINS = { perSecond: 1 / 6, burst: 10 };

const AWAY = new ConsoleFault(
  "forbidden",
  "the console is for this machine alone, by the name localhost or 127.0.0.1; console.access in the configuration lets operators in from elsewhere",
);
const FOREIGN = new ConsoleFault("origin", "a page of another site may not use the console");
const FORGED = new ConsoleFault("csrf", "the header X-CSRF-Token is missing, or of another session");
const UNKNOWN = new ConsoleFault("login", "this token is not known here, or has expired");

/** Whether a browser shows this page from this machine. */
function isHere(page: string): boolean {
  return URL.canParse(page) && isOwnName(hostIn(new URL(page).host));
}

/** Whether a name is loopback's, for which no DNS is asked. */
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

  /** Refuses those who may not even see the console's page. */
  refuse(request: IncomingMessage): ConsoleFault | undefined {
    return this.config.access === "token" || this.#isHere(request) ? undefined : AWAY;
  }

  /** Refuses what another site's page has the browser ask for. */
  refuseForeign({ headers }: IncomingMessage): ConsoleFault | undefined {
    const site = headers["sec-fetch-site"];
    if (site !== undefined) return site === "same-origin" || site === "none" ? undefined : FOREIGN;
    const { origin, host } = headers;
    if (origin === undefined) return undefined;
    return URL.canParse(origin) && new URL(origin).host === host ? undefined : FOREIGN;
  }

  /** Refuses a changing request that doesn't come from the console's own page. */
  refuseForged({ headers }: IncomingMessage, { csrf }: Visitor): ConsoleFault | undefined {
    const given = Buffer.from(String(headers["x-csrf-token"] ?? ""));
    const wanted = Buffer.from(csrf);
    return given.length === wanted.length && timingSafeEqual(given, wanted) ? undefined : FORGED;
  }

  /** Whether everybody has to log in who gets here. */
  get asksForToken(): boolean {
    return this.config.access === "token" || this.callers.areConfigured;
  }

  /** Who asks; undefined where they have to log in. */
  visitor(request: IncomingMessage): Visitor | undefined {
    const id = WANTED.exec(request.headers.cookie ?? "")?.[1] ?? "";
    if (this.asksForToken) return this.#byId(id);
    return { operator: undefined, session: "", csrf: this.#sessions.csrfOf(""), expiresAt: undefined };
  }

  /** Whether they still may: not logged out, expired or removed, and nothing else is asked of them now. */
  isStill({ session }: Visitor): boolean {
    return session === "" ? !this.asksForToken : this.#byId(session) !== undefined;
  }

  login(request: IncomingMessage, token: string): Visitor | ConsoleFault {
    const { callers, operators, log } = this;
    const address = callers.addressOf(request);
    const network = networkOf(address);
    if (!this.#logins.consume(network)) {
      const retryAfter = Math.ceil(this.#logins.waitTime(network) / 1000);
      return new ConsoleFault("busy", "too many logins from there; try again later", { retryAfter });
    }
    const operator = operators.byToken(token);
    if (operator === undefined) {
      log.warn("A login to the console was refused: its token is not known, or has expired", { address });
      return UNKNOWN;
    }
    log.info(`The operator ${operator.name} logged in to the console`, { address });
    return this.#byId(this.#sessions.begin(operator)) ?? UNKNOWN;
  }

  logout({ session, operator }: Visitor): void {
    this.#sessions.end(session);
    if (operator !== undefined) this.log.info(`The operator ${operator} logged out of the console`);
  }

  /** The cookie's header. @param session "": takes it away */
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

  /** Whether a browser or a program on this machine asks, as far as a request shows; a proxy may hide that it is one. */
  #isHere({ socket, headers, httpVersion }: IncomingMessage): boolean {
    if (!isLoopback(socket.remoteAddress ?? "") || this.callers.hasProxies) return false;
    // What some proxies speak by default, and no browser does.
    if (httpVersion === "1.0" || Object.keys(headers).some((name) => FORWARDING.test(name))) return false;
    const { host = "", referer } = headers;
    return isOwnName(hostIn(host)) && (referer === undefined || isHere(referer));
  }

  /** Whether a trusted proxy tells that it was asked by TLS; the component itself has none. */
  #isEncrypted({ socket, headers }: IncomingMessage): boolean {
    return this.callers.isProxy(socket.remoteAddress ?? "") && headers["x-forwarded-proto"] === "https";
  }
}
