/** A row taken apart: its stanzas as they are written, each by its place in the row. */
import { carbonOf } from "../composing/carbon.js";
import { NS, xml } from "../xml/builder.js";
import {
  addressable,
  addressed,
  separate,
  together,
  withLastChild,
  type Addressable,
} from "../xml/splice.js";
import { inOneWrite, type WireText } from "../xml/wire-text.js";
import type { OutboxRow } from "./outbox-row.js";

/** A message written later than this after it was accepted says so (XEP-0203); milliseconds. */
const LATE_MS = 5_000;

const NO_TEXT = inOneWrite([]);

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

/** Whether a row written now is late; milliseconds since 1970. */
export function isLate({ acceptedAt }: OutboxRow, now: number): boolean {
  return now - acceptedAt > LATE_MS;
}

/**
 * A row's stanzas.
 * @param delayedBy the domain that says that its messages are late; undefined if they aren't
 */
export function stanzasOf(row: OutboxRow, delayedBy: string | undefined): RowStanzas {
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
  const stanza = stanzasOf(row, undefined).at(at);
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
