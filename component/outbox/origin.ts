/** What a row says of its stanzas: their kind, and the sender and the receiver, between whom there is an order. */
import type { KnownRow, Origin, StanzaKind } from "../../storage/outbox-row.js";
import type { Element } from "../xml/builder.js";
import type { WireText } from "../xml/wire-text.js";

/** A row that can be written. */
export type OutboxRow = KnownRow<WireText>;

const KINDS: ReadonlySet<string> = new Set<StanzaKind>(["message", "presence", "iq"]);

function isKind(name: string): name is StanzaKind {
  return KINDS.has(name);
}

/** Of any element; undefined where it is no stanza. */
export function originIn({ name, attrs }: Element): Origin | undefined {
  const { from = "", to: receiver, id } = attrs;
  const slash = from.indexOf("/");
  return isKind(name)
    ? { kind: name, sender: slash < 0 ? from : from.slice(0, slash), receiver, id }
    : undefined;
}

/** Of a stanza that was made here. */
export function originOf(stanza: Element): Origin {
  const origin = originIn(stanza);
  if (origin === undefined) throw new TypeError(`<${stanza.name}> is no stanza`);
  return origin;
}
