/**
 * The barrier: a stanza that comes back from the server, and by coming back proves that all written before it was
 * routed. A message from the component to itself does that on ejabberd and Prosody (design: one stream, one order);
 * a server that doesn't hand it back is asked a ping instead. Which of the two works is found out at each connect.
 *
 * What a multicast service (XEP-0033) was told is routed by that service at its own pace, so it has a barrier of its
 * own: the same message, with the component as the only receiver, which the service sends on like any other.
 */
import { randomUUID } from "node:crypto";
import { NS, xml, type Element } from "../xml/builder.js";
import { serialise } from "../xml/serialise.js";
import type { WireText } from "../xml/wire-text.js";

export type BarrierKind = "message" | "ping";

/** A new barrier: its unguessable id, and its text for the stream. */
export interface BarrierStanza {
  readonly id: string;
  readonly text: WireText;
}

export class Barrier {
  readonly #domain: string;
  readonly #pinged: string;
  kind: BarrierKind = "message";

  /**
   * @param domain the component's
   * @param pinged an address of the server that answers pings: a host it serves
   */
  constructor(domain: string, pinged: string) {
    this.#domain = domain;
    this.#pinged = pinged;
  }

  make(kind: BarrierKind = this.kind): BarrierStanza {
    const id = `barrier-${randomUUID()}`;
    const from = this.#domain;
    const stanza =
      kind === "message"
        ? xml("message", { to: from, from, id }, xml("no-store", NS.hints))
        : xml("iq", { to: this.#pinged, from, id, type: "get" }, xml("ping", NS.ping));
    return { id, text: serialise(stanza) };
  }

  /** One through a multicast service: proves what that was told before. */
  through(service: string): BarrierStanza {
    const id = `barrier-${randomUUID()}`;
    const from = this.#domain;
    const addresses = xml("addresses", NS.address, xml("address", { type: "bcc", jid: from }));
    const stanza = xml("message", { to: service, from, id }, addresses, xml("no-store", NS.hints));
    return { id, text: serialise(stanza) };
  }

  /** The id of a barrier that came back; undefined for every other stanza. */
  idOf(stanza: Element): string | undefined {
    const { id, from, to } = stanza.attrs;
    if (id?.startsWith("barrier-") !== true || to !== this.#domain) return undefined;
    if (stanza.name === "message") return from === this.#domain ? id : undefined;
    const answered = stanza.attrs.type === "result" || stanza.attrs.type === "error";
    return stanza.name === "iq" && from === this.#pinged && answered ? id : undefined;
  }
}
