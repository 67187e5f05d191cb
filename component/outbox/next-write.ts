/** Takes waiting rows and builds the text of the next write to the stream from them. */
import { quote } from "../xml/serialise.js";
import { fits, inOneWrite, type WireText } from "../xml/wire-text.js";
import type { OutboxDependencies } from "./dependencies.js";
import type { Flight, InFlight, Part } from "./in-flight.js";
import type { Multicast } from "./multicast.js";
import type { PrivilegedMessages } from "./privileged-messages.js";
import { stanzasOf, type MulticastStanza, type OutboxRow, type RowStanzas } from "./row-stanzas.js";
import { RowModes } from "./send-modes.js";
import type { WaitingRows } from "./waiting-rows.js";

export interface WriteLimits {
  /** How many stanzas to take at most; only a message with its copy, or a multicast, may have more. */
  readonly most: number;
  readonly mostRows: number;
  /** Rows with smaller ids were sent once before. */
  readonly lateBefore: number;
  /** If undefined, each receiver gets a separate stanza. */
  readonly multicast: Multicast | undefined;
}

/** A stanza larger than limits.stanza_bytes. */
export interface Oversized {
  readonly row: OutboxRow;
  readonly offset: number;
  readonly bytes: number;
}

export interface NextWrite extends Flight {
  readonly text: WireText;
  /** How many stanzas were too old, and dropped. */
  readonly expired: number;
  /** The stanza after those of the write, if it is too large to be sent. */
  readonly oversized: Oversized | undefined;
}

/** The limits of one write; the size in characters. */
const MOST = { stanzas: 256, size: 128 * 1024 };
/** A message that is written more than this many milliseconds after it was accepted gets a delay element (XEP-0203). */
const LATE_MS = 5_000;

/** The stanzas and the send mode of the row that is being written. */
interface OpenRow {
  readonly stanzas: RowStanzas;
  readonly mode: ReturnType<RowModes["of"]>;
}

interface Draft {
  readonly parts: Part[];
  readonly texts: WireText[];
  readonly multicasts: MulticastStanza[];
  stanzas: number;
  size: number;
  largest: number;
  expired: number;
}

function newDraft(): Draft {
  return { parts: [], texts: [], multicasts: [], stanzas: 0, size: 0, largest: 0, expired: 0 };
}

export class NextWrites {
  readonly #modes: RowModes;
  readonly #domain: string;
  readonly #stanzaBytes: number;
  #open: OpenRow | undefined;

  constructor(
    { link, modes, stanzaBytes }: OutboxDependencies,
    private readonly rows: WaitingRows,
    private readonly privileged: PrivilegedMessages,
    private readonly inFlight: InFlight,
  ) {
    this.#modes = new RowModes(modes);
    this.#domain = link.domain;
    this.#stanzaBytes = stanzaBytes;
  }

  /** Forgets the current row, as rows are read again from an earlier position. */
  forget(): void {
    this.#open = undefined;
    this.#modes.forget();
  }

  /** Takes the next stanzas, if any can be written now. @throws if the first row can't be read; no row is taken then */
  take(limits: WriteLimits): NextWrite {
    const draft: Draft = newDraft();
    const most = Math.min(limits.most, MOST.stanzas);
    const now = Date.now();
    let oversized: Oversized | undefined;
    for (let step = 0; step < limits.mostRows && draft.stanzas < most && draft.size < MOST.size; step += 1) {
      const next = this.#next(draft.parts.length > 0);
      if (next === undefined) break;
      const { row, offset } = next;
      const kind = this.#kindOf(row, now, limits.lateBefore);
      if (kind !== "written" || offset >= row.stanzas) {
        // A parked row whose host still allows no mode stays parked.
        if (kind !== "parked" || !row.isParked)
          draft.parts.push({ row, start: offset, end: Math.max(offset, row.stanzas), kind });
        if (kind === "expired") draft.expired += row.stanzas - offset;
        this.rows.pass(row, row.stanzas);
        continue;
      }
      const count = this.#write(row, offset, limits, draft);
      if (typeof count === "object") oversized = count;
      if (typeof count === "object" || count === 0) break;
      draft.parts.push({ row, start: offset, end: offset + count, kind });
      draft.stanzas += count;
      this.rows.pass(row, offset + count);
    }
    const { parts, texts, multicasts, stanzas, size, largest, expired } = draft;
    return { text: inOneWrite(texts), parts, stanzas, multicasts, size, largest, expired, oversized };
  }

  /** Reads the next stanza. Only the first read may throw, as rows that were taken before must be written. */
  #next(hasPassed: boolean): ReturnType<WaitingRows["next"]> {
    try {
      return this.rows.next();
    } catch (error) {
      if (!hasPassed) throw error;
      return undefined;
    }
  }

  #kindOf(row: OutboxRow, now: number, lateBefore: number): Part["kind"] {
    const wasSent = row.rowId < lateBefore;
    if (row.expiresAt !== undefined && row.expiresAt <= now) return wasSent ? "omitted" : "expired";
    if (this.#open?.stanzas.row !== row) {
      const isLate = wasSent || now - row.acceptedAt > LATE_MS;
      this.#open = {
        stanzas: stanzasOf(row, isLate ? this.#domain : undefined),
        mode: this.#modes.of(row),
      };
    }
    const { mode } = this.#open;
    return mode === "none" ? "parked" : mode === "omitted" ? "omitted" : "written";
  }

  /** Adds stanzas of a row to the draft. @returns how many stanzas were taken; 0 if the row has to wait */
  #write(row: OutboxRow, start: number, limits: WriteLimits, draft: Draft): number | Oversized {
    const { texts } = draft;
    const before = texts.length;
    const count = this.#add(row, start, limits, draft);
    for (let index = before; index < texts.length; index += 1) {
      const text = texts[index] ?? "";
      if (fits(text, this.#stanzaBytes)) {
        draft.size += text.length;
        draft.largest = Math.max(draft.largest, text.length);
        continue;
      }
      // The next write begins with the oversized stanza; a message stays with its copy.
      const done = row.isCopied ? 0 : index - before;
      texts.length = before + done;
      return done > 0 ? done : { row, offset: start, bytes: Buffer.byteLength(text) };
    }
    return count;
  }

  #add(row: OutboxRow, start: number, { most, multicast }: WriteLimits, draft: Draft): number {
    const { texts, multicasts } = draft;
    if (this.#open === undefined) return 0;
    const { stanzas, mode } = this.#open;
    const room = Math.min(row.stanzas, start + Math.min(most - draft.stanzas, MOST.stanzas));
    if (mode === "privileged") {
      // The server makes the sender's copy of a privileged message itself.
      const end = row.isCopied ? 1 : room;
      for (let offset = start; offset < end; offset += 1)
        texts.push(this.privileged.wrap(stanzas.at(offset), row.sender, { rowId: row.rowId, offset }));
      return (row.isCopied ? row.stanzas : end) - start;
    }
    const { many } = stanzas;
    const isUsed = (): boolean => this.inFlight.hasMulticasts(row.sender, undefined, multicasts);
    if (many !== undefined && multicast?.reaches(row, many, isUsed) === true) {
      const written = multicast.stanzas(row, many, start);
      texts.push(...written.texts);
      multicasts.push(...written.multicasts);
      return written.end - start;
    }
    const { receiver } = row;
    if (
      receiver !== undefined &&
      isUsed() &&
      this.inFlight.hasMulticasts(row.sender, quote(receiver), multicasts)
    )
      return 0;
    const end = row.isCopied ? row.stanzas : room;
    for (let offset = start; offset < end; offset += 1) texts.push(stanzas.at(offset));
    return end - start;
  }
}
