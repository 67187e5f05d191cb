import { counted, quoted } from "../component/wording.js";
import { TokenBuckets } from "../component/limits/token-bucket.js";
import { itemName } from "../component/operations/batch.js";
import { badRequest, overRate, Refusal } from "../component/refusal.js";
import type { CallerConfig } from "./caller-config.js";
import { Jid } from "../component/addresses/address.js";
import type { DomainAliases } from "../component/addresses/domain-aliases.js";
import { matcherOf } from "../component/hooks/outgoing/pattern.js";
import { addressText, type CallScope, type NamedAddress } from "./endpoint.js";
import { Denied } from "./api-response.js";
import { isWithin } from "./client-address.js";

/** Returns the normalised address of a sender or room; undefined if it is invalid. */
export type Resolve = (
  named: Omit<NamedAddress, "field" | "item">,
  kind: "sender" | "room",
) => string | undefined;

const EXPECTED = { sender: "id or id@host", room: "the id and domain of a room" } as const;

const EVERYONE_DENIED = badRequest("messages to everybody need a caller with everyone: true in http.callers");

/** Returns a function that resolves addresses in the same way as the operations do. */
export function resolver(aliases: DomainAliases): Resolve {
  return ({ id, host }, kind) => {
    const jid =
      kind === "room" && host !== undefined
        ? Jid.of(id, host)
        : Jid.parse(id, host ?? (kind === "sender" ? aliases.defaultHost : aliases.domain));
    return jid && aliases.resolve(jid).bare.text;
  };
}

/** A program that calls the interface, with its permissions. */
export class Caller {
  readonly name: string;
  /** The refusal of messages to everybody; undefined if the caller may send them. */
  readonly refuseEveryone: Refusal | undefined;
  readonly mayReadMetrics: boolean;
  /** The SHA-256 of the caller's token; undefined if the caller is identified by address alone. */
  readonly tokenHash: Buffer | undefined;
  /** The patterns of permitted addresses; "all" permits invalid ones, too, so that the endpoint says what is invalid. */
  readonly #patterns: Readonly<Record<"sender" | "room", "all" | readonly ((address: string) => boolean)[]>>;
  readonly #bucket: TokenBuckets | undefined;

  /** @param resolve resolves addresses when permissions are checked */
  constructor(
    private readonly resolve: Resolve,
    readonly config: CallerConfig,
  ) {
    this.name = config.name;
    this.refuseEveryone = config.everyone ? undefined : EVERYONE_DENIED;
    this.mayReadMetrics = config.metrics;
    this.tokenHash = config.token_sha256 === undefined ? undefined : Buffer.from(config.token_sha256, "hex");
    const matchers = (patterns: readonly string[], kind: "sender" | "room") =>
      patterns.includes("*")
        ? "all"
        : patterns.map((text) => matcherOf(resolvedPattern(text, kind, resolve)));
    this.#patterns = { sender: matchers(config.senders, "sender"), room: matchers(config.rooms, "room") };
    const { rate } = config;
    this.#bucket = rate === undefined ? undefined : new TokenBuckets({ perSecond: rate, burst: rate });
  }

  mayCallFrom(address: string): boolean {
    return this.config.addresses === undefined || isWithin(address, this.config.addresses);
  }

  /** Counts a call, and returns a refusal if the rate limit is exceeded. Called before the body is read. */
  admit(): Refusal | undefined {
    if (this.#bucket === undefined || this.#bucket.consume(this.name)) return undefined;
    const message = `${this.name} may call ${counted(this.#bucket.limits.burst, "time")} per second; nothing was accepted`;
    return overRate(message, Math.max(1, Math.ceil(this.#bucket.waitTime(this.name) / 1000)));
  }

  /** Returns a refusal if the caller may not call an endpoint. Called before the body is read. */
  refuseEndpoint(endpoint: string): Denied | undefined {
    if (this.config.endpoints?.includes(endpoint) !== false) return undefined;
    return this.#denied(`call ${endpoint}`, "endpoints");
  }

  /** Returns a refusal of an invalid or not permitted sender or room. @param scope called only if permissions are limited */
  refuseScope(scope: () => CallScope): Refusal | undefined {
    if (this.#patterns.sender === "all" && this.#patterns.room === "all") return undefined;
    const { senders, rooms } = scope();
    const refuse = (kind: "sender" | "room") => (found: Refusal | undefined, named: NamedAddress) =>
      found ?? this.#refuse(named, kind);
    return rooms.reduce(refuse("room"), senders.reduce<Refusal | undefined>(refuse("sender"), undefined));
  }

  #refuse(named: NamedAddress, kind: "sender" | "room"): Refusal | undefined {
    const refusal = this.#judge(named, kind);
    return named.item === undefined ? refusal : refusal?.at(itemName(named.item));
  }

  #judge(named: NamedAddress, kind: "sender" | "room"): Refusal | undefined {
    const patterns = this.#patterns[kind];
    if (patterns === "all") return undefined;
    const address = this.resolve(named, kind);
    if (address === undefined)
      return badRequest(`${named.field}: ${shown(named)} is not an address; expected ${EXPECTED[kind]}`);
    if (patterns.some((matches) => matches(address))) return undefined;
    return kind === "sender"
      ? this.#denied(`act as ${shown(named)}`, "senders")
      : this.#denied(`manage ${shown(named)}`, "rooms");
  }

  #denied(action: string, key: string): Denied {
    return new Denied(
      `the calling program ${this.name} may not ${action} (${key} of its http.callers entry)`,
      403,
    );
  }
}

/** Returns a pattern in which the alias of a domain is replaced with the domain. */
function resolvedPattern(pattern: string, kind: "sender" | "room", resolve: Resolve): string {
  const at = pattern.lastIndexOf("@");
  const domain = pattern.slice(at + 1);
  const address = at < 0 || domain.includes("*") ? undefined : resolve({ id: "x", host: domain }, kind);
  return address?.startsWith("x@") === true ? pattern.slice(0, at) + address.slice(1) : pattern;
}

function shown(named: NamedAddress): string {
  return quoted(addressText(named));
}
