/** Sets the stanza aside that makes the server close the stream. */
import type { Logger } from "winston";
import type { DeadLetters } from "../../storage/dead-letters.js";
import type { OutboxStore, Position, Weight } from "../../storage/outbox-store.js";
import type { Closed } from "../link/closed.js";
import type { Metrics } from "../metrics.js";
import type { Cursor } from "./cursor.js";

export interface Burial {
  /** Where the outbox goes on. */
  readonly next: Position;
  readonly freed: Weight;
}

export class Undertaker {
  readonly #letters: DeadLetters;
  readonly #store: OutboxStore;
  readonly #log: Logger;
  readonly #metrics: Metrics;

  constructor(letters: DeadLetters, store: OutboxStore, log: Logger, metrics: Metrics) {
    this.#letters = letters;
    this.#store = store;
    this.#log = log;
    this.#metrics = metrics;
  }

  /**
   * Buries the stanza at this place, and moves the cursor, which stands at or before it, past it.
   * @returns undefined where the database doesn't take it; the cursor is anywhere then
   */
  bury(cursor: Cursor, place: Position, closed: Closed): Burial | undefined {
    try {
      const freed = { stanzas: 0, bytes: 0 };
      // What lies between was too old to be written when it was passed, and is no younger now.
      while (isBefore(cursor.position, place)) add(freed, cursor.next(Infinity)?.freed);
      const stanza = cursor.next(0);
      if (stanza?.text === undefined) return undefined;
      add(freed, stanza.freed);
      const next = cursor.position;
      const { text, acceptedAt, seq } = stanza;
      this.#letters.bury(
        { acceptedAt, diedAt: Date.now(), stanza: text, reason: closed.text },
        this.#store,
        next,
      );
      this.#metrics.buried.inc();
      this.#log.error(
        `The server closed the stream because of row ${seq} (${closed.text}). It is set aside; see "qtalk-component outbox list".`,
      );
      return { next, freed };
    } catch (error) {
      this.#log.error(`A stanza that closes the stream can't be set aside: ${this.#store.explain(error)}`);
      return undefined;
    }
  }
}

function isBefore(a: Position, b: Position): boolean {
  return a.seq < b.seq || (a.seq === b.seq && a.done < b.done);
}

function add(sum: { stanzas: number; bytes: number }, more: Weight | undefined): void {
  sum.stanzas += more?.stanzas ?? 0;
  sum.bytes += more?.bytes ?? 0;
}
