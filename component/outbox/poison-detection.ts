/**
 * Poison detection: what a close of the stream says of the stanzas that were in flight. Those are searched for the one
 * that caused it, the suspected one goes into quarantine, and what is found to be poison is set aside as a dead letter.
 */
import type { Weight } from "../../storage/outbox-row.js";
import type { Blame, StreamEnd } from "../link/stream-end.js";
import type { Place } from "./batch.js";
import { PoisonSearch } from "./poison-search.js";
import { Quarantine, type QuarantineTimes } from "./quarantine.js";
import type { WritingParts } from "./sender-parts.js";

/** A stream that was lost, and what was in flight. */
export interface LostStream {
  readonly closed: StreamEnd;
  readonly blame: Blame;
  /** How many stanzas were unconfirmed. */
  readonly stanzas: number;
  /** The first of them; undefined where something in quarantine was tried. */
  readonly first: Place | undefined;
  /** Whether some were in the hands of a multicast service. */
  readonly wereMulticasts: boolean;
}

export class PoisonDetection {
  readonly search = new PoisonSearch();
  readonly quarantine: Quarantine;
  readonly #parts: WritingParts;
  readonly #onFreed: (freed: Weight) => void;

  /** @param onFreed told what the outbox gets rid of */
  constructor(parts: WritingParts, times: QuarantineTimes, onFreed: (freed: Weight) => void) {
    this.#parts = parts;
    this.#onFreed = onFreed;
    const { store, link, ways, envelopes, retention } = parts;
    this.quarantine = new Quarantine({ store, domain: link.domain, ways, envelopes, retention, times });
  }

  /** @returns whether the next stream is to be made at once, as it will tell more */
  streamLost(lost: LostStream): boolean {
    const { blame, stanzas, first, wereMulticasts } = lost;
    if (this.quarantine.isTrying) this.#trialLost(lost);
    else {
      // A single stanza isn't alone where it was in the hands of a service.
      const isSuspect = this.search.closed(wereMulticasts ? Math.max(2, stanzas) : stanzas, blame);
      if (isSuspect && !this.#putOff(first)) return false;
    }
    const isTelling = stanzas > 0 && blame !== "cleared" && blame !== "slow";
    return isTelling && !this.search.isServerDoubtful;
  }

  /** This one was in flight alone. @returns whether others overtake it now */
  #putOff(place: Place | undefined): boolean {
    if (place === undefined) return false;
    try {
      this.quarantine.addSuspected(place.row, place.place);
      return true;
    } catch (error) {
      const reason = this.#parts.store.explain(error);
      this.#parts.log.error(`A stanza that may have closed the stream can't be put off: ${reason}`);
      return false;
    }
  }

  /** Something in quarantine was tried. */
  #trialLost({ closed, blame }: LostStream): void {
    const { link, deadLetters, history, log, metrics, store } = this.#parts;
    // The negotiation of the barrier, and the trial.
    const isFirst = link.writes === 2;
    const poison = this.quarantine.trialClosed({ blame, isFirst });
    if (this.search.trialClosed(blame, poison !== undefined)) {
      log.error(
        "The server closes the stream whatever it is sent. Look into the server's own log; stanzas are tried ever more slowly until one is routed.",
      );
    }
    if (poison === undefined) return;
    try {
      this.#onFreed(this.quarantine.setAside(poison, deadLetters, closed.text));
      metrics.deadLetters.inc();
      log.error(
        `The server closed the stream because of row ${poison.row.seq} (${closed.text}). It is set aside; see "qtalk-component outbox list".`,
        { request: history?.requestOf(poison.row.seq) },
      );
    } catch (error) {
      log.error(`A stanza that closes the stream can't be set aside: ${store.explain(error)}`);
    }
  }
}
