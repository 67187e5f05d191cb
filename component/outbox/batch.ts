/** A batch: what goes out in one write. */
import type { Weight } from "../../storage/outbox-row.js";
import type { Cursor, ReadOptions, Step } from "./cursor.js";
import type { OutboxRow } from "./origin.js";
import type { Multicast } from "./routes.js";
import { inOneWrite, type WireText } from "../xml/wire-text.js";

/** A stanza's place in a row. */
export interface Place {
  readonly row: OutboxRow;
  readonly place: number;
}

/** Some stanzas, and the rows not written that lay between them; each receiver's counts as a stanza. */
export interface Batch {
  readonly text: WireText;
  /** The first stanza; undefined where there is none. */
  readonly first: Place | undefined;
  readonly stanzas: number;
  /** Those among them that a service sends on to many. */
  readonly multicasts: readonly Multicast[];
  /** What the outbox gets rid of, the rows too old included. */
  readonly freed: Weight;
  /** How many stanzas were too old. */
  readonly expired: number;
  /** What has to wait in quarantine. */
  readonly quarantined: readonly Place[];
  /** The seqs of the rows that weren't written, as they are too old or have to wait; ascending. */
  readonly unwritten: readonly number[];
}

export const EMPTY_BATCH: Batch = {
  text: inOneWrite([]),
  first: undefined,
  stanzas: 0,
  multicasts: [],
  freed: { stanzas: 0, bytes: 0 },
  expired: 0,
  quarantined: [],
  unwritten: [],
};

/** How much a batch holds at most. */
export interface BatchLimits extends ReadOptions {
  /** The most stanzas; one for many receivers may exceed that. */
  readonly most: number;
  /** The most rows to pass. */
  readonly rows: number;
}

/** The most that one write holds: so many steps of the cursor, and so many characters. */
const WRITE = { steps: 256, size: 128 * 1024 };

/**
 * Moves the cursor past the next stanzas.
 * @throws where the first of them can't be read: nothing was passed then
 */
export function nextBatch(cursor: Cursor, limits: BatchLimits): Batch {
  const { most, rows } = limits;
  const freed = { stanzas: 0, bytes: 0 };
  const multicasts: Multicast[] = [];
  const quarantined: Place[] = [];
  const unwritten: number[] = [];
  const texts: WireText[] = [];
  let first: Place | undefined;
  let [size, stanzas, expired, written, steps] = [0, 0, 0, 0, 0];
  const end = cursor.position.seq + rows;
  const isFull = (): boolean =>
    written >= WRITE.steps || stanzas >= most || size >= WRITE.size || cursor.position.seq >= end;
  while (!isFull() && steps++ < 2 * WRITE.steps) {
    const step = tryNext(cursor, limits, steps > 1);
    if (step === undefined) break;
    const { kind, row, place } = step;
    freed.stanzas += step.freed.stanzas;
    freed.bytes += step.freed.bytes;
    if (kind === "written") {
      texts.push(step.text);
      size += step.text.length;
      multicasts.push(...step.multicasts);
      stanzas += step.freed.stanzas;
      written += 1;
      first ??= { row, place };
      continue;
    }
    if (kind === "omitted") continue;
    unwritten.push(row.seq);
    if (kind === "quarantined") quarantined.push({ row, place });
    else expired += step.freed.stanzas;
  }
  return { text: inOneWrite(texts), first, stanzas, multicasts, freed, expired, quarantined, unwritten };
}

/** What was passed already must go out, so only the first may fail. */
function tryNext(cursor: Cursor, options: ReadOptions, hasPassed: boolean): Step | undefined {
  try {
    return cursor.next(options);
  } catch (error) {
    if (!hasPassed) throw error;
    return undefined;
  }
}
