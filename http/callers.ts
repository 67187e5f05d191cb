/**
 * Who calls: told by bearer token (RFC 6750), by address, or by both. Without callers configured, every process of
 * this machine may do everything.
 */
import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Logger } from "winston";
import { Jid } from "../component/address.js";
import { ANYBODY, ConfiguredCaller, type Caller, type Resolve } from "./caller.js";
import type { CallerConfig } from "./caller-config.js";
import { clientAddress, isWithin } from "./client-address.js";
import type { HttpConfig } from "./config.js";
import { Denied } from "./api-response.js";
import { isLoopback } from "./listen.js";
import { HostCheck } from "./host-check.js";

export type { Caller } from "./caller.js";

interface KnownCaller {
  readonly config: CallerConfig;
  readonly caller: Caller;
  readonly hash: Buffer | undefined;
}

export class Callers {
  #hostCheck: HostCheck;
  #known: readonly KnownCaller[] = [];

  /** @param resolve the address that a call means, as the operations will read it */
  constructor(
    private config: HttpConfig,
    private readonly resolve: Resolve = asWritten,
  ) {
    this.#hostCheck = new HostCheck(config);
    this.configure(config);
  }

  /** Whether callers are configured: then nobody else may call. */
  get areConfigured(): boolean {
    return this.#known.length > 0;
  }

  /** As they are configured now. */
  get all(): readonly CallerConfig[] {
    return this.config.callers;
  }

  /** Takes other callers, proxies and names from now on; calls that run go on. */
  configure(config: HttpConfig): void {
    this.config = config;
    this.#hostCheck = new HostCheck(config);
    this.#known = config.callers.map((caller) => ({
      config: caller,
      caller: new ConfiguredCaller(caller, this.resolve),
      hash: caller.token_sha256 === undefined ? undefined : Buffer.from(caller.token_sha256, "hex"),
    }));
  }

  /** Says at start what is open to everybody. */
  warnIfOpen(log: Logger): void {
    if (this.areConfigured) return;
    log.warn(
      "No callers are configured (http.callers): every process of this machine may call, in anybody's name.",
    );
  }

  /** Who calls; asked before the body is read. */
  identify(request: IncomingMessage): Caller | Denied {
    const { origin, authorization, host } = request.headers;
    if (origin === undefined && request.headers["sec-fetch-site"] === "cross-site")
      return new Denied(FOREIGN_PAGE, 403);
    const token = /^Bearer +(\S+) *$/i.exec(authorization ?? "")?.[1];
    // The page at /docs is of the same site; but a name says little of who it leads to, so a token is asked of it.
    const isOwn = token !== undefined && this.areConfigured && isOf(origin, host);
    if (origin !== undefined && !isOfThisMachine(origin) && !isOwn) return new Denied(FOREIGN_PAGE, 403);
    const address = clientAddress(request, this.config.proxies);
    if (address === undefined) return new Denied(UNREADABLE, 403);
    if (!this.areConfigured) return this.refuseHost(request) ?? ANYBODY;
    return token === undefined ? this.#byAddress(address) : this.#byToken(token, address);
  }

  /** The calling machine's IP address; "" where it has gone already, or a proxy tells none that can be read. */
  addressOf(request: IncomingMessage): string {
    return clientAddress(request, this.config.proxies) ?? "";
  }

  /**
   * Refuses what doesn't mean this machine, where being on this machine is all that is asked of a caller. Callers that
   * are named may know it by any name.
   */
  refuseHost({ headers }: IncomingMessage): Denied | undefined {
    return this.areConfigured || this.#hostCheck.allows(headers.host)
      ? undefined
      : new Denied(FOREIGN_HOST, 403);
  }

  /** Whether calls come through trusted proxies. */
  get hasProxies(): boolean {
    return this.config.proxies.length > 0;
  }

  /** Whether this address is a trusted proxy's. */
  isProxy(address: string): boolean {
    return isWithin(address, this.config.proxies);
  }

  /** Whether whoever asks may read what operators read: callers, and this machine. */
  mayReadMetrics(request: IncomingMessage): boolean {
    const isHere = isLoopback(this.addressOf(request)) && this.#hostCheck.allows(request.headers.host);
    if (this.areConfigured && isHere) return true;
    return !(this.identify(request) instanceof Denied);
  }

  #byToken(token: string, address: string): Caller | Denied {
    const hash = createHash("sha256").update(token).digest();
    // All are compared, so that the time tells nothing.
    const [known] = this.#known.filter((each) => each.hash !== undefined && timingSafeEqual(each.hash, hash));
    if (known === undefined) return new Denied("the bearer token is not known here", 401);
    const { addresses, name } = known.config;
    if (addresses === undefined || isWithin(address, addresses)) return known.caller;
    return new Denied(`the calling program ${name} may not call from ${address}`, 403);
  }

  #byAddress(address: string): Caller | Denied {
    const known = this.#known.find(
      ({ config, hash }) => hash === undefined && isWithin(address, config.addresses ?? []),
    );
    return known?.caller ?? new Denied(UNKNOWN, 401);
  }
}

const UNREADABLE = "the proxy's X-Forwarded-For names no address that can be read";
const UNKNOWN = "the calling program is not known here; expected the header Authorization: Bearer TOKEN";

/** A browser on this machine would otherwise lend its reach to any page of the web. */
const FOREIGN_PAGE = "a web page of another site may not call";

const FOREIGN_HOST = "the request's Host is no name of this machine; its names are listed in http.hosts";

function isOf(origin: string | undefined, host: string | undefined): boolean {
  return origin !== undefined && URL.canParse(origin) && new URL(origin).host === host;
}

function isOfThisMachine(origin: string): boolean {
  return URL.canParse(origin) && isLoopback(new URL(origin).hostname.replace(/^\[|\]$/g, ""));
}

/** Where nobody says which hosts bare ids mean. */
const asWritten: Resolve = ({ id, host }) => Jid.parse(id, host)?.bare.text;
