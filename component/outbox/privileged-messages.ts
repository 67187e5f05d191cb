/**
 * Privileged messages (XEP-0356 §5): a user's message in a wrapper to the user's host, from the user's bare address. The
 * wrapper's id contains the row, since a refused message comes back with it.
 */
import { randomUUID } from "node:crypto";
import type { Position } from "../../storage/outbox-progress.js";
import { hostOf } from "../address.js";
import { conditionOf } from "../stanza-error.js";
import { NS, xml, type Element } from "../xml/builder.js";
import { serialise } from "../xml/serialise.js";
import { envelope, enveloped, fromBare, type Envelope } from "../xml/splice.js";
import type { WireText } from "../xml/wire-text.js";

/** A privileged message that came back. */
export interface RefusedMessage extends Position {
  readonly host: string;
  /** RFC 6120 §8.3.3. */
  readonly condition: string;
  /** Whether the host accepts no privileged messages any more; else the error is about this message. */
  readonly isForbidden: boolean;
}

/**
 * Errors of a host that accepts no privileged messages: without the permission, or without the module (item-not-found on
 * ejabberd, service-unavailable on Prosody).
 */
const FORBIDDEN: ReadonlySet<string> = new Set([
  "forbidden",
  "service-unavailable",
  "item-not-found",
  "feature-not-implemented",
]);

export class PrivilegedMessages {
  /** Can't be guessed. */
  readonly #prefix = `privileged-${randomUUID()}-`;
  /** By host. */
  readonly #wrappers = new Map<string, Envelope>();

  /** @param domain the component's */
  constructor(private readonly domain: string) {}

  /** @param sender the stanza's, bare */
  wrap(stanza: WireText, sender: string, { rowId, offset }: Position): WireText {
    const host = hostOf(sender);
    let wrapper = this.#wrappers.get(host);
    if (wrapper === undefined) this.#wrappers.set(host, (wrapper = this.#make(host)));
    return enveloped(wrapper, { id: `${this.#prefix}${rowId}-${offset}` }, fromBare(stanza));
  }

  /** The refused message in an error; undefined for every other stanza. */
  refusedBy(stanza: Element): RefusedMessage | undefined {
    const { type, id, from: host } = stanza.attrs;
    if (type !== "error" || stanza.name !== "message" || host === undefined) return undefined;
    if (id?.startsWith(this.#prefix) !== true || !this.#wrappers.has(host)) return undefined;
    const [rowId = 0, offset = 0] = id.slice(this.#prefix.length).split("-").map(Number);
    const condition = conditionOf(stanza);
    return { rowId, offset, host, condition, isForbidden: FORBIDDEN.has(condition) };
  }

  #make(host: string): Envelope {
    const around = xml("privilege", NS.privilege, xml("forwarded", NS.forward));
    return envelope(serialise(xml("message", { to: host, from: this.domain }, around)));
  }
}
