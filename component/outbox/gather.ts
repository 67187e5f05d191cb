/** Takes together what goes out in one write. */
import type { Position, Weight } from "../../storage/outbox-store.js";
import type { Cursor, Passed } from "./cursor.js";
import type { Multicasted, Ways } from "./ways.js";
import { inOneWrite, type WireText } from "../xml/wire-text.js";

/** Some stanzas, and the rows too old to be written that lay between them; each receiver's counts as a stanza. */
export interface Batch {
  readonly text: WireText;
  /** The first stanza's place; undefined where there is none. */
  readonly first: Position | undefined;
  readonly stanzas: number;
  /** Those among them that a service sends on to many. */
  readonly multicasts: readonly Multicasted[];
  /** What the outbox gets rid of, the rows too old included. */
  readonly freed: Weight;
  /** The first and the last seq of the rows too old, and how many stanzas they would have been. */
  readonly expired: { readonly first: number; readonly last: number; readonly stanzas: number } | undefined;
}

export const NOTHING: Batch = {
  text: inOneWrite([]),
  first: undefined,
  stanzas: 0,
  multicasts: [],
  freed: { stanzas: 0, bytes: 0 },
  expired: undefined,
};

/** The most that one write holds: so many times something is passed, and so many characters. */
const WRITE = { passes: 256, size: 128 * 1024 };

/**
 * Moves the cursor past the next stanzas, so many at most; one for many receivers may exceed that.
 * @param now milliseconds since 1970
 * @param rows the most rows to pass
 * @throws where the first of them can't be read
 */
export function gather(cursor: Cursor, now: number, most: number, rows: number, ways: Ways): Batch {
  const freed = { stanzas: 0, bytes: 0 };
  const multicasts: Multicasted[] = [];
  const texts: WireText[] = [];
  let size = 0;
  let first: Position | undefined;
  let stanzas = 0;
  let written = 0;
  let passes = 0;
  let expired: Batch["expired"];
  const end = cursor.position.seq + rows;
  const isFull = (): boolean =>
    written >= WRITE.passes || stanzas >= most || size >= WRITE.size || cursor.position.seq >= end;
  while (!isFull() && passes++ < 2 * WRITE.passes) {
    const place = cursor.position;
    const passed = tryNext(cursor, now, ways, passes > 1);
    if (passed === undefined) break;
    freed.stanzas += passed.freed.stanzas;
    freed.bytes += passed.freed.bytes;
    if (passed.text === undefined) {
      const { seq } = passed;
      const before = expired ?? { first: seq, last: seq, stanzas: 0 };
      expired = { first: before.first, last: seq, stanzas: before.stanzas + passed.freed.stanzas };
    } else {
      texts.push(passed.text);
      size += passed.text.length;
      multicasts.push(...passed.multicasts);
      stanzas += passed.freed.stanzas;
      written += 1;
      first ??= place;
    }
  }
  return { text: inOneWrite(texts), first, stanzas, multicasts, freed, expired };
}

/** What was passed already must go out, so only the first may fail. */
function tryNext(cursor: Cursor, now: number, ways: Ways, hasPassed: boolean): Passed | undefined {
  try {
    return cursor.next(now, ways);
  } catch (error) {
    if (!hasPassed) throw error;
    return undefined;
  }
}
