/** Builds the next write: what of the waiting rows goes out together, and in which form. */
import { inOneWrite, type WireText } from "../xml/wire-text.js";
import type { Flight, InFlight, MulticastStanza, Part } from "./in-flight.js";
import type { Multicast, MulticastWrite } from "./multicast.js";
import type { OutboxRow } from "./outbox-row.js";
import type { PrivilegedMessages } from "./privileged-messages.js";
import { isLate, stanzasOf, type RowStanzas } from "./row-stanzas.js";
import type { RowModes } from "./send-modes.js";
import type { WaitingRows } from "./waiting-rows.js";

export interface WriteParts {
  readonly rows: WaitingRows;
  readonly modes: RowModes;
  readonly privileged: PrivilegedMessages;
  readonly inFlight: InFlight;
  /** The component's. */
  readonly domain: string;
}

export interface WriteLimits {
  /** The most stanzas; a message and its copy go together, and so do those for a multicast service. */
  readonly most: number;
  readonly mostRows: number;
  /** Rows before this one were sent before. */
  readonly lateBefore: number;
  /** The route for many; undefined: each receiver gets a stanza of its own. */
  readonly multicast: Multicast | undefined;
}

export interface NextWrite extends Omit<Flight, "at"> {
  readonly text: WireText;
  /** How many stanzas were too old. */
  readonly expired: number;
}

/** The most that one write holds, in stanzas and in characters. */
const MOST = { stanzas: 256, size: 128 * 1024 };

/** A row that is being read, taken apart once. */
interface Open {
  readonly stanzas: RowStanzas;
  readonly mode: ReturnType<RowModes["of"]>;
}

export class NextWrites {
  readonly #parts: WriteParts;
  #open: Open | undefined;

  constructor(parts: WriteParts) {
    this.#parts = parts;
  }

  /** The rows are read again from an earlier place. */
  forget(): void {
    this.#open = undefined;
    this.#parts.modes.forget();
  }

  /**
   * Takes the next stanzas off what waits.
   * @returns without parts if nothing can be written now
   * @throws if the first of the rows can't be read: nothing was passed then
   */
  take(limits: WriteLimits): NextWrite {
    const { rows } = this.#parts;
    const now = Date.now();
    const parts: Part[] = [];
    const texts: WireText[] = [];
    const multicasts: MulticastStanza[] = [];
    let [size, stanzas, expired, largest, steps] = [0, 0, 0, 0, 0];
    while (stanzas < Math.min(limits.most, MOST.stanzas) && size < MOST.size && steps < limits.mostRows) {
      const next = this.#next(parts.length > 0);
      if (next === undefined) break;
      const { row, place } = next;
      steps += 1;
      const kind = this.#kindOf(row, now, limits);
      if (kind === "written" && place < row.stanzas) {
        const most = Math.min(limits.most - stanzas, MOST.stanzas);
        const before = texts.length;
        const count = this.#write(row, place, { ...limits, most }, { texts, multicasts });
        if (count === 0) break;
        parts.push({ row, start: place, end: place + count, kind });
        rows.pass(row, place + count);
        stanzas += count;
        for (const text of texts.slice(before)) {
          size += text.length;
          largest = Math.max(largest, text.length);
        }
        continue;
      }
      // A parked row whose host still allows nothing stays where it is.
      if (kind !== "parked" || !row.isParked)
        parts.push({ row, start: place, end: Math.max(place, row.stanzas), kind });
      if (kind === "expired") expired += row.stanzas - place;
      rows.pass(row, row.stanzas);
    }
    return { text: inOneWrite(texts), parts, stanzas, multicasts, size, largest, expired };
  }

  /** What was passed already must go out, so only the first may fail. */
  #next(hasPassed: boolean): ReturnType<WaitingRows["next"]> {
    try {
      return this.#parts.rows.next();
    } catch (error) {
      if (!hasPassed) throw error;
      return undefined;
    }
  }

  #kindOf(row: OutboxRow, now: number, { lateBefore }: WriteLimits): Part["kind"] {
    const wasSent = row.seq < lateBefore;
    if (row.expiresAt !== undefined && row.expiresAt <= now) return wasSent ? "omitted" : "expired";
    if (this.#open?.stanzas.row !== row) {
      const delayedBy = wasSent || isLate(row, now) ? this.#parts.domain : undefined;
      this.#open = { stanzas: stanzasOf(row, delayedBy), mode: this.#parts.modes.of(row) };
    }
    const { mode } = this.#open;
    return mode === "none" ? "parked" : mode === "omitted" ? "omitted" : "written";
  }

  /** @returns how many stanzas of the row were written, or are left to the server; 0: it has to wait */
  #write(
    row: OutboxRow,
    start: number,
    { most, multicast }: Pick<WriteLimits, "most" | "multicast">,
    { texts, multicasts }: { texts: WireText[]; multicasts: MulticastStanza[] },
  ): number {
    const { privileged, inFlight } = this.#parts;
    if (this.#open === undefined) return 0;
    const { stanzas, mode } = this.#open;
    if (mode === "privileged") {
      // The server makes the sender's copy itself.
      const end = row.isCopied ? 1 : Math.min(row.stanzas, start + most);
      for (let place = start; place < end; place += 1)
        texts.push(privileged.wrap(stanzas.at(place), row.sender, { seq: row.seq, place }));
      return row.isCopied ? row.stanzas - start : end - start;
    }
    const { many } = stanzas;
    const isUsed = (): boolean => inFlight.hasMulticasts(row.sender, multicasts);
    if (many !== undefined && multicast?.reaches(row, many, isUsed) === true) {
      const write: MulticastWrite = multicast.next(row, many, start);
      texts.push(write.text);
      multicasts.push(...write.multicasts);
      return write.count;
    }
    if (many === undefined && inFlight.holds(row, multicasts)) return 0;
    const end = row.isCopied ? row.stanzas : Math.min(row.stanzas, start + most);
    for (let place = start; place < end; place += 1) texts.push(stanzas.at(place));
    return end - start;
  }
}
