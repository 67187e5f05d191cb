/**
 * Messages in users' names by the server's permission (XEP-0356 §5): each in an envelope to its sender's host, from the
 * sender's bare address. An envelope's id says of which row it is, as what the server refuses comes back with it.
 */
import { randomUUID } from "node:crypto";
import type { Position } from "../../storage/outbox-store.js";
import { hostOf } from "../address.js";
import { conditionOf } from "../stanza-error.js";
import { NS, xml, type Element } from "../xml/builder.js";
import { serialise } from "../xml/serialise.js";
import { envelope, enveloped, fromBare, type Envelope } from "../xml/splice.js";
import type { WireText } from "../xml/wire-text.js";

/** An envelope that came back. */
export interface RefusedEnvelope {
  /** Of what it held. */
  readonly place: Position;
  readonly host: string;
  /** RFC 6120 §8.3.3; refusals.ts tells what it means. */
  readonly condition: string;
}

export class Envelopes {
  readonly #domain: string;
  /** Nobody else can know it. */
  readonly #prefix = `privileged-${randomUUID()}-`;
  /** By the host that they go to. */
  readonly #envelopes = new Map<string, Envelope>();

  /** @param domain the component's */
  constructor(domain: string) {
    this.#domain = domain;
  }

  /**
   * @param sender the stanza's, bare
   * @param place the stanza's in the outbox
   */
  of(stanza: WireText, sender: string, { seq, done }: Position): WireText {
    const host = hostOf(sender);
    let around = this.#envelopes.get(host);
    if (around === undefined) this.#envelopes.set(host, (around = this.#make(host)));
    return enveloped(around, { id: `${this.#prefix}${seq}-${done}` }, fromBare(stanza));
  }

  /** What the server says of an envelope; undefined for every other stanza. */
  refusedBy(stanza: Element): RefusedEnvelope | undefined {
    const { type, id, from } = stanza.attrs;
    if (type !== "error" || stanza.name !== "message" || from === undefined) return undefined;
    if (id?.startsWith(this.#prefix) !== true || !this.#envelopes.has(from)) return undefined;
    const [seq = "", done = ""] = id.slice(this.#prefix.length).split("-");
    return { place: { seq: Number(seq), done: Number(done) }, host: from, condition: conditionOf(stanza) };
  }

  #make(host: string): Envelope {
    const around = xml("privilege", NS.privilege, xml("forwarded", NS.forward));
    return envelope(serialise(xml("message", { to: host, from: this.#domain }, around)));
  }
}
