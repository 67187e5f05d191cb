/**
 * Wraps users' messages as privileged messages (XEP-0356 §5), and recognises refused ones by the row id in the
 * wrapper's id. The wrapper goes to the user's host; the message inside is from the user's bare address.
 */
import { randomUUID } from "node:crypto";
import type { Position } from "../../storage/outbox-row.js";
import { hostOf } from "../addresses/address.js";
import { conditionOf } from "../inbound/stanza-error.js";
import { NS, xml, type Element } from "../xml/builder.js";
import { serialise } from "../xml/serialise.js";
import { envelope, enveloped, fromBare, type Envelope } from "../xml/splice.js";
import type { WireText } from "../xml/wire-text.js";

export interface RefusedMessage extends Position {
  readonly host: string;
  /** The error condition (RFC 6120 §8.3.3). */
  readonly condition: string;
  /** Whether the host refuses all privileged messages; if false, the error is about this message only. */
  readonly isForbidden: boolean;
}

/** Conditions of a missing permission or module (item-not-found on ejabberd, service-unavailable on Prosody). */
const FORBIDDEN: ReadonlySet<string> = new Set([
  "forbidden",
  "service-unavailable",
  "item-not-found",
  "feature-not-implemented",
]);

export class PrivilegedMessages {
  /** Random, so that no other entity can forge an error. */
  readonly #prefix = `privileged-${randomUUID()}-`;
  readonly #wrappers = new Map<string, Envelope>();

  constructor(private readonly domain: string) {}

  /** Wraps a stanza of a user as a privileged message. @param sender the user's bare address */
  wrap(stanza: WireText, sender: string, { rowId, offset }: Position): WireText {
    const host = hostOf(sender);
    let wrapper = this.#wrappers.get(host);
    if (wrapper === undefined) {
      const inner = xml("privilege", NS.privilege, xml("forwarded", NS.forward));
      wrapper = envelope(serialise(xml("message", { to: host, from: this.domain }, inner)));
      this.#wrappers.set(host, wrapper);
    }
    return enveloped(wrapper, { id: `${this.#prefix}${rowId}-${offset}` }, fromBare(stanza));
  }

  /** Returns the privileged message that this error refuses; undefined for any other stanza. */
  refusedBy(stanza: Element): RefusedMessage | undefined {
    const { type, id, from: host } = stanza.attrs;
    if (type !== "error" || stanza.name !== "message" || host === undefined) return undefined;
    if (id?.startsWith(this.#prefix) !== true || !this.#wrappers.has(host)) return undefined;
    const [rowId = 0, offset = 0] = id.slice(this.#prefix.length).split("-").map(Number);
    const condition = conditionOf(stanza);
    return { rowId, offset, host, condition, isForbidden: FORBIDDEN.has(condition) };
  }
}
