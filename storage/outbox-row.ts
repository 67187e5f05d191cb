/** The outbox's rows as they are handed in and as they are stored, and what they weigh. */

/** The three stanzas of RFC 6120 §8. */
export type StanzaKind = "message" | "presence" | "iq";

/**
 * How a stanza goes to the server.
 * - `plain`: as it is
 * - `privileged`: in an envelope, by the permission that the server gave (XEP-0356)
 */
export type Way = "plain" | "privileged";

/** What is known of a row's stanzas when it is made: what they are, and between whom. */
export interface Origin {
  readonly kind: StanzaKind;
  /** The sender's bare address: order is kept between it and each receiver. */
  readonly sender: string;
  /** The stanza's own `to`; absent where there are recipients. */
  readonly receiver?: string | undefined;
  /** The stanza's; it is not stored beside it. */
  readonly id?: string | undefined;
}

/**
 * Has recipients, or a receiver.
 * @typeParam T what the stanzas' text is to those who make rows: they get back what they gave
 */
export interface NewRow<T extends string = string> extends Origin {
  /** Complete, or without `to` where there are recipients; several of one sender's to one receiver with "\r" between two. */
  readonly stanza: T;
  /** How many stanzas that is, where there is a receiver; absent: one. */
  readonly stanzas?: number;
  /** Addresses; absent where the stanza has its own `to`. */
  readonly recipients?: readonly string[];
  /** Milliseconds since 1970. */
  readonly acceptedAt: number;
  /** Milliseconds since 1970; absent: never. */
  readonly expiresAt?: number;
  /** Identifies a caller's retry; absent, as it is for what expires: never taken for one. */
  readonly fingerprint?: Buffer | undefined;
  /** The only way in which it is written: it is left out where its sender's messages go the other way; absent: either. */
  readonly way?: Way;
  /**
   * Whether behind its one message comes a copy of it for its sender's own sessions: one more stanza, which goes
   * plain or not at all, and is made as it is written.
   */
  readonly isCopied?: boolean;
}

export interface Row<T extends string = string> {
  readonly seq: number;
  readonly acceptedAt: number;
  readonly expiresAt: number | undefined;
  readonly stanza: T;
  /** How many stanzas it makes on the stream, those that are routed among them. */
  readonly stanzas: number;
  /** One address a line. */
  readonly recipients: string | undefined;
  /** The stanza's own `to`, where there are no recipients. */
  readonly receiver: string | undefined;
  /** How many of its stanzas, or recipients, are known to be routed. */
  readonly done: number;
  /** Undefined in rows of the first release, as the sender and the call. */
  readonly kind: StanzaKind | undefined;
  readonly sender: string | undefined;
  /** The first row of the same call. */
  readonly call: number | undefined;
  /** The only way in which it is written; undefined: either. */
  readonly way: Way | undefined;
  /** Whether its last stanza is a copy of the one before, that is made as it is written. */
  readonly isCopied: boolean;
}

/** A row of which it is known what it holds. */
export type KnownRow<T extends string = string> = Row<T> & Omit<Origin, "receiver">;

export function isKnown(row: Row): row is KnownRow {
  return row.kind !== undefined && row.sender !== undefined;
}

/** How much something adds to the outbox: stanzas on the stream, bytes on the disk. */
export interface Weight {
  readonly stanzas: number;
  readonly bytes: number;
}

/** A row names at most so many recipients: progress within a row is cheap to note, and memory stays bounded. */
const ROW_RECIPIENTS = 500;

/** The bytes that a row holds on the disk. */
export function bytesOf(row: { readonly stanza: string; readonly recipients: string | undefined }): number {
  return (
    Buffer.byteLength(row.stanza) + (row.recipients === undefined ? 0 : Buffer.byteLength(row.recipients))
  );
}

/** What rows will add to the outbox; how they are stored is decided here, so it is known here. */
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

/** A row as it is stored: with so many of its recipients, a line each. */
type Piece = Pick<Row, "recipients" | "stanzas">;

/** The rows that one becomes: one where the stanza has its own `to`. */
export function* piecesOf({ recipients, stanzas = 1, isCopied = false }: NewRow): Iterable<Piece> {
  if (recipients === undefined) {
    yield { recipients, stanzas: stanzas + Number(isCopied) };
    return;
  }
  for (let at = 0; at < recipients.length; at += ROW_RECIPIENTS) {
    const some = recipients.slice(at, at + ROW_RECIPIENTS);
    yield { recipients: some.join("\n"), stanzas: some.length };
  }
}
