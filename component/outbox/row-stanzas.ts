/** Builds the stanzas of an outbox row, each by its offset in the row. */
import type { Origin, Row } from "../../storage/outbox-row.js";
import { carbonOf } from "../composing/carbon.js";
import { NS, xml, type Element } from "../xml/builder.js";
import {
  addressable,
  addressed,
  separate,
  together,
  withLastChild,
  type Addressable,
} from "../xml/splice.js";
import { NO_TEXT, type WireText } from "../xml/wire-text.js";

/** A row whose text is ready for the stream. */
export type OutboxRow = Row<WireText>;

const KINDS = ["message", "presence", "iq"] as const;

/** Returns the kind, sender, receiver and id of a stanza. @throws TypeError if the element isn't a stanza */
export function originOf({ name, attrs }: Element): Origin {
  const kind = KINDS.find((one) => one === name);
  if (kind === undefined) throw new TypeError(`<${name}> is no stanza`);
  const { from = "", to: receiver, id } = attrs;
  const slash = from.indexOf("/");
  return { kind, sender: slash < 0 ? from : from.slice(0, slash), receiver, id };
}

/** A stanza without `to`, and the addresses of its many recipients. */
export interface ForMany {
  readonly stanza: Addressable;
  readonly recipients: readonly string[];
}

export interface RowStanzas {
  readonly row: OutboxRow;
  at(offset: number): WireText;
  /** Undefined if the row has no list of recipients. */
  readonly many?: ForMany;
}

/** Returns a row's stanzas. @param delayedBy domain in messages' delay elements (XEP-0203); undefined: no element */
export function stanzasOf(row: OutboxRow, delayedBy?: string): RowStanzas {
  const { sender, recipients, isCopied, stanzas } = row;
  // Only messages get a delay element: a presence describes the current state.
  const delayed = (stanza: WireText): WireText => {
    if (delayedBy === undefined || row.kind !== "message") return stanza;
    const stamp = new Date(row.acceptedAt).toISOString();
    return withLastChild(stanza, xml("delay", { xmlns: NS.delay, from: delayedBy, stamp }));
  };
  if (recipients !== undefined) {
    const many = { stanza: addressable(delayed(row.stanza)), recipients: recipients.split("\n") };
    return { row, many, at: (offset) => addressed(many.stanza, many.recipients[offset] ?? "") };
  }
  if (isCopied)
    return { row, at: (offset) => delayed(offset === 0 ? row.stanza : carbonOf(sender, row.stanza)) };
  if (stanzas === 1) return { row, at: () => delayed(row.stanza) };
  const all = separate(row.stanza);
  return { row, at: (offset) => delayed(all[offset] ?? NO_TEXT) };
}

/** Returns a row without the stanzas before this offset. */
export function rowFrom(row: OutboxRow, start: number): OutboxRow {
  return start === 0 ? row : withStanzas(row, (offset) => offset >= start);
}

/** Takes a stanza out of a row; a message together with its copy. @returns the stanza and the rest, if there is one */
export function takeOut(
  row: OutboxRow,
  at: number,
): { readonly out: OutboxRow; readonly left: OutboxRow | undefined } {
  if (row.stanzas === 1 || row.isCopied) return { out: row, left: undefined };
  const stanza = stanzasOf(row).at(at);
  const receiver = row.recipients === undefined ? row.receiver : row.recipients.split("\n")[at];
  const out = { ...row, stanza, stanzas: 1, recipients: undefined, receiver };
  return { out, left: withStanzas(row, (offset) => offset !== at) };
}

function withStanzas(row: OutboxRow, isKept: (offset: number) => boolean): OutboxRow {
  const keep = <T>(all: readonly T[]): T[] => all.filter((_, offset) => isKept(offset));
  if (row.recipients !== undefined) {
    const recipients = keep(row.recipients.split("\n"));
    return { ...row, recipients: recipients.join("\n"), stanzas: recipients.length };
  }
  if (row.isCopied) return row;
  const stanzas = keep(separate(row.stanza));
  return { ...row, stanza: together(stanzas), stanzas: stanzas.length };
}
