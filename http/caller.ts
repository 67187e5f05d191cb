/** A calling program, and what its configuration lets it do. */
import { TokenBuckets } from "../component/token-bucket.js";
import { OverRate, type Refusal } from "../component/refusal.js";
import type { CallerConfig } from "./caller-config.js";
import type { CallScope, NamedAddress } from "./endpoint.js";
import { Denied } from "./api-response.js";

/** A program that calls. */
export interface Caller {
  /** For the log. */
  readonly name: string;
  /** Whether it may tell everybody something. */
  readonly mayTellEveryone: boolean;
  /** Counts a call; a refusal where there were too many in this second. Asked before the body is read. */
  admit(): Refusal | undefined;
  /** Refuses an endpoint that it may not call; asked before the body is read. */
  refuseEndpoint(endpoint: string): Denied | undefined;
  /**
   * Whether it may act so; undefined where it may.
   * @param scope worked out only where a policy asks
   */
  refuseScope(scope: () => CallScope): Denied | undefined;
}

/** The normalised address that a call means; undefined where it means none. */
export type Resolve = (named: NamedAddress, kind: "sender" | "room") => string | undefined;

/** Whoever calls while no callers are configured. */
export const ANYBODY: Caller = {
  name: "anybody",
  mayTellEveryone: false,
  admit: () => undefined,
  refuseEndpoint: () => undefined,
  refuseScope: () => undefined,
};

export class ConfiguredCaller implements Caller {
  readonly name: string;
  readonly mayTellEveryone: boolean;
  readonly #senders: RegExp;
  readonly #rooms: RegExp;
  readonly #bucket: TokenBuckets | undefined;

  constructor(
    private readonly config: CallerConfig,
    private readonly resolve: Resolve,
  ) {
    this.name = config.name;
    this.mayTellEveryone = config.everyone;
    this.#senders = oneOf(config.senders.map((text) => meant(text, "sender", resolve)));
    this.#rooms = oneOf(config.rooms.map((text) => meant(text, "room", resolve)));
    const { rate } = config;
    this.#bucket = rate === undefined ? undefined : new TokenBuckets({ perSecond: rate, burst: rate });
  }

  admit(): Refusal | undefined {
    if (this.#bucket === undefined || this.#bucket.consume(this.name)) return undefined;
    const { rate = 0 } = this.config;
    const message = `${this.name} may call ${rate} times a second; nothing was accepted`;
    return new OverRate(message, Math.max(1, Math.ceil(this.#bucket.waitTime(this.name) / 1000)));
  }

  refuseEndpoint(endpoint: string): Denied | undefined {
    const { endpoints } = this.config;
    if (endpoints === undefined || endpoints.includes(endpoint)) return undefined;
    return this.#denied(`call ${endpoint}`, "endpoints");
  }

  refuseScope(scope: () => CallScope): Denied | undefined {
    const { senders, rooms } = scope();
    const sender = senders.find((named) => !this.#matches(this.#senders, named, "sender"));
    if (sender !== undefined) return this.#denied(`act as ${shown(sender)}`, "senders");
    const room = rooms.find((named) => !this.#matches(this.#rooms, named, "room"));
    return room === undefined ? undefined : this.#denied(`manage ${shown(room)}`, "rooms");
  }

  #matches(pattern: RegExp, named: NamedAddress, kind: "sender" | "room"): boolean {
    const address = this.resolve(named, kind);
    return address !== undefined && pattern.test(address);
  }

  #denied(deed: string, key: string): Denied {
    return new Denied(
      `the calling program ${this.name} may not ${deed} (${key} of its http.callers entry)`,
      403,
    );
  }
}

/** A pattern of addresses at an alias is one of those that are meant. */
function meant(pattern: string, kind: "sender" | "room", resolve: Resolve): string {
  const at = pattern.lastIndexOf("@");
  const domain = pattern.slice(at + 1);
  const address = at < 0 || domain.includes("*") ? undefined : resolve({ id: "x", host: domain }, kind);
  return address?.startsWith("x@") === true ? pattern.slice(0, at) + address.slice(1) : pattern;
}

/** `*` stands for any characters. */
function oneOf(patterns: readonly string[]): RegExp {
  const sources = patterns.map((text) => text.split("*").map(literal).join(".*"));
  return new RegExp(`^(?:${sources.length === 0 ? "(?!)" : sources.join("|")})$`, "u");
}

function literal(text: string): string {
  return text.replace(/[\\^$.|?+()[\]{}/]/g, "\\$&");
}

function shown({ id, host }: NamedAddress): string {
  const text = host === undefined || id.includes("@") ? id : `${id}@${host}`;
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}
