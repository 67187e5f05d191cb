/**
 * Types of the outbox's rows, and the rows' weight. A row is one stanza, several stanzas from one sender to one
 * receiver, or one stanza for many recipients.
 */

/** The kind of a stanza (RFC 6120 §8). */
export type StanzaKind = "message" | "presence" | "iq";

/** How a stanza of a user is sent: from the user's address, or wrapped in the component's message (XEP-0356). */
export type SendMode = "direct" | "privileged";

export interface Origin {
  readonly kind: StanzaKind;
  /** The bare address. Stanzas from one sender to one receiver are kept in order. */
  readonly sender: string;
  readonly receiver?: string | undefined;
  /** The stanza's id. The table has no column for it. */
  readonly id?: string | undefined;
}

/** A row to be added. It has either a receiver or recipients. `T` is the type of XML text. */
export interface NewRow<T extends string = string> extends Origin {
  /** XML of one stanza, or of several, one after the other. */
  readonly stanza: T;
  /** How many stanzas `stanza` contains; absent: one. */
  readonly stanzas?: number;
  readonly recipients?: readonly string[];
  readonly acceptedAt: number;
  readonly expiresAt?: number;
  /** The hash that identifies a caller's retry; undefined: retries aren't recognised. */
  readonly fingerprint?: Buffer | undefined;
  readonly mode?: SendMode;
  /** Whether the sender's own sessions get a copy of each message; it is made on writing, in direct mode. */
  readonly isCopied?: boolean;
}

/** A row of the table `outbox`. */
export interface Row<T extends string = string> {
  readonly rowId: number;
  readonly acceptedAt: number;
  readonly expiresAt: number | undefined;
  readonly stanza: T;
  /** How many stanzas the row makes on the stream: one for each recipient. Copies don't count. */
  readonly stanzas: number;
  readonly recipients: string | undefined;
  readonly receiver: string | undefined;
  readonly kind: StanzaKind;
  readonly sender: string;
  readonly call: number;
  readonly mode: SendMode | undefined;
  readonly isCopied: boolean;
  readonly isParked: boolean;
  readonly done: number;
}

/** A stanza's position in the outbox. */
export interface Position {
  readonly rowId: number;
  /** The index of the stanza in the row, from 0. */
  readonly offset: number;
}

export function isBefore(a: Position, b: Position): boolean {
  return a.rowId < b.rowId || (a.rowId === b.rowId && a.offset < b.offset);
}

/** How many stanzas rows make on the stream, and the bytes of their stanzas and recipients in the database. */
export interface Weight {
  readonly stanzas: number;
  readonly bytes: number;
}

export function plus(a: Weight, b: Weight): Weight {
  return { stanzas: a.stanzas + b.stanzas, bytes: a.bytes + b.bytes };
}

export function minus(a: Weight, b: Weight): Weight {
  return { stanzas: a.stanzas - b.stanzas, bytes: a.bytes - b.bytes };
}

/** The maximum number of recipients of a row. It is limited, because a row is read and deleted only as a whole. */
const ROW_RECIPIENTS = 500;

/** Returns the size of a row in the database, in bytes. */
export function rowBytes(row: { readonly stanza: string; readonly recipients: string | undefined }): number {
  return (
    Buffer.byteLength(row.stanza) + (row.recipients === undefined ? 0 : Buffer.byteLength(row.recipients))
  );
}

/** Returns the weight that new rows will have when they are stored. */
export function weightOf(rows: readonly NewRow[]): Weight {
  return weightOfRows(
    rows.flatMap((row) => piecesOf(row).map((piece) => ({ ...piece, stanza: row.stanza }))),
  );
}

export function weightOfRows(rows: readonly Pick<Row, "stanza" | "recipients" | "stanzas">[]): Weight {
  let stanzas = 0;
  let bytes = 0;
  for (const row of rows) {
    stanzas += row.stanzas;
    bytes += rowBytes(row);
  }
  return { stanzas, bytes };
}

type Piece = Pick<Row, "recipients" | "stanzas">;

/** Splits a new row into the parts that become stored rows. */
export function piecesOf({ recipients, stanzas = 1 }: NewRow): Piece[] {
  if (recipients === undefined) return [{ recipients, stanzas }];
  const pieces: Piece[] = [];
  for (let at = 0; at < recipients.length; at += ROW_RECIPIENTS) {
    const some = recipients.slice(at, at + ROW_RECIPIENTS);
    pieces.push({ recipients: some.join("\n"), stanzas: some.length });
  }
  return pieces;
}
