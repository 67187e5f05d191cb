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
  /** The stanza's own `to`; absent if the row has recipients. */
  readonly receiver?: string | undefined;
  /** The stanza's id. The table has no column for it. */
  readonly id?: string | undefined;
}

/** A row to be added. It has either a receiver or recipients. `T` is the type of XML text. */
export interface NewRow<T extends string = string> extends Origin {
  /** The stanza as XML, without `to` if there are recipients; several stanzas are separated by "\r". */
  readonly stanza: T;
  /** How many stanzas `stanza` contains; absent: one. */
  readonly stanzas?: number;
  /** Absent if the stanza has its own `to`. */
  readonly recipients?: readonly string[];
  /** In milliseconds since 1970. */
  readonly acceptedAt: number;
  /** When the row is dropped if it is unsent, in milliseconds since 1970; absent: never. */
  readonly expiresAt?: number;
  /** The hash that identifies a caller's retry; undefined: retries aren't recognised. */
  readonly fingerprint?: Buffer | undefined;
  /** The only send mode of the row. In the other mode, the row isn't sent. Absent: both modes. */
  readonly mode?: SendMode;
  /** Whether a copy for the sender's own sessions follows the message; made when it is written, in direct mode. */
  readonly isCopied?: boolean;
}

export interface Row<T extends string = string> {
  /** Rows are sent in the order of their ids. */
  readonly rowId: number;
  /** In milliseconds since 1970. */
  readonly acceptedAt: number;
  /** In milliseconds since 1970; undefined: never. */
  readonly expiresAt: number | undefined;
  /** As in NewRow. */
  readonly stanza: T;
  /** How many stanzas the row makes on the stream: one for each recipient, and one for a copy. */
  readonly stanzas: number;
  /** One address on each line. */
  readonly recipients: string | undefined;
  /** The stanza's own `to`; undefined if there are recipients. */
  readonly receiver: string | undefined;
  readonly kind: StanzaKind;
  readonly sender: string;
  /** The id of the first row of the same call. */
  readonly call: number;
  readonly mode: SendMode | undefined;
  /** As in NewRow. The copy is the row's last stanza. */
  readonly isCopied: boolean;
  /** Whether the row waits, or waited, for a send mode of its host; later rows may be acknowledged already. */
  readonly isParked: boolean;
  /** How many stanzas of a parked row are acknowledged. */
  readonly done: number;
}

/** How many stanzas rows make on the stream, and the bytes of their stanzas and recipients in the database. */
export interface Weight {
  readonly stanzas: number;
  readonly bytes: number;
}

/** The maximum number of recipients of a row. It is limited, because a row is read and deleted only as a whole. */
const ROW_RECIPIENTS = 500;

/** Returns the size of a row in the database, in bytes. */
export function bytesOf(row: { readonly stanza: string; readonly recipients: string | undefined }): number {
  return (
    Buffer.byteLength(row.stanza) + (row.recipients === undefined ? 0 : Buffer.byteLength(row.recipients))
  );
}

/** Returns the weight that new rows will have when they are stored. */
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

export function weightOfRows(rows: readonly Pick<Row, "stanza" | "recipients" | "stanzas">[]): Weight {
  let stanzas = 0;
  let bytes = 0;
  for (const row of rows) {
    stanzas += row.stanzas;
    bytes += bytesOf(row);
  }
  return { stanzas, bytes };
}

type Piece = Pick<Row, "recipients" | "stanzas">;

/** Splits a new row into the parts that become stored rows. */
export function piecesOf({ recipients, stanzas = 1, isCopied = false }: NewRow): Piece[] {
  if (recipients === undefined) return [{ recipients, stanzas: stanzas + Number(isCopied) }];
  const pieces: Piece[] = [];
  for (let at = 0; at < recipients.length; at += ROW_RECIPIENTS) {
    const some = recipients.slice(at, at + ROW_RECIPIENTS);
    pieces.push({ recipients: some.join("\n"), stanzas: some.length });
  }
  return pieces;
}
