import type { Link } from "../link/link.js";
import { TickSlice } from "../limits/meter.js";
import type { Element } from "../xml/builder.js";

/** Handles stanzas in order, for a few milliseconds per turn of the event loop; pauses reading while stanzas wait. */
export class InboundQueue {
  readonly #slice = new TickSlice(() => this.#resume());
  #waiting: Element[] = [];

  constructor(
    private readonly source: Pick<Link, "setReading">,
    private readonly handle: (stanza: Element) => void,
  ) {}

  enqueue(stanza: Element): void {
    if (this.#waiting.length === 0 && !this.#slice.isUsedUp()) {
      this.handle(stanza);
      return;
    }
    if (this.#waiting.length === 0) this.source.setReading(false);
    this.#waiting.push(stanza);
  }

  #resume(): void {
    if (this.#waiting.length === 0) return;
    let done = 0;
    while (done < this.#waiting.length && !this.#slice.isUsedUp()) {
      const stanza = this.#waiting[done++];
      if (stanza !== undefined) this.handle(stanza);
    }
    this.#waiting = this.#waiting.slice(done);
    if (this.#waiting.length === 0) this.source.setReading(true);
  }
}
