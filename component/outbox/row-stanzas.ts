/** Builds the stanzas of an outbox row, each by its offset in the row. */
import type { Origin, Row, StanzaKind } from "../../storage/outbox-row.js";
import { carbonOf } from "../composing/carbon.js";
import type { MulticastService } from "../probes/multicast-discovery.js";
import { NS, xml, type Element } from "../xml/builder.js";
import { quote } from "../xml/serialise.js";
import {
  addressable,
  addressed,
  multicast,
  separate,
  together,
  withLastChild,
  type Addressable,
} from "../xml/splice.js";
import { LEFT_FREE, NO_TEXT, type WireText } from "../xml/wire-text.js";

/** A row whose text is ready for the stream. */
export type OutboxRow = Row<WireText>;

const KINDS: ReadonlySet<string> = new Set<StanzaKind>(["message", "presence", "iq"]);

function isKind(name: string): name is StanzaKind {
  return KINDS.has(name);
}

/** Returns the kind, sender, receiver and id of a stanza. @throws TypeError if the element isn't a stanza */
export function originOf({ name, attrs }: Element): Origin {
  if (!isKind(name)) throw new TypeError(`<${name}> is no stanza`);
  const { from = "", to: receiver, id } = attrs;
  const slash = from.indexOf("/");
  return { kind: name, sender: slash < 0 ? from : from.slice(0, slash), receiver, id };
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

/** Returns a row's stanzas. @param delayedBy the domain in messages' delay elements (XEP-0203); absent: no element */
export function stanzasOf(row: OutboxRow, delayedBy?: string): RowStanzas {
  const { sender, recipients, isCopied, stanzas } = row;
  // Only messages get a delay element: a presence describes the current state.
  const delayed = (stanza: WireText): WireText =>
    delayedBy === undefined || row.kind !== "message" ? stanza : withDelay(stanza, row, delayedBy);
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

/** A stanza that a room sends to many receivers through a multicast service (XEP-0033). */
export interface MulticastStanza {
  readonly service: string;
  readonly room: string;
  /** The receivers' addresses, escaped for XML attributes. */
  readonly receivers: readonly string[];
}

interface MulticastRoute {
  readonly serviceOf: (recipient: string) => MulticastService | undefined;
  readonly stanzaBytes: number;
}

export interface MulticastStanzas {
  /** Stanzas for multicast services, and stanzas for receivers whose host has no service. */
  readonly texts: readonly WireText[];
  readonly multicasts: readonly MulticastStanza[];
  /** The offset of the first receiver that isn't included. */
  readonly end: number;
}

/** Limits: bytes of addresses in a stanza, bytes of markup around an address, receivers in a write. */
const MOST = { addresses: 40 * 1024, around: 32, receivers: 500 };

/** Returns how many bytes of addresses fit in a stanza of at most `stanzaBytes` bytes. */
export function bytesForAddresses({ tail }: Addressable, stanzaBytes: number): number {
  return Math.min(MOST.addresses, stanzaBytes - Buffer.byteLength(tail) - LEFT_FREE.kept);
}

/** Builds stanzas for a row's receivers from `start` on: one for all receivers of the same service, else one each. */
export function multicastStanzas(
  { sender: room, kind }: OutboxRow,
  { stanza, recipients }: ForMany,
  start: number,
  { serviceOf, stanzaBytes }: MulticastRoute,
): MulticastStanzas {
  const mostBytes = bytesForAddresses(stanza, stanzaBytes);
  const texts: WireText[] = [];
  const slices = new Map<MulticastService, { receivers: string[]; size: number }>();
  let end = start;
  for (const recipient of recipients.slice(start, start + MOST.receivers)) {
    const service = serviceOf(recipient);
    if (service === undefined) texts.push(addressed(stanza, recipient));
    else {
      const slice = slices.get(service) ?? { receivers: [], size: 0 };
      const receiver = quote(recipient);
      const size = slice.size + Buffer.byteLength(receiver) + MOST.around;
      const most = service.most[kind === "presence" ? "presence" : "message"];
      if (slice.receivers.length > 0 && (slice.receivers.length >= most || size > mostBytes)) break;
      slice.receivers.push(receiver);
      slice.size = size;
      slices.set(service, slice);
    }
    end += 1;
  }
  const all = [...slices].map(([{ jid: service }, { receivers }]) => ({ service, room, receivers }));
  texts.push(...all.map(({ service, receivers }) => multicast(stanza, service, receivers)));
  return { texts, multicasts: all, end };
}

/** Returns a row without the stanzas before this offset. */
export function rowFrom(row: OutboxRow, start: number): OutboxRow {
  return start === 0 ? row : withStanzas(row, (offset) => offset >= start);
}

/** Takes a stanza out of a row; a message together with its copy. @returns both; no rest if no stanza is left */
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

function withDelay(stanza: WireText, { acceptedAt }: OutboxRow, from: string): WireText {
  const stamp = new Date(acceptedAt).toISOString();
  return withLastChild(stanza, xml("delay", { xmlns: NS.delay, from, stamp }));
}
