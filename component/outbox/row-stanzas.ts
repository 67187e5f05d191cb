/** Builds the stanzas of an outbox row, each by its offset in the row. */
import type { Origin, Row } from "../../storage/outbox-row.js";
import { carbonOf } from "../composing/carbon.js";
import { NS, xml, type Element } from "../xml/builder.js";
import { addressable, addressed, separate, withLastChild, type Addressable } from "../xml/splice.js";
import { asStored, inOneWrite, NO_TEXT, type WireText } from "../xml/wire-text.js";

/** A row whose text is ready for the stream. */
export type OutboxRow = Row<WireText>;

/** Returns a row that was read from the database, whose text was ready for the stream when it was stored. */
export function fromDisk(row: Row): OutboxRow {
  return { ...row, stanza: asStored(row.stanza) };
}

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
  /** Returns the copy of a stanza for its sender's own sessions; undefined if they get none. */
  copyAt(offset: number): WireText | undefined;
  /** Undefined if the row has no list of recipients. */
  readonly many?: ForMany;
}

/** Returns a row's stanzas. @param delayedBy domain in messages' delay elements (XEP-0203); undefined: no element */
export function stanzasOf(row: OutboxRow, delayedBy?: string): RowStanzas {
  const { sender, isCopied, stanzas } = row;
  const recipients = row.recipients?.split("\n");
  // Only messages get a delay element: a presence describes the current state.
  const delayed = (stanza: WireText): WireText => {
    if (delayedBy === undefined || row.kind !== "message") return stanza;
    const stamp = new Date(row.acceptedAt).toISOString();
    return withLastChild(stanza, xml("delay", { xmlns: NS.delay, from: delayedBy, stamp }));
  };
  const copied = isCopied && recipients !== undefined ? addressable(row.stanza) : undefined;
  const copyAt = (offset: number): WireText | undefined => {
    const receiver = recipients?.[offset] ?? row.receiver;
    if (!isCopied || receiver?.split("/", 1)[0] === sender) return undefined;
    const stanza = copied === undefined ? row.stanza : addressed(copied, receiver ?? "");
    return delayed(carbonOf(sender, stanza));
  };
  if (recipients !== undefined) {
    const many = { stanza: addressable(delayed(row.stanza)), recipients };
    return { row, many, copyAt, at: (offset) => addressed(many.stanza, recipients[offset] ?? "") };
  }
  const all = stanzas === 1 ? [row.stanza] : separate(row.stanza);
  return { row, copyAt, at: (offset) => delayed(all[offset] ?? NO_TEXT) };
}

/** Returns a row without the stanzas before this offset. */
export function rowFrom(row: OutboxRow, start: number): OutboxRow {
  return start === 0 ? row : withStanzas(row, (offset) => offset >= start);
}

/** Takes a stanza out of a row. @returns the stanza and the rest, if there is one */
export function takeOut(
  row: OutboxRow,
  at: number,
): { readonly out: OutboxRow; readonly left: OutboxRow | undefined } {
  if (row.stanzas === 1) return { out: row, left: undefined };
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
  const stanzas = keep(separate(row.stanza));
  return { ...row, stanza: inOneWrite(stanzas), stanzas: stanzas.length };
}
