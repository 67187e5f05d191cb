/** Takes waiting rows and builds the text of the next write to the stream from them. */
import type { SendMode } from "../../storage/outbox-row.js";
import { quote } from "../xml/serialise.js";
import { fits, type WireText } from "../xml/wire-text.js";
import type { OutboxDependencies, SendModes } from "./dependencies.js";
import type { Flight, InFlight, Part } from "./in-flight.js";
import type { Multicast, MulticastStanza } from "./multicast.js";
import type { PrivilegedMessages } from "./privileged-messages.js";
import { stanzasOf, type OutboxRow, type RowStanzas } from "./row-stanzas.js";
import type { RowReader, StanzaAt } from "./row-reader.js";

export interface WriteLimits {
  /** How many stanzas to take at most; only a multicast may have more. */
  readonly most: number;
  readonly mostRows: number;
  /** Rows with smaller ids were sent once before. */
  readonly lateBefore: number;
  /** If undefined, each receiver gets a separate stanza. */
  readonly multicast: Multicast | undefined;
}

/** A stanza larger than limits.stanza_bytes. */
export interface Oversized extends StanzaAt {
  readonly bytes: number;
}

export interface NextWrite extends Flight {
  readonly parts: Part[];
  readonly texts: WireText[];
  readonly multicasts: MulticastStanza[];
  stanzas: number;
  size: number;
  /** How many stanzas were too old, and dropped. */
  expired: number;
  /** The stanza after those of the write, if it is too large to be sent. */
  oversized?: Oversized;
}

/** The limits of one write; the size in characters. */
const WRITE_LIMITS = { stanzas: 256, size: 128 * 1024 };
/** A message that is written more than this many milliseconds after it was accepted gets a delay element (XEP-0203). */
const LATE_MS = 5_000;

export class NextWrites {
  readonly #modes: RowModes;
  readonly #domain: string;
  readonly #stanzaBytes: number;
  /** The stanzas and the send mode of the row that is being written. */
  #open: { readonly stanzas: RowStanzas; readonly mode: ReturnType<RowModes["of"]> } | undefined;

  constructor(
    { link, modes, stanzaBytes }: OutboxDependencies,
    private readonly rows: RowReader,
    private readonly privileged: PrivilegedMessages,
    private readonly inFlight: InFlight,
  ) {
    this.#modes = new RowModes(modes);
    this.#domain = link.domain;
    this.#stanzaBytes = stanzaBytes;
  }

  /** Forgets the current row, because rows are read again from an earlier position. */
  forget(): void {
    this.#open = undefined;
    this.#modes.forget();
  }

  /** Takes the next stanzas, if any can be written now. @throws if the first row can't be read; no row is taken then */
  take(limits: WriteLimits): NextWrite {
    const write: NextWrite = {
      parts: [],
      texts: [],
      multicasts: [],
      stanzas: 0,
      size: 0,
      expired: 0,
    };
    const most = Math.min(limits.most, WRITE_LIMITS.stanzas);
    const now = Date.now();
    for (
      let step = 0;
      step < limits.mostRows && write.stanzas < most && write.size < WRITE_LIMITS.size;
      step += 1
    ) {
      const next = this.#next(write.parts.length > 0);
      if (next === undefined) break;
      const { row, offset } = next;
      const kind = this.#kindOf(row, now, limits.lateBefore);
      if (kind !== "written" || offset >= row.stanzas) {
        // A parked row whose host still allows no mode stays parked.
        if (kind !== "parked" || !row.isParked)
          write.parts.push({ row, start: offset, end: Math.max(offset, row.stanzas), kind });
        if (kind === "expired") write.expired += row.stanzas - offset;
        this.rows.pass(row, row.stanzas);
        continue;
      }
      const count = this.#write(row, offset, limits, write);
      if (count === 0) break;
      write.parts.push({ row, start: offset, end: offset + count, kind });
      write.stanzas += count;
      this.rows.pass(row, offset + count);
    }
    return write;
  }

  /** Reads the next stanza. Only the first read may throw, because rows taken earlier must be written. */
  #next(hasPassed: boolean): StanzaAt | undefined {
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

  /** Adds stanzas of a row. @returns how many; 0 if the row has to wait, or its next stanza is oversized */
  #write(row: OutboxRow, start: number, { most, multicast }: WriteLimits, write: NextWrite): number {
    if (this.#open === undefined) return 0;
    const { stanzas, mode } = this.#open;
    const { receiver, sender, rowId } = row;
    if (mode === "direct") {
      const { many } = stanzas;
      const isUsed = (to?: string): boolean => this.inFlight.hasMulticasts(sender, to, write.multicasts);
      const written = many && multicast?.stanzas(row, many, start, isUsed);
      if (written !== undefined) {
        for (const text of written.texts) put(text, write);
        write.multicasts.push(...written.multicasts);
        return written.end - start;
      }
      // Quoting costs something for each row, so it is done only if multicasts of the room are unacknowledged.
      if (receiver !== undefined && isUsed() && isUsed(quote(receiver))) return 0;
    }
    const end = Math.min(row.stanzas, start + Math.min(most - write.stanzas, WRITE_LIMITS.stanzas));
    for (let offset = start; offset < end; offset += 1) {
      const text = stanzas.at(offset);
      // The server itself makes the sender's copy of a privileged message.
      const copy = mode === "direct" ? stanzas.copyAt(offset) : undefined;
      const all = mode === "direct" ? [text] : [this.privileged.wrap(text, sender, { rowId, offset })];
      if (copy !== undefined) all.push(copy);
      const large = all.find((one) => !fits(one, this.#stanzaBytes));
      if (large !== undefined) {
        // The next write begins with the oversized stanza.
        if (offset === start) write.oversized = { row, offset, bytes: Buffer.byteLength(large) };
        return offset - start;
      }
      for (const one of all) put(one, write);
    }
    return end - start;
  }
}

function put(text: WireText, write: NextWrite): void {
  write.texts.push(text);
  write.size += text.length;
}

/**
 * Determines the send mode of each row, in the order of writing. A notification may have two rows, one for each mode.
 * The second gets the mode of the first, even if the host's mode has changed since, so that exactly one is sent.
 */
class RowModes {
  #last: { readonly call: number; readonly sender: string; readonly mode: SendMode } | undefined;

  constructor(private readonly modes: SendModes) {}

  /** Returns a row's mode; "omitted" if the row is meant for the other mode; "none" if its host allows no mode now. */
  of({ kind, sender, call, mode: only }: OutboxRow): SendMode | "none" | "omitted" {
    const last = this.#last?.call === call && this.#last.sender === sender ? this.#last : undefined;
    const mode =
      only === undefined ? this.modes.of(kind, sender) : (last?.mode ?? this.modes.of("message", sender));
    if (mode === "none") return mode;
    if (last?.mode !== mode) this.#last = { call, sender, mode };
    return only === undefined || only === mode ? mode : "omitted";
  }

  /** Forgets the mode of the last row, because rows are written again, perhaps in another mode. */
  forget(): void {
    this.#last = undefined;
  }
}
