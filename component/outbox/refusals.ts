/** What becomes of an envelope (XEP-0356) that the server gives back: without the permission it goes another way. */
import { isBefore, type Position } from "../../storage/outbox-progress.js";
import type { Element } from "../xml/builder.js";
import type { InFlightWindow } from "./in-flight-window.js";
import type { Quarantine } from "./quarantine.js";
import type { WritingParts } from "./sender-parts.js";

/**
 * By these a host says that it doesn't take envelopes (any more): without the permission, or as the module is unloaded
 * that reads them, which makes them messages to nobody (item-not-found on ejabberd, service-unavailable on Prosody).
 */
const NOT_TAKEN: ReadonlySet<string> = new Set([
  "forbidden",
  "service-unavailable",
  "item-not-found",
  "feature-not-implemented",
]);

export interface RefusalsParts extends WritingParts {
  readonly window: InFlightWindow;
  readonly quarantine: Quarantine;
}

export class Refusals {
  readonly #parts: RefusalsParts;

  constructor(parts: RefusalsParts) {
    this.#parts = parts;
  }

  /**
   * Consumes an envelope that came back; false for every other stanza.
   * @param confirmed all before this place is confirmed
   */
  consume(stanza: Element, confirmed: Position): boolean {
    const { envelopes, quarantine, refused, window, ways, history, metrics, log } = this.#parts;
    const refusal = envelopes.refusedBy(stanza);
    if (refusal === undefined) return false;
    const { place, host, condition } = refusal;
    if (!NOT_TAKEN.has(condition)) {
      // It is what was in it: sent plain it would have come back from whoever it is to.
      metrics.bounces.inc({ condition });
      const request = history?.bouncedRow({ seq: place.seq, receiver: host, condition });
      log.warn(`Bounced: ${condition} from ${host} for row ${place.seq}`, { request });
      return true;
    }
    metrics.forbidden.inc();
    if (quarantine.isTrying) quarantine.refused(place);
    else if (isBefore(place, confirmed))
      log.warn(`${host} refused row ${place.seq} after it had confirmed it: it is lost`);
    else {
      refused.add(place);
      window.hold(place);
    }
    ways.forbidden(host);
    return true;
  }
}
