/** What a close says of the stanzas that were on their way: whose are searched, suspected, found guilty and set aside. */
import type { Weight } from "../../storage/outbox-row.js";
import type { Blame, Closed } from "../link/closed.js";
import type { Place } from "./gather.js";
import { PoisonSearch } from "./poison-search.js";
import { Quarantine, type QuarantineTimes } from "./quarantine.js";
import type { SenderParts } from "./sender-parts.js";

/** A stream that was lost, and what was on its way. */
export interface Lost {
  readonly closed: Closed;
  readonly blame: Blame;
  /** How many stanzas were unconfirmed. */
  readonly stanzas: number;
  /** The first of them; undefined where a suspect was tried. */
  readonly first: Place | undefined;
  /** Whether some were in the hands of a multicast service. */
  readonly wereMulticasts: boolean;
}

export class Isolation {
  readonly search = new PoisonSearch();
  readonly quarantine: Quarantine;
  readonly #parts: SenderParts;
  readonly #onFreed: (freed: Weight) => void;

  /** @param onFreed told what the outbox gets rid of */
  constructor(parts: SenderParts, times: QuarantineTimes, onFreed: (freed: Weight) => void) {
    this.#parts = parts;
    this.#onFreed = onFreed;
    this.quarantine = new Quarantine(parts.store, parts.link.domain, times);
  }

  /** @returns whether the next stream is to be made at once, as it will tell more */
  lost(lost: Lost): boolean {
    const { blame, stanzas, first, wereMulticasts } = lost;
    if (this.quarantine.isRunning) this.#judge(lost);
    else {
      // A single stanza isn't alone where it was in the hands of a service.
      const isSuspect = this.search.closed(wereMulticasts ? Math.max(2, stanzas) : stanzas, blame);
      if (isSuspect && !this.#suspect(first)) return false;
    }
    const isTelling = stanzas > 0 && blame !== "cleared" && blame !== "slow";
    return isTelling && !this.search.isServerDoubtful;
  }

  /** This one was on its way alone. @returns whether others overtake it now */
  #suspect(place: Place | undefined): boolean {
    if (place === undefined) return false;
    try {
      this.quarantine.suspect(place.row, place.place);
      return true;
    } catch (error) {
      const reason = this.#parts.store.explain(error);
      this.#parts.log.error(`A stanza that may have closed the stream can't be put off: ${reason}`);
      return false;
    }
  }

  /** A suspect was on its way alone. */
  #judge({ closed, blame }: Lost): void {
    const { link, letters, log, metrics, store } = this.#parts;
    // The probe, and the try.
    const isFirst = link.writes === 2;
    const guilty = this.quarantine.lost({ blame, isFirst });
    if (this.search.closedElsewhere(blame, guilty !== undefined)) {
      log.error(
        "The server closes the stream whatever it is sent. Look into the server's own log; stanzas are tried ever more slowly until one is routed.",
      );
    }
    if (guilty === undefined) return;
    try {
      this.#onFreed(this.quarantine.convict(guilty, letters, closed.text));
      metrics.buried.inc();
      log.error(
        `The server closed the stream because of row ${guilty.row.seq} (${closed.text}). It is set aside; see "qtalk-component outbox list".`,
      );
    } catch (error) {
      log.error(`A stanza that closes the stream can't be set aside: ${store.explain(error)}`);
    }
  }
}
