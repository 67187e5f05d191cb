/** A trial of what is in quarantine: some of it, from the front, that goes in one write. */
import type { KnownRow } from "../../storage/outbox-row.js";
import { isBefore, type Position } from "../../storage/outbox-progress.js";
import { hostOf } from "../address.js";
import { asStored, inOneWrite, type WireText } from "../xml/wire-text.js";
import type { Envelopes } from "./envelopes.js";
import type { OutboxRow } from "./origin.js";
import type { QuarantineRetention } from "./quarantine-retention.js";
import { RowStanzas } from "./row-stanzas.js";
import type { RowWays } from "./row-ways.js";

/** One stanza of a row. */
export interface TriedStanza {
  readonly row: OutboxRow;
  readonly place: number;
  /** As it would be written plain. */
  readonly text: WireText;
}

/** Some stanzas of a row that are tried, or dropped. */
export interface TriedRow {
  readonly row: OutboxRow;
  readonly start: number;
  readonly end: number;
  /** Whether nothing of it is left then. */
  readonly isFinished: boolean;
}

/** What is tried together. */
export interface Trial {
  /** Complete; "" where nothing of it is written. */
  readonly text: WireText;
  readonly stanzas: number;
  /** How many were dropped as too old, but for those that were sent before. */
  readonly expired: number;
  readonly first: TriedStanza | undefined;
  readonly end: Position;
  readonly rows: readonly TriedRow[];
  /** Whether they are sent again; undefined where there are none. */
  readonly isAgain: boolean | undefined;
  /** Where its stanzas lie, in order. */
  readonly places: readonly Position[];
  /** What is not written, as it is too old or for another way, by row. */
  readonly dropped: readonly { readonly seq: number; readonly stanzas: number }[];
}

export interface TrialOptions {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** The component's. */
  readonly domain: string;
  readonly envelopes: Envelopes;
  readonly ways: RowWays;
  readonly kept: QuarantineRetention;
  /** The most stanzas that were never routed, or that are sent again. */
  readonly budget: { readonly first: number; readonly again: number };
}

/** The most that is tried at once, in characters. */
const MOST_SIZE = 64 * 1024;

/**
 * Rows that go in one way, by one permission, from this position on. What was routed before is tried by itself, so that
 * it says nothing of what comes behind it.
 * @returns also the first of them, where it can't be written now
 */
export function makeTrial(
  rows: readonly KnownRow[],
  start: Position,
  { now, domain, envelopes, ways, budget, kept }: TrialOptions,
): { readonly trial: Trial; readonly stuck: OutboxRow | undefined } {
  const texts: WireText[] = [];
  const places: Position[] = [];
  const tried: TriedRow[] = [];
  const dropped: { seq: number; stanzas: number }[] = [];
  let [size, expired, by] = [0, 0, ""];
  let first: TriedStanza | undefined;
  let end = start;
  let stuck: OutboxRow | undefined;
  let isAgain: boolean | undefined;
  for (const stored of rows) {
    const row = { ...stored, stanza: asStored(stored.stanza) };
    const { seq, sender, expiresAt } = row;
    if (kept.isFinished(seq)) {
      end = { seq: seq + 1, done: 0 };
      continue;
    }
    const sentBefore = kept.sentBefore(seq);
    const parts = new RowStanzas(row, domain, sentBefore > 0 || RowStanzas.isLate(row, now));
    const begin = Math.max(row.done, seq === start.seq ? start.done : 0, kept.endOf(seq));
    let place = begin;
    const isTooOld = expiresAt !== undefined && expiresAt <= now;
    const way = isTooOld ? "omitted" : ways.of(row, begin);
    if (way === undefined) {
      if (places.length === 0) stuck = row;
      break;
    }
    if (way === "omitted") {
      const stanzas = parts.count - place;
      if (isTooOld) expired += parts.count - Math.max(place, sentBefore);
      dropped.push({ seq, stanzas });
      place = parts.count;
    } else {
      const permission = way === "privileged" ? hostOf(sender) : way;
      if (by !== "" && permission !== by) break;
      by = permission;
      isAgain ??= place < sentBefore;
    }
    const most = isAgain === true ? budget.again : budget.first;
    // The server makes the sender's copy itself of what it is told by its permission.
    const count = way === "privileged" && row.isCopied ? parts.count - 1 : parts.count;
    const isNext = (): boolean => place < count && isAgain === place < sentBefore;
    for (; isNext() && places.length < most && size < MOST_SIZE; place += 1) {
      const plain = parts.at(place);
      const at = { seq, done: place };
      const text = way === "privileged" ? envelopes.of(plain, sender, at) : plain;
      first ??= { row, place, text: plain };
      texts.push(text);
      places.push(at);
      size += text.length;
    }
    const isFinished = place >= count;
    if (isFinished && place < parts.count) {
      dropped.push({ seq, stanzas: parts.count - place });
      place = parts.count;
    }
    tried.push({ row, start: begin, end: place, isFinished });
    end = isFinished ? { seq: seq + 1, done: 0 } : { seq, done: place };
    if (!isFinished) break;
  }
  const stanzas = places.length;
  return {
    trial: { text: inOneWrite(texts), stanzas, expired, first, end, rows: tried, isAgain, places, dropped },
    stuck,
  };
}

/** Of a trial all before this place. */
export function upTo(trial: Trial, end: Position): Trial {
  const places = trial.places.filter((place) => isBefore(place, end));
  const rows = trial.rows.flatMap((one): TriedRow[] => {
    if (one.row.seq < end.seq) return [one];
    const isPart = one.row.seq === end.seq && one.start < end.done;
    return isPart ? [{ ...one, end: end.done, isFinished: false }] : [];
  });
  const dropped = trial.dropped.filter(({ seq }) => seq < end.seq);
  return { ...trial, places, stanzas: places.length, rows, dropped, end };
}
