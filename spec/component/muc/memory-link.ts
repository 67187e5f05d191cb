/** A link without a socket: it records what is written, and returns ack requests. */
import { EventEmitter } from "node:events";
import type { LinkEvents } from "../../../component/link/link.js";
import type { Element } from "../../../component/xml/builder.js";
import { parseXml, XmlFault } from "../../../component/xml/parse.js";
import { DOMAIN } from "./stanza-lines.js";

/** Up at once, and never full. */
export class MemoryLink extends EventEmitter<LinkEvents> {
  readonly domain = DOMAIN;
  isUp = true;
  /** How much the server has not taken yet. */
  buffered = 0;
  /** Whether ack requests come back. */
  confirms = true;
  /** What was written, stanza by stanza, without ack requests. */
  readonly written: Element[] = [];
  /** Answers stanzas instead of the play, which doesn't see them; "nothing": the stanza gets no answer. */
  answers: (stanza: Element) => Element | "nothing" | undefined = () => undefined;
  #held: Element[] = [];

  /** The same without the pings that look for ghosts: on a slow machine those come in the middle of anything. */
  get withoutPings(): readonly Element[] {
    return this.written.filter((stanza) => stanza.getChild("ping") === undefined);
  }

  write(text: string): boolean {
    if (!this.isUp) return false;
    const all = parseXml(`<stream>${text}</stream>`);
    if (all instanceof XmlFault) throw new Error(`written: ${all.reason}: ${text}`);
    for (const stanza of all.getChildElements()) {
      const answer = this.answers(stanza);
      if (answer !== undefined) {
        if (answer !== "nothing") setImmediate(() => this.emit("stanza", answer));
      } else if (stanza.attrs.id?.startsWith("ack-") !== true) this.written.push(stanza);
      else if (stanza.name === "message") this.#held.push(stanza);
    }
    if (this.confirms) this.giveBack();
    return true;
  }

  giveBack(): void {
    for (const request of this.#held.splice(0)) setImmediate(() => this.emit("stanza", request));
  }

  readonly writes = 0;

  reconnectNow(): void {
    // Nor anything to wait for.
  }

  resetBackoff(): void {
    // There is nothing to back off from.
  }

  abandon(): void {
    this.isUp = false;
  }
}
