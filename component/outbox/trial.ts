/** A trial of what is in quarantine: some of it, from the front, that goes in one write. */
import type { KnownRow } from "../../storage/outbox-row.js";
import type { Position } from "../../storage/outbox-store.js";
import { asStored, inOneWrite, type WireText } from "../xml/wire-text.js";
import { hostOf, type Envelopes } from "./envelopes.js";
import type { OutboxRow } from "./origin.js";
import { isBefore } from "./refused-stanzas.js";
import { RowStanzas } from "./row-stanzas.js";
import type { RowWays } from "./row-ways.js";

/** One stanza of a row. */
export interface TriedStanza {
  readonly row: OutboxRow;
  readonly place: number;
  /** As it would be written plain. */
  readonly text: WireText;
}

/** What is tried together. */
export interface Trial {
  /** Complete; "" where nothing of it is written. */
  readonly text: WireText;
  readonly stanzas: number;
  /** How many were dropped as too old. */
  readonly expired: number;
  readonly first: TriedStanza | undefined;
  readonly end: Position;
  readonly finished: readonly OutboxRow[];
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
  /** The most stanzas. */
  readonly budget: number;
}

/** The most that is tried at once, in characters. */
const MOST_SIZE = 64 * 1024;

/**
 * Rows that go in one way, by one permission, from this position on.
 * @returns also the first of them, where it can't be written now
 */
export function makeTrial(
  rows: readonly KnownRow[],
  start: Position,
  { now, domain, envelopes, ways, budget }: TrialOptions,
): { readonly trial: Trial; readonly stuck: OutboxRow | undefined } {
  const texts: WireText[] = [];
  const places: Position[] = [];
  const finished: OutboxRow[] = [];
  const dropped: { seq: number; stanzas: number }[] = [];
  let [size, expired, by] = [0, 0, ""];
  let first: TriedStanza | undefined;
  let end = start;
  let stuck: OutboxRow | undefined;
  for (const stored of rows) {
    const row = { ...stored, stanza: asStored(stored.stanza) };
    const { seq, sender, expiresAt } = row;
    const parts = new RowStanzas(row, domain, RowStanzas.isLate(row, now));
    let place = seq === start.seq ? Math.max(row.done, start.done) : row.done;
    const isTooOld = expiresAt !== undefined && expiresAt <= now;
    const way = isTooOld ? "omitted" : ways.of(row);
    if (way === undefined) {
      if (places.length === 0) stuck = row;
      break;
    }
    if (way === "omitted") {
      const stanzas = parts.count - place;
      if (isTooOld) expired += stanzas;
      dropped.push({ seq, stanzas });
      place = parts.count;
    } else {
      const permission = way === "privileged" ? hostOf(sender) : way;
      if (by !== "" && permission !== by) break;
      by = permission;
    }
    for (; place < parts.count && places.length < budget && size < MOST_SIZE; place += 1) {
      const plain = parts.at(place);
      const at = { seq, done: place };
      const text = way === "privileged" ? envelopes.of(plain, sender, at) : plain;
      first ??= { row, place, text: plain };
      texts.push(text);
      places.push(at);
      size += text.length;
    }
    if (place < parts.count) {
      end = { seq, done: place };
      break;
    }
    end = { seq: seq + 1, done: 0 };
    finished.push(row);
  }
  const stanzas = places.length;
  return {
    trial: { text: inOneWrite(texts), stanzas, expired, first, end, finished, places, dropped },
    stuck,
  };
}

/** Of a trial all before this place. */
export function upTo(trial: Trial, end: Position): Trial {
  const places = trial.places.filter((place) => isBefore(place, end));
  const finished = trial.finished.filter(({ seq }) => seq < end.seq);
  const dropped = trial.dropped.filter(({ seq }) => seq < end.seq);
  return { ...trial, places, stanzas: places.length, finished, dropped, end };
}
