/**
 * Stanzas that came in, handled in their order, a few milliseconds in each turn of the event loop. While some wait, no
 * more is read from the server: that doesn't take longer than handling them, as nothing here waits for the server.
 */
import { TurnPace } from "./pace.js";
import type { Element } from "./xml/builder.js";

export interface Source {
  /** Whether more may be read. */
  read(isOn: boolean): void;
}

export class Intake {
  readonly #source: Source;
  readonly #handle: (stanza: Element) => void;
  readonly #pace = new TurnPace(() => this.#resume());
  #waiting: Element[] = [];

  constructor(source: Source, handle: (stanza: Element) => void) {
    this.#source = source;
    this.#handle = handle;
  }

  take(stanza: Element): void {
    if (this.#waiting.length === 0 && !this.#pace.isOver) {
      this.#handle(stanza);
      return;
    }
    if (this.#waiting.length === 0) this.#source.read(false);
    this.#waiting.push(stanza);
  }

  #resume(): void {
    if (this.#waiting.length === 0) return;
    let done = 0;
    while (done < this.#waiting.length && !this.#pace.isOver) {
      const stanza = this.#waiting[done++];
      if (stanza !== undefined) this.#handle(stanza);
    }
    this.#waiting = this.#waiting.slice(done);
    if (this.#waiting.length === 0) this.#source.read(true);
  }
}
