/**
 * Ack requests, as in XEP-0198, for streams without it: a stanza that the server returns, which proves that everything
 * written before it was routed. ejabberd and Prosody return a message from the component to itself; other servers are sent
 * a ping (opening.ts detects which works).
 *
 * A multicast service (XEP-0033) works at its own pace, so it has ack requests of its own: the same message, with the
 * component as the only recipient.
 */
import { randomUUID } from "node:crypto";
import { NS, xml, type Element } from "../xml/builder.js";
import { serialise } from "../xml/serialise.js";
import type { WireText } from "../xml/wire-text.js";

export type AckKind = "message" | "ping";

/** A new ack request: its unguessable id, and its text for the stream. */
export interface AckRequest {
  readonly id: string;
  readonly text: WireText;
}

export class AckRequests {
  /** Can't be guessed. */
  readonly #prefix = `ack-${randomUUID()}-`;
  #count = 0;
  kind: AckKind = "message";

  /**
   * @param domain the component's
   * @param pinged an address of the server that answers pings: a host it serves
   */
  constructor(
    private readonly domain: string,
    private readonly pinged: string,
  ) {}

  make(kind: AckKind = this.kind): AckRequest {
    const from = this.domain;
    return this.#request((id) =>
      kind === "message"
        ? xml("message", { to: from, from, id }, xml("no-store", NS.hints))
        : xml("iq", { to: this.pinged, from, id, type: "get" }, xml("ping", NS.ping)),
    );
  }

  /** An ack request through a multicast service. */
  through(service: string): AckRequest {
    const from = this.domain;
    const addresses = xml("addresses", NS.address, xml("address", { type: "bcc", jid: from }));
    return this.#request((id) =>
      xml("message", { to: service, from, id }, addresses, xml("no-store", NS.hints)),
    );
  }

  /** The id of a request that came back; undefined for every other stanza. */
  idOf({ name, attrs }: Element): string | undefined {
    const { id, from, to, type } = attrs;
    if (id?.startsWith(this.#prefix) !== true || to !== this.domain) return undefined;
    if (name === "message") return from === this.domain ? id : undefined;
    return name === "iq" && from === this.pinged && (type === "result" || type === "error") ? id : undefined;
  }

  #request(stanza: (id: string) => Element): AckRequest {
    const id = `${this.#prefix}${++this.#count}`;
    return { id, text: serialise(stanza(id)) };
  }
}
