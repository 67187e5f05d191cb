/** Takes together what goes out in one write. */
import type { Weight } from "../../storage/outbox-row.js";
import type { Cursor, Going, Passed } from "./cursor.js";
import type { OutboxRow } from "./origin.js";
import type { Multicasted } from "./ways.js";
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
  readonly multicasts: readonly Multicasted[];
  /** What the outbox gets rid of, the rows too old included. */
  readonly freed: Weight;
  /** How many stanzas were too old. */
  readonly expired: number;
  /** What has to wait in quarantine. */
  readonly held: readonly Place[];
  /** The seqs of the rows that weren't written, as they are too old or have to wait; ascending. */
  readonly unwritten: readonly number[];
}

export const NOTHING: Batch = {
  text: inOneWrite([]),
  first: undefined,
  stanzas: 0,
  multicasts: [],
  freed: { stanzas: 0, bytes: 0 },
  expired: 0,
  held: [],
  unwritten: [],
};

/** How much is taken together. */
export interface Gathering extends Going {
  /** The most stanzas; one for many receivers may exceed that. */
  readonly most: number;
  /** The most rows to pass. */
  readonly rows: number;
}

/** The most that one write holds: so many times something is passed, and so many characters. */
const WRITE = { passes: 256, size: 128 * 1024 };

/**
 * Moves the cursor past the next stanzas.
 * @throws where the first of them can't be read: nothing was passed then
 */
export function gather(cursor: Cursor, gathering: Gathering): Batch {
  const { most, rows } = gathering;
  const freed = { stanzas: 0, bytes: 0 };
  const multicasts: Multicasted[] = [];
  const held: Place[] = [];
  const unwritten: number[] = [];
  const texts: WireText[] = [];
  let first: Place | undefined;
  let [size, stanzas, expired, written, passes] = [0, 0, 0, 0, 0];
  const end = cursor.position.seq + rows;
  const isFull = (): boolean =>
    written >= WRITE.passes || stanzas >= most || size >= WRITE.size || cursor.position.seq >= end;
  while (!isFull() && passes++ < 2 * WRITE.passes) {
    const passed = tryNext(cursor, gathering, passes > 1);
    if (passed === undefined) break;
    const { kind, row, place } = passed;
    freed.stanzas += passed.freed.stanzas;
    freed.bytes += passed.freed.bytes;
    if (kind === "written") {
      texts.push(passed.text);
      size += passed.text.length;
      multicasts.push(...passed.multicasts);
      stanzas += passed.freed.stanzas;
      written += 1;
      first ??= { row, place };
      continue;
    }
    unwritten.push(row.seq);
    if (kind === "held") held.push({ row, place });
    else expired += passed.freed.stanzas;
  }
  return { text: inOneWrite(texts), first, stanzas, multicasts, freed, expired, held, unwritten };
}

/** What was passed already must go out, so only the first may fail. */
function tryNext(cursor: Cursor, going: Going, hasPassed: boolean): Passed | undefined {
  try {
    return cursor.next(going);
  } catch (error) {
    if (!hasPassed) throw error;
    return undefined;
  }
}
