/**
 * Addresses (JIDs, RFC 7622). They are normalised once when they are received, then passed as objects. No maintained
 * JavaScript library implements PRECIS (RFC 8264, RFC 8265), so its profiles are implemented here with Node's Unicode
 * tables; domain names are processed by Node's IDNA functions (UTS 46).
 */
import { isIPv6 } from "node:net";
import { domainToASCII, domainToUnicode } from "node:url";
import { normalized } from "../../storage/unicode.js";

/** A valid address. Two addresses are equal if their `text` is equal. */
export class Jid {
  private constructor(
    readonly local: string | undefined,
    readonly domain: string,
    readonly resource: string | undefined,
    /** The complete address in its normal form; also the key to use in maps. */
    readonly text: string,
  ) {}

  /**
   * Parses an address; undefined if it is invalid.
   * @param defaultHost makes a text without "@" a localpart at this host
   */
  static parse(text: string, defaultHost?: string): Jid | undefined {
    const slash = text.indexOf("/");
    const bare = slash < 0 ? text : text.slice(0, slash);
    const at = bare.indexOf("@");
    const resource = slash < 0 ? undefined : text.slice(slash + 1);
    if (at < 0 && defaultHost !== undefined) return Jid.of(bare, defaultHost, resource);
    return at < 0
      ? Jid.of(undefined, bare, resource)
      : Jid.of(bare.slice(0, at), bare.slice(at + 1), resource);
  }

  /** Makes an address from its parts; undefined if one of them is invalid. */
  static of(local: string | undefined, domain: string, resource?: string): Jid | undefined {
    const l = local === undefined ? undefined : prepareLocal(local);
    const d = prepareDomain(domain);
    const r = resource === undefined ? undefined : prepareResource(resource);
    if (d === undefined || (local !== undefined && l === undefined)) return undefined;
    if (resource !== undefined && r === undefined) return undefined;
    return new Jid(l, d, r, (l === undefined ? d : `${l}@${d}`) + (r === undefined ? "" : `/${r}`));
  }

  get bare(): BareJid {
    if (isBare(this)) return this;
    const text = this.local === undefined ? this.domain : `${this.local}@${this.domain}`;
    return new Jid(this.local, this.domain, undefined, text) as BareJid;
  }

  /** Returns the address with this resource instead of its own; undefined if the resource is invalid. */
  withResource(resource: string): FullJid | undefined {
    return Jid.of(this.local, this.domain, resource) as FullJid | undefined;
  }

  equals(other: Jid): boolean {
    return this.text === other.text;
  }

  toString(): string {
    return this.text;
  }
}

/** An address without resource: of an account, a room or a domain. */
export type BareJid = Jid & { readonly resource: undefined };
/** An address with resource: of a session of an account, or of an occupant of a room. */
export type FullJid = Jid & { readonly resource: string };
/** A bare address with a localpart: of an account or a room. */
export type AccountJid = BareJid & { readonly local: string };

export function isBare(jid: Jid): jid is BareJid {
  return jid.resource === undefined;
}

export function isFull(jid: Jid): jid is FullJid {
  return jid.resource !== undefined;
}

export function isAccount(jid: Jid): jid is AccountJid {
  return jid.resource === undefined && jid.local !== undefined;
}

/** Characters that PRECIS allows, but RFC 7622 §3.3.1 excludes from localparts. */
const LOCAL_EXCLUDED = /["&'/:<>@]/u;
const LOCAL_PLAIN = /^[!#-%(-.0-9;=?[-~]+$/;
/** PRECIS IdentifierClass (RFC 8264 §4.2): printable ASCII, letters, digits and marks of every script. */
const IDENTIFIER = /^[\x21-\x7e\p{Ll}\p{Lu}\p{Lo}\p{Lm}\p{Nd}\p{Mn}\p{Mc}\u00b7\u0375\u05f3\u05f4\u30fb]+$/u;
const IGNORABLE = /[\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}]/u;
const WIDE_OR_NARROW = /[\u3000\uff01-\uffee]/gu;
const RIGHT_TO_LEFT = /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;
const LEFT_TO_RIGHT =
  /[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;
/** Characters that no part of an address may contain: control characters, lone surrogates, non-characters. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}]/u;
const SPACES = /\p{Zs}/gu;
/** The maximum size of each part of an address, in bytes (RFC 7622 §3.1). */
export const MAX_PART_BYTES = 1023;
/** How long a part may be before it is normalised, in UTF-16 units: no letter has more than twice as many as its normal form has bytes. */
export const MAX_UNNORMALIZED = 2 * MAX_PART_BYTES;
const DOMAIN_PLAIN =
  /^(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/;

/** Normalises a localpart: UsernameCaseMapped (RFC 8265 §3.3), without the characters of LOCAL_EXCLUDED. */
function prepareLocal(text: string): string | undefined {
  if (text.length === 0 || text.length > MAX_PART_BYTES) return undefined;
  if (LOCAL_PLAIN.test(text)) return text.toLowerCase();
  const wide = text.replace(WIDE_OR_NARROW, (c) => normalized(c, "NFKC", 1)).toLowerCase();
  const mapped = normalized(wide, "NFC", wide.length);
  if (!IDENTIFIER.test(mapped) || IGNORABLE.test(mapped) || LOCAL_EXCLUDED.test(mapped)) return undefined;
  if (normalized(mapped, "NFKC", mapped.length) !== mapped) return undefined;
  if (RIGHT_TO_LEFT.test(mapped) && LEFT_TO_RIGHT.test(mapped)) return undefined;
  return fits(mapped);
}

function prepareDomain(text: string): string | undefined {
  if (text.length === 0 || text.length > MAX_PART_BYTES) return undefined;
  if (DOMAIN_PLAIN.test(text)) return text;
  if (text.startsWith("[") && text.endsWith("]"))
    return isIPv6(text.slice(1, -1)) ? text.toLowerCase() : undefined;
  const ascii = domainToASCII(text.endsWith(".") ? text.slice(0, -1) : text);
  return DOMAIN_PLAIN.test(ascii) ? fits(domainToUnicode(ascii)) : undefined;
}

/**
 * Normalises a resource: OpaqueString (RFC 8265 §4.2) with ignorable characters, which servers accept. Undefined if the
 * text is no resource, such as an empty one.
 */
export function prepareResource(text: string): string | undefined {
  if (text.length > MAX_UNNORMALIZED) return undefined;
  const mapped = normalized(text.replace(SPACES, " "), "NFC", MAX_UNNORMALIZED);
  return mapped.length === 0 || UNPRINTABLE.test(mapped) ? undefined : fits(mapped);
}

function fits(text: string): string | undefined {
  return Buffer.byteLength(text) <= MAX_PART_BYTES ? text : undefined;
}

/** Returns the host of a valid address, without parsing the rest. */
export function hostOf(address: string): string {
  const at = address.indexOf("@");
  const slash = address.indexOf("/");
  return address.slice(slash >= 0 && slash < at ? 0 : at + 1, slash < 0 ? undefined : slash);
}

/** The target of an incoming stanza, by the kind of its address. */
export type AddressTarget =
  /** The component's domain. */
  | { readonly kind: "service"; readonly jid: Jid }
  /** A room's bare address. */
  | { readonly kind: "room"; readonly jid: AccountJid }
  /** A room's address with a nickname. */
  | {
      readonly kind: "occupant";
      readonly jid: FullJid & { readonly local: string };
      readonly room: AccountJid;
    }
  /** A bot of the component: its bare address, or its session's address. */
  | { readonly kind: "bot"; readonly jid: Jid }
  /** Any other address, such as a user's (the target of errors for stanzas that were sent in the user's name). */
  | { readonly kind: "elsewhere"; readonly jid: Jid };

export type TargetKind = AddressTarget["kind"];

/** Determines an address's target. @param domain the component's domain @param isBot recognises bots' localparts */
export function classify(jid: Jid, domain: string, isBot?: (local: string) => boolean): AddressTarget {
  if (jid.domain !== domain) return { kind: "elsewhere", jid };
  if (jid.local === undefined)
    return jid.resource === undefined ? { kind: "service", jid } : { kind: "elsewhere", jid };
  if (isBot?.(jid.local) === true) return { kind: "bot", jid };
  if (!isFull(jid)) return { kind: "room", jid: jid as AccountJid };
  return { kind: "occupant", jid: jid as FullJid & { readonly local: string }, room: jid.bare as AccountJid };
}
