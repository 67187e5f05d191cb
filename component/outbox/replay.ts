/** Replay: where the server has restarted, what it had confirmed in its last seconds is sent again, before anything newer. */
import type { Logger } from "winston";
import type { Confirmer, Position } from "../../storage/outbox-progress.js";
import type { Weight } from "../../storage/outbox-row.js";
import type { OutboxStore } from "../../storage/outbox-store.js";
import type { Metrics } from "../metrics.js";
import type { CallHistory } from "./call-history.js";
import type { Cursor } from "./cursor.js";
import type { OutboxRow } from "./origin.js";
import type { PoisonDetection } from "./poison-detection.js";
import type { RefusedStanzas } from "./refused-stanzas.js";
import type { Retention } from "./retention.js";
import { replayReason, type ReplayReason } from "./server-restart.js";

export interface ReplayParts {
  readonly store: OutboxStore;
  readonly retention: Retention;
  readonly cursor: Cursor;
  readonly poison: PoisonDetection;
  readonly refused: RefusedStanzas;
  readonly history?: Pick<CallHistory, "rewritten"> | undefined;
  readonly log: Logger;
  readonly metrics: Metrics;
  /** Told how much waits again. */
  readonly onWaiting: (weight: Weight) => void;
}

const REASONS: Readonly<Record<ReplayReason, string>> = {
  restarted: "the server has restarted",
  unknown: "the server doesn't tell since when it runs (mod_last on ejabberd, mod_uptime on Prosody would)",
  another: "the link is to another server than before",
};

export class Replay {
  readonly #parts: ReplayParts;

  constructor(parts: ReplayParts) {
    this.#parts = parts;
  }

  /** Whether it matters if the server has restarted: something is kept for that. */
  get isNeeded(): boolean {
    const { retention, poison, refused } = this.#parts;
    return !retention.isEmpty || !poison.quarantine.keepsNothing || refused.knowsRouted;
  }

  /**
   * The link is up again: goes back to the first place that is kept, where that may be lost.
   * @param link to whom, and when it came up in milliseconds since 1970
   * @param uptime of the server, in seconds; undefined where it didn't tell
   * @throws where the database can't be read; then nothing was done
   */
  begin({ peer, upAt }: Pick<Confirmer, "peer" | "upAt">, uptime: number | undefined): void {
    const { retention, store, cursor, poison, log, metrics, history, onWaiting } = this.#parts;
    const { start } = retention;
    const { confirmed, by } = retention.confirmation;
    const present = { peer, uptime, now: Date.now() };
    const reason = this.isNeeded ? replayReason(by, present) : undefined;
    if (reason !== undefined) {
      const { quarantine } = poison;
      const main = store.between(start, confirmed);
      const apart = quarantine.replay();
      if (!quarantine.isEmpty) quarantine.addReplayed(this.#heldOf(start, confirmed));
      const waiting = { stanzas: main.stanzas + apart.stanzas, bytes: main.bytes + apart.bytes };
      this.#parts.refused.forget();
      retention.rewind();
      this.#note();
      cursor.replay(start, confirmed);
      poison.search.replayed(confirmed);
      metrics.replayed.inc({ reason }, waiting.stanzas);
      log.warn(
        `What was confirmed last is sent again (${waiting.stanzas} stanzas), as it may be lost: ${REASONS[reason]}`,
      );
      const last = confirmed.done > 0 ? confirmed.seq : confirmed.seq - 1;
      history?.rewritten({ first: start.seq, last, reason: REASONS[reason] });
      onWaiting(waiting);
    }
    retention.linked(peer, upAt);
  }

  /** What was sent by those of whom something waits in quarantine: nothing of that may overtake it. */
  #heldOf(start: Position, end: Position): OutboxRow[] {
    const { cursor, poison } = this.#parts;
    const isHeld = (row: OutboxRow): boolean => poison.quarantine.holds(row);
    // A suspected call brings further senders there, who may have sent something before it.
    cursor.find(start, end, isHeld);
    return cursor.find(start, end, isHeld);
  }

  /** Where the disk doesn't take it, a crash now finds that the server has restarted, and begins again. */
  #note(): void {
    const { store, retention, log } = this.#parts;
    try {
      store.now(() => store.progress.note(retention.confirmation));
    } catch (error) {
      log.warn(`That stanzas are sent again can't be noted: ${store.explain(error)}`);
    }
  }
}
