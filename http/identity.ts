/**
 * Answers for every request: who sent it, and what may they do? Nobody gets in without a name, from anywhere, and a name
 * gets what it was given. What a name is proved by depends on what is asked for.
 */
import type { IncomingMessage } from "node:http";
import type { ShownCaller } from "../component/administration/context.js";
import type { KnownOperator, Operators } from "../component/administration/operators.js";
import type { Hook } from "../component/hooks/hook.js";
import type { Hooks } from "../component/hooks/hooks.js";
import { TokenBuckets } from "../component/limits/token-bucket.js";
import { ownerOfSecret } from "../component/secrets.js";
import { Denied } from "./api-response.js";
import type { CallerConfig } from "./caller-config.js";
import { Caller, type Resolve } from "./caller-permissions.js";
import { isWithin, clientNetworkOf, requestSourceOf, type RequestSource } from "./client-address.js";
import type { ConsoleConfig, HttpConfig } from "./config.js";
import { Sessions, type Visitor } from "./console/sessions.js";
import { isForeignPage, isPage } from "./foreign-pages.js";
import { addressIn } from "./hooks/address.js";
import { isLoopback } from "./listen.js";

/** The hook that a request is for. */
export interface FoundHook {
  readonly hook: Hook;
  /** What follows the hook's URL in the path; "" if nothing does. */
  readonly suffix: string;
}

/** Who is let in, by what they ask for. */
export interface Identities {
  /** QTalk's calls: a caller (http.callers), by its bearer token (RFC 6750), its address, or both. */
  readonly call: Caller;
  /** A post to an incoming webhook: by the secret in its URL or headers. */
  readonly hook: FoundHook;
  /** /metrics: a caller with the right to, or a program on this machine if http.metrics_local says so; its name. */
  readonly metrics: string;
  /** The console: an operator, by a session's cookie. */
  readonly console: Visitor;
  /** /admin: an operator, by their bearer token. */
  readonly admin: KnownOperator;
}

/** Where names are looked up, apart from the configuration of HTTP. */
export interface Names {
  /** Resolves addresses when callers' permissions are checked. */
  readonly resolve: Resolve;
  /** Absent: incoming webhooks are off. */
  readonly hooks?: Pick<Hooks, "find"> | undefined;
  /** Absent: the console and /admin are off. */
  readonly console?:
    | { readonly config: ConsoleConfig; readonly operators: Pick<Operators, "byToken" | "isStill"> }
    | undefined;
}

/** What `check`, the log, the console and refusals say if nobody may call. */
export const CLOSED = "QTalk's calls are closed: no callers are configured (http.callers)";

/** Returns the command that lets a program call from an address. */
export function opening(address = "127.0.0.1"): string {
  return `qtalk-component caller add NAME --addresses ${address} --senders '*'`;
}

type KnownSource = RequestSource & { readonly address: string };

/** The rate limit of wrong tokens and links from one network: a burst of ten, then one every six seconds. */
const ATTEMPTS = { perSecond: 1 / 6, burst: 10 };

export class Identity {
  readonly sessions: Sessions;
  readonly #attempts = new TokenBuckets(ATTEMPTS);
  #callers: readonly Caller[] = [];
  readonly #proofs: {
    readonly [K in keyof Identities]: (request: IncomingMessage) => Identities[K] | Denied;
  } = {
    call: (request) => this.#caller(request),
    hook: (request) => {
      const { id, secrets, suffix } = addressIn(request) ?? { id: "", secrets: [], suffix: "" };
      const hooks = secrets.map((secret) => this.names.hooks?.find(id, secret));
      const hook = hooks.find((each) => each !== undefined);
      return hook === undefined ? NO_HOOK : { hook, suffix };
    },
    metrics: (request) => {
      if (this.config.metrics_local && this.#isHere(request) && !isPage(request.headers))
        return "this machine";
      const caller = this.#caller(request);
      return caller instanceof Denied || !caller.mayReadMetrics ? NO_METRICS : caller.name;
    },
    console: (request) =>
      this.refusePage(request) ?? this.refusePlace(request) ?? this.sessions.visitor(request) ?? NO_SESSION,
    admin: (request) =>
      this.refusePage(request) ?? this.refusePlace(request) ?? this.logIn(request, bearerOf(request) ?? ""),
  };

  constructor(
    private config: HttpConfig,
    private readonly names: Names,
  ) {
    this.sessions = new Sessions((operator) => names.console?.operators.isStill(operator) === true);
    this.configure(config);
  }

  /** Applies a changed configuration. Running requests continue with the old one. */
  configure(config: HttpConfig): void {
    this.config = config;
    this.#callers = config.callers.map((caller) => new Caller(this.names.resolve, caller));
  }

  /** Returns who sent a request, or why it is refused. Must be called before the body is read. */
  identify<K extends keyof Identities>(asked: K, request: IncomingMessage): Identities[K] | Denied {
    return this.#proofs[asked](request);
  }

  /** Returns a refusal if the console and /admin may not be opened from where a request comes, whoever sent it. */
  refusePlace(request: IncomingMessage): Denied | undefined {
    return this.names.console?.config.access === "anywhere" || this.#isHere(request) ? undefined : AWAY;
  }

  /** Returns a refusal if a page of another site made the request. */
  refusePage({ headers }: IncomingMessage): Denied | undefined {
    return isForeignPage(headers) ? FOREIGN_PAGE : undefined;
  }

  /** Returns the operator with a token. Wrong ones are counted; the right one is let in, however many there were. */
  logIn(request: IncomingMessage, token: string): KnownOperator | Denied {
    const operator = this.names.console?.operators.byToken(token);
    return operator ?? this.#countWrong(request) ?? NO_OPERATOR;
  }

  /** Returns the operator whom a link to the console logs in, or how to get another link. */
  followLink(request: IncomingMessage, secret: string): KnownOperator | Denied {
    const operator = this.sessions.follow(secret);
    return operator instanceof Denied ? (this.#countWrong(request) ?? operator) : operator;
  }

  /** Counts a wrong token or link. Returns a refusal if there are too many from its network. */
  #countWrong(request: IncomingMessage): Denied | undefined {
    const network = clientNetworkOf(this.addressOf(request));
    if (this.#attempts.consume(network)) return undefined;
    const wait = Math.ceil(this.#attempts.waitTime(network) / 1000);
    return new Denied("too many wrong tokens or links from your network; try again later", 429, wait);
  }

  /** Returns the client's IP address; "" if the client has disconnected or X-Forwarded-For is invalid. */
  addressOf(request: IncomingMessage): string {
    return requestSourceOf(request, this.config.proxies).address ?? "";
  }

  isProxy(address: string): boolean {
    return isWithin(address, this.config.proxies);
  }

  /** Returns whether a trusted proxy says that the client uses TLS, which the component itself doesn't have. */
  isByTls({ socket, headers }: IncomingMessage): boolean {
    return this.isProxy(socket.remoteAddress ?? "") && headers["x-forwarded-proto"] === "https";
  }

  get batches(): HttpConfig["batches"] {
    return this.config.batches;
  }

  /** The configured callers, for operators. */
  get shownCallers(): readonly ShownCaller[] {
    return this.config.callers.map((caller) => ({
      name: caller.name,
      token: caller.token_sha256 !== undefined,
      everyone: caller.everyone,
      addresses: shownAddresses(caller),
      endpoints: caller.endpoints,
      senders: caller.senders,
      rooms: caller.rooms,
      rate: caller.rate,
    }));
  }

  #caller(request: IncomingMessage): Caller | Denied {
    const { address, isForwarded } = requestSourceOf(request, this.config.proxies);
    if (address === undefined) return UNREADABLE;
    const source = { address, isForwarded };
    const token = bearerOf(request);
    return (
      this.refusePage(request) ??
      (token === undefined ? this.#byAddress(request, source) : this.#byToken(request, token, source))
    );
  }

  #byToken(request: IncomingMessage, token: string, { address, isForwarded }: KnownSource): Caller | Denied {
    const known = ownerOfSecret(token, this.#callers, ({ tokenHash }) => tokenHash);
    if (known === undefined)
      return new Denied(
        "the bearer token is not known: create one with qtalk-component caller add NAME",
        401,
      );
    if (known.config.addresses === undefined) return known;
    const from = `the calling program ${known.name} may not call from ${address}`;
    if (!known.mayCallFrom(address)) return new Denied(from, 403);
    return isForwarded ? new Denied(`${from}: ${unnamed(request)}`, 403) : known;
  }

  #byAddress(request: IncomingMessage, { address, isForwarded }: KnownSource): Caller | Denied {
    const known = this.#callers.find((each) => each.tokenHash === undefined && each.mayCallFrom(address));
    if (known !== undefined && !isForwarded) return isPage(request.headers) ? PAGE : known;
    const closed = this.#callers.length === 0 ? CLOSED : UNKNOWN;
    if (isForwarded) return new Denied(`${closed}; ${unnamed(request)}`, 401);
    return new Denied(`${closed}. To let a program call from ${address}: ${opening(address)}`, 401);
  }

  /** Whether a request comes from this machine, as far as can be known: a proxy here that adds no header is this machine. */
  #isHere(request: IncomingMessage): boolean {
    const { address = "", isForwarded } = requestSourceOf(request, this.config.proxies);
    return isLoopback(address) && !isForwarded;
  }
}

function bearerOf({ headers }: IncomingMessage): string | undefined {
  return /^Bearer +(\S+) *$/i.exec(headers.authorization ?? "")?.[1];
}

function shownAddresses({ addresses }: CallerConfig): string[] | undefined {
  return addresses?.map(([address, bits]) => `${address.toString()}/${bits}`);
}

function unnamed({ socket }: IncomingMessage): string {
  return (
    `a proxy forwarded the request, so its address proves nothing: a program behind a proxy needs a token ` +
    `(qtalk-component caller add NAME), or list the proxy, ${socket.remoteAddress ?? ""}, in http.proxies`
  );
}

const UNREADABLE = new Denied("the proxy's X-Forwarded-For has no valid address", 403);
const UNKNOWN = "the calling program is not known; expected the header Authorization: Bearer TOKEN";
const FOREIGN_PAGE = new Denied("pages of other sites may not do this", 403);
const PAGE = new Denied("web pages need a caller's token: only programs are known by their address", 403);
const NO_METRICS = new Denied(
  "only callers with metrics: true (http.callers) may read the metrics, and programs on this machine if http.metrics_local is true: qtalk-component caller add NAME --metrics prints the lines",
  401,
);
const NO_HOOK = new Denied("there is no such hook", 401);
const NO_SESSION = new Denied("log in first: there is no session, or it has ended", 401);
const NO_OPERATOR = new Denied("the token is unknown or has expired", 401);
const AWAY = new Denied(
  "the console and /admin are open only to this machine (console.access); qtalk-component console prints a link",
  403,
);
