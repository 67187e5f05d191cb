/**
 * Makes and recognises ack requests: stanzas that the server returns, which proves that it has processed everything
 * written before them. They replace XEP-0198, which component streams (XEP-0114) lack. ejabberd and Prosody return a
 * message that the component sends to itself; other servers are sent a ping (opening.ts detects which works).
 *
 * A multicast service (XEP-0033) processes stanzas independently of the stream, so ack requests for it are messages
 * that it returns to the component.
 */
import { randomUUID } from "node:crypto";
import { NS, xml, type Element } from "../xml/builder.js";
import { serialise } from "../xml/serialise.js";
import type { WireText } from "../xml/wire-text.js";

export type AckKind = "message" | "ping";

export interface AckRequest {
  readonly id: string;
  readonly text: WireText;
}

export class AckRequests {
  /** The random prefix of all ids, so that no other entity can forge an ack. */
  readonly #prefix = `ack-${randomUUID()}-`;
  #count = 0;
  kind: AckKind = "message";

  /** @param pinged receiver of pings: a host of the server */
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

  /** Makes an ack request that goes through a multicast service. @param service the service's address */
  through(service: string): AckRequest {
    const from = this.domain;
    const addresses = xml("addresses", NS.address, xml("address", { type: "bcc", jid: from }));
    return this.#request((id) =>
      xml("message", { to: service, from, id }, addresses, xml("no-store", NS.hints)),
    );
  }

  /** Returns the id of the ack request that this stanza answers; undefined if the stanza isn't an ack. */
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
