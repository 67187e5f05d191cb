/** The outbox's rows as they are handed in and as they are stored, and what they weigh. */

/** The three stanzas of RFC 6120 §8. */
export type StanzaKind = "message" | "presence" | "iq";

/**
 * How a user's stanza goes to the server.
 * - `direct`: as it is, from the user's address
 * - `privileged`: wrapped, by the permission of the user's host (XEP-0356)
 */
export type SendMode = "direct" | "privileged";

/** What is known of a row's stanzas when it is made: what they are, from whom and to whom. */
export interface Origin {
  readonly kind: StanzaKind;
  /** The sender's bare address: order is kept between it and each receiver. */
  readonly sender: string;
  /** The stanza's own `to`; absent if there are recipients. */
  readonly receiver?: string | undefined;
  /** The stanza's; it is not stored beside it. */
  readonly id?: string | undefined;
}

/**
 * Has recipients, or a receiver.
 * @typeParam T what the stanzas' text is to those who make rows: they get back what they gave
 */
export interface NewRow<T extends string = string> extends Origin {
  /** Complete, or without `to` if there are recipients; several of one sender to one receiver with "\r" between two. */
  readonly stanza: T;
  /** How many stanzas that is, if there is a receiver; absent: one. */
  readonly stanzas?: number;
  /** Addresses; absent if the stanza has its own `to`. */
  readonly recipients?: readonly string[];
  /** Milliseconds since 1970. */
  readonly acceptedAt: number;
  /** Milliseconds since 1970; absent: never. */
  readonly expiresAt?: number;
  /** Identifies a caller's retry; absent, as it is for what expires: never taken for one. */
  readonly fingerprint?: Buffer | undefined;
  /** The only mode in which it is sent: it is left out if its sender's messages go in the other; absent: either. */
  readonly mode?: SendMode;
  /**
   * Whether its one message is followed by a copy for its sender's own sessions: one more stanza, which goes directly
   * or not at all, and is made when it is written.
   */
  readonly isCopied?: boolean;
}

/** A row as it is stored. */
export interface Row<T extends string = string> {
  /** The row's id: rows are sent in this order. */
  readonly rowId: number;
  readonly acceptedAt: number;
  readonly expiresAt: number | undefined;
  readonly stanza: T;
  /** How many stanzas it makes on the stream. */
  readonly stanzas: number;
  /** One address a line. */
  readonly recipients: string | undefined;
  /** The stanza's own `to`, if there are no recipients. */
  readonly receiver: string | undefined;
  readonly kind: StanzaKind;
  readonly sender: string;
  /** The first row of the same call. */
  readonly call: number;
  readonly mode: SendMode | undefined;
  /** Whether its last stanza is a copy of the one before, that is made when it is written. */
  readonly isCopied: boolean;
  /** Whether rows behind it may be acknowledged already: it was parked, or put back. */
  readonly isParked: boolean;
  /** How many of a parked row's stanzas were acknowledged before. */
  readonly done: number;
}

/** How much something adds to the outbox: stanzas on the stream, bytes on the disk. */
export interface Weight {
  readonly stanzas: number;
  readonly bytes: number;
}

/** The most recipients of a row: a row is acknowledged as a whole on the disk, and memory stays bounded. */
const ROW_RECIPIENTS = 500;

/** The bytes that a row holds on the disk. */
export function bytesOf(row: { readonly stanza: string; readonly recipients: string | undefined }): number {
  return (
    Buffer.byteLength(row.stanza) + (row.recipients === undefined ? 0 : Buffer.byteLength(row.recipients))
  );
}

/** What new rows will add to the outbox. */
export function weightOf(rows: readonly NewRow[]): Weight {
  let stanzas = 0;
  let bytes = 0;
  for (const row of rows) {
    for (const piece of piecesOf(row)) {
      stanzas += piece.stanzas;
      bytes += bytesOf({ stanza: row.stanza, recipients: piece.recipients });
    }
  }
  return { stanzas, bytes };
}

/** What stored rows weigh. */
export function weightOfRows(rows: readonly Pick<Row, "stanza" | "recipients" | "stanzas">[]): Weight {
  let stanzas = 0;
  let bytes = 0;
  for (const row of rows) {
    stanzas += row.stanzas;
    bytes += bytesOf(row);
  }
  return { stanzas, bytes };
}

/** A row as it is stored: with so many of its recipients, a line each. */
type Piece = Pick<Row, "recipients" | "stanzas">;

/** The rows that one becomes: one if the stanza has its own `to`. */
export function piecesOf({ recipients, stanzas = 1, isCopied = false }: NewRow): Piece[] {
  if (recipients === undefined) return [{ recipients, stanzas: stanzas + Number(isCopied) }];
  const pieces: Piece[] = [];
  for (let at = 0; at < recipients.length; at += ROW_RECIPIENTS) {
    const some = recipients.slice(at, at + ROW_RECIPIENTS);
    pieces.push({ recipients: some.join("\n"), stanzas: some.length });
  }
  return pieces;
}

/** A row as the database has it. */
export interface RawRow {
  row_id: number;
  accepted_at: number;
  expires_at: number | null;
  stanza: string;
  recipients: string | null;
  receiver: string | null;
  stanzas: number;
  kind: StanzaKind;
  sender: string;
  call: number | null;
  mode: SendMode | null;
  copied: 0 | 1;
  parked: 0 | 1;
  done: number;
}

/** Rows until they have so many bytes: at least one if there is one. */
export function rowsOf(all: Iterable<RawRow>, mostBytes: number): Row[] {
  const rows: Row[] = [];
  let bytes = 0;
  for (const raw of all) {
    const row = rowOf(raw);
    rows.push(row);
    bytes += bytesOf(row);
    if (bytes >= mostBytes) break;
  }
  return rows;
}

export function rowOf(raw: RawRow): Row {
  return {
    rowId: raw.row_id,
    acceptedAt: raw.accepted_at,
    expiresAt: raw.expires_at ?? undefined,
    stanza: raw.stanza,
    stanzas: raw.stanzas,
    recipients: raw.recipients ?? undefined,
    receiver: raw.receiver ?? undefined,
    kind: raw.kind,
    sender: raw.sender,
    // The first of a call doesn't name itself: that would be one more write for each call.
    call: raw.call ?? raw.row_id,
    mode: raw.mode ?? undefined,
    isCopied: raw.copied === 1,
    isParked: raw.parked === 1,
    done: raw.done,
  };
}
