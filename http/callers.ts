/** Identifies callers by bearer token (RFC 6750), IP address, or both. While none are configured, this machine may call. */
import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Logger } from "winston";
import type { ShownCaller } from "../component/administration/context.js";
import { Caller, type Resolve } from "./caller-permissions.js";
import type { CallerConfig } from "./caller-config.js";
import { clientAddress, isWithin } from "./client-address.js";
import type { HttpConfig } from "./config.js";
import { Denied } from "./api-response.js";
import { isLoopback } from "./listen.js";
import { hostCheck, isForeignPage } from "./foreign-pages.js";

export class Callers {
  readonly #anybody: Caller;
  #isOwnHost!: (host: string | undefined) => boolean;
  #known: readonly Caller[] = [];

  /** @param resolve resolves addresses when permissions are checked */
  constructor(
    private config: HttpConfig,
    private readonly resolve: Resolve,
  ) {
    this.#anybody = new Caller(resolve);
    this.configure(config);
  }

  get areConfigured(): boolean {
    return this.#known.length > 0;
  }

  get all(): readonly CallerConfig[] {
    return this.config.callers;
  }

  get batches(): HttpConfig["batches"] {
    return this.config.batches;
  }

  /** Applies `callers`, `proxies`, `hosts` and `batches`. Running calls continue with the old ones. */
  configure(config: HttpConfig): void {
    this.config = config;
    this.#isOwnHost = hostCheck(config);
    this.#known = config.callers.map((caller) => new Caller(this.resolve, caller));
  }

  warnIfOpen(log: Logger): void {
    if (this.areConfigured) return;
    log.warn(
      "No callers are configured (http.callers): every process on this machine may call and send as any user.",
    );
  }

  /** Returns the caller of a request, or a refusal. Must be called before the body is read. */
  identify(request: IncomingMessage): Caller | Denied {
    const { headers } = request;
    const token = /^Bearer +(\S+) *$/i.exec(headers.authorization ?? "")?.[1];
    if (isForeignPage(headers, token !== undefined && this.areConfigured))
      return new Denied(FOREIGN_PAGE, 403);
    const address = clientAddress(request, this.config.proxies);
    if (address === undefined) return new Denied(UNREADABLE, 403);
    if (!this.areConfigured) return this.refuseHost(request) ?? this.#anybody;
    return token === undefined ? this.#byAddress(address) : this.#byToken(token, address);
  }

  /** Returns the caller's IP address; "" if the caller has disconnected or X-Forwarded-For is invalid. */
  addressOf(request: IncomingMessage): string {
    return clientAddress(request, this.config.proxies) ?? "";
  }

  /** If no callers are configured, refuses requests for other hosts, to prevent DNS rebinding (foreign-pages.ts). */
  refuseHost({ headers }: IncomingMessage): Denied | undefined {
    return this.areConfigured || this.#isOwnHost(headers.host) ? undefined : new Denied(FOREIGN_HOST, 403);
  }

  get hasProxies(): boolean {
    return this.config.proxies.length > 0;
  }

  isProxy(address: string): boolean {
    return isWithin(address, this.config.proxies);
  }

  /** The configured callers, for operators. */
  get shown(): readonly ShownCaller[] {
    return this.all.map((caller) => ({
      name: caller.name,
      token: caller.token_sha256 !== undefined,
      everyone: caller.everyone,
      addresses: caller.addresses?.map(([address, bits]) => `${address.toString()}/${bits}`),
      endpoints: caller.endpoints,
      senders: caller.senders,
      rooms: caller.rooms,
      rate: caller.rate,
    }));
  }

  /** Returns whether a request may read the metrics. This machine may, and callers with the right to. */
  mayReadMetrics(request: IncomingMessage): boolean {
    const isHere = isLoopback(this.addressOf(request)) && this.#isOwnHost(request.headers.host);
    if (this.areConfigured && isHere) return true;
    const caller = this.identify(request);
    return !(caller instanceof Denied) && caller.mayReadMetrics;
  }

  #byToken(token: string, address: string): Caller | Denied {
    const hash = createHash("sha256").update(token).digest();
    // All hashes are compared, so that the time doesn't reveal which one matches.
    const [known] = this.#known.filter(
      ({ tokenHash }) => tokenHash !== undefined && timingSafeEqual(tokenHash, hash),
    );
    if (known === undefined) return new Denied("the bearer token is not known", 401);
    if (known.mayCallFrom(address)) return known;
    return new Denied(`the calling program ${known.name} may not call from ${address}`, 403);
  }

  #byAddress(address: string): Caller | Denied {
    const known = this.#known.find((each) => each.tokenHash === undefined && each.mayCallFrom(address));
    return known ?? new Denied(UNKNOWN, 401);
  }
}

const UNREADABLE = "the proxy's X-Forwarded-For has no valid address";
const UNKNOWN = "the calling program is not known; expected the header Authorization: Bearer TOKEN";

/** Refuses pages of other sites, which could otherwise call through a browser on this machine. */
const FOREIGN_PAGE = "pages of other sites may not call";

const FOREIGN_HOST = "the request's Host is not a name of this machine; add its names to http.hosts";
