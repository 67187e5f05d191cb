/** A row of the outbox, and its stanzas as they are written, each by its place in the row. */
import type { Origin, Row, StanzaKind } from "../../storage/outbox-row.js";
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

/** The stanza without `to`, and the addresses that it goes to. */
export interface ForMany {
  readonly stanza: Addressable;
  readonly recipients: readonly string[];
}

export interface RowStanzas {
  readonly row: OutboxRow;
  /** The stanza at this place, complete. */
  at(place: number): WireText;
  /** If the row has recipients. */
  readonly many?: ForMany;
}

/**
 * A row's stanzas.
 * @param delayedBy the domain that says that its messages are late; undefined if they aren't
 */
export function stanzasOf(row: OutboxRow, delayedBy?: string): RowStanzas {
  const { sender, recipients, isCopied, stanzas } = row;
  // Only messages carry a delay: a presence says what is so now.
  const delayed = (stanza: WireText): WireText =>
    delayedBy === undefined || row.kind !== "message" ? stanza : withDelay(stanza, row, delayedBy);
  if (recipients !== undefined) {
    const many = { stanza: addressable(delayed(row.stanza)), recipients: recipients.split("\n") };
    return { row, many, at: (place) => addressed(many.stanza, many.recipients[place] ?? "") };
  }
  if (isCopied)
    return { row, at: (place) => delayed(place === 0 ? row.stanza : carbonOf(sender, row.stanza)) };
  if (stanzas === 1) return { row, at: () => delayed(row.stanza) };
  const all = separate(row.stanza);
  return { row, at: (place) => delayed(all[place] ?? NO_TEXT) };
}

/** The row with its stanzas from this place on. */
export function rowFrom(row: OutboxRow, start: number): OutboxRow {
  return start === 0 ? row : withStanzas(row, (place) => place >= start);
}

/**
 * Takes the stanza at this place out of a row; a message goes with its copy.
 * @returns the stanza as a row of its own, and what is left of the row, if anything
 */
export function takeOut(
  row: OutboxRow,
  at: number,
): { readonly out: OutboxRow; readonly left: OutboxRow | undefined } {
  if (row.stanzas === 1 || row.isCopied) return { out: row, left: undefined };
  const stanza = stanzasOf(row).at(at);
  const receiver = row.recipients === undefined ? row.receiver : row.recipients.split("\n")[at];
  const out = { ...row, stanza, stanzas: 1, recipients: undefined, receiver };
  return { out, left: withStanzas(row, (place) => place !== at) };
}

function withStanzas(row: OutboxRow, isKept: (place: number) => boolean): OutboxRow {
  const keep = <T>(all: readonly T[]): T[] => all.filter((_, place) => isKept(place));
  if (row.recipients !== undefined) {
    const recipients = keep(row.recipients.split("\n"));
    return { ...row, recipients: recipients.join("\n"), stanzas: recipients.length };
  }
  if (row.isCopied) return row;
  const stanzas = keep(separate(row.stanza));
  return { ...row, stanza: together(stanzas), stanzas: stanzas.length };
}

function withDelay(stanza: WireText, { acceptedAt }: OutboxRow, from: string): WireText {
  const stamp = new Date(acceptedAt).toISOString();
  return withLastChild(stanza, xml("delay", { xmlns: NS.delay, from, stamp }));
}
