/**
 * Callers' retries of what is said in rooms. Their fingerprints are the outbox's (table accepted), which also forgets
 * them; a message in a room is known by its own, as it may have no receiver and then no row in the outbox.
 */
import type { Database } from "./database.js";

/** A fingerprint is known for this long, in milliseconds, as in the outbox. */
const REPEAT_MS = 10 * 60 * 1000;

export class RoomsRepeats {
  readonly #find;
  readonly #remember;

  constructor(db: Database) {
    this.#find = db.prepare<[Buffer, number, number]>(
      "SELECT 1 FROM accepted WHERE fingerprint = ? AND abs(accepted_at - ?) <= ?",
    );
    this.#remember = db.prepare<[Buffer, number]>(
      "INSERT INTO accepted (fingerprint, accepted_at) VALUES (?, ?) ON CONFLICT (fingerprint) DO UPDATE SET accepted_at = excluded.accepted_at",
    );
  }

  /** Whether it was remembered lately; `now` is in milliseconds since 1970. */
  isKnown(fingerprint: Buffer, now: number): boolean {
    return this.#find.get(fingerprint, now, REPEAT_MS) !== undefined;
  }

  /** To be called inside a transaction. */
  remember(fingerprint: Buffer, at: number): void {
    this.#remember.run(fingerprint, at);
  }
}
