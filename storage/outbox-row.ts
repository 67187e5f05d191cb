/** The outbox's rows, new and stored, and their weight. */

/** The three stanzas of RFC 6120 §8. */
export type StanzaKind = "message" | "presence" | "iq";

/**
 * The send mode of a user's stanza.
 * - `direct`: from the user's address
 * - `privileged`: wrapped, by the permission of the user's host (XEP-0356)
 */
export type SendMode = "direct" | "privileged";

/** The kind, sender, receiver and id of a row's stanzas. */
export interface Origin {
  readonly kind: StanzaKind;
  /** The sender's bare address: order is kept between it and each receiver. */
  readonly sender: string;
  /** The stanza's own `to`; absent if there are recipients. */
  readonly receiver?: string | undefined;
  /** The stanza's id; not stored apart from it. */
  readonly id?: string | undefined;
}

/**
 * Has recipients, or a receiver.
 * @typeParam T the type of the stanzas' text
 */
export interface NewRow<T extends string = string> extends Origin {
  /** Complete, or without `to` if there are recipients; several of one sender to one receiver with "\r" between two. */
  readonly stanza: T;
  /** The number of stanzas, if there is a receiver; absent: one. */
  readonly stanzas?: number;
  /** Addresses; absent if the stanza has its own `to`. */
  readonly recipients?: readonly string[];
  /** Milliseconds since 1970. */
  readonly acceptedAt: number;
  /** Milliseconds since 1970; absent: never. */
  readonly expiresAt?: number;
  /** Identifies a caller's retry; absent, as for rows that expire: never taken for a retry. */
  readonly fingerprint?: Buffer | undefined;
  /** The only send mode; in the other one the row is omitted. Absent: either. */
  readonly mode?: SendMode;
  /**
   * Whether its one message is followed by a copy for the sender's own sessions: one more stanza, made when it is written,
   * and only in direct mode.
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
  /** The number of stanzas on the stream. */
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
  /** Whether its last stanza is a copy of the one before, made when it is written. */
  readonly isCopied: boolean;
  /** Whether rows behind it may be acknowledged already: it was parked, or put back. */
  readonly isParked: boolean;
  /** The number of a parked row's stanzas that are acknowledged. */
  readonly done: number;
}

/** Stanzas on the stream, and bytes on the disk. */
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

/** The weight of new rows. */
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

/** The weight of stored rows. */
export function weightOfRows(rows: readonly Pick<Row, "stanza" | "recipients" | "stanzas">[]): Weight {
  let stanzas = 0;
  let bytes = 0;
  for (const row of rows) {
    stanzas += row.stanzas;
    bytes += bytesOf(row);
  }
  return { stanzas, bytes };
}

/** The part of a new row that becomes one stored row. */
type Piece = Pick<Row, "recipients" | "stanzas">;

/** The parts of a new row; one if the stanza has its own `to`. */
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

/** Reads rows up to this many bytes, but at least one if there is one. */
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
