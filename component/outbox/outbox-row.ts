/** A row of the outbox that can be written, and what a stanza tells of itself when its row is made. */
import type { Origin, Row, StanzaKind } from "../../storage/outbox-row.js";
import type { Element } from "../xml/builder.js";
import type { WireText } from "../xml/wire-text.js";

/** A row that can be written. */
export type OutboxRow = Row<WireText>;

const KINDS: ReadonlySet<string> = new Set<StanzaKind>(["message", "presence", "iq"]);

function isKind(name: string): name is StanzaKind {
  return KINDS.has(name);
}

/** The kind, the sender and the receiver of a stanza that was made here. */
export function originOf({ name, attrs }: Element): Origin {
  if (!isKind(name)) throw new TypeError(`<${name}> is no stanza`);
  const { from = "", to: receiver, id } = attrs;
  const slash = from.indexOf("/");
  return { kind: name, sender: slash < 0 ? from : from.slice(0, slash), receiver, id };
}
