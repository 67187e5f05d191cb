/**
 * A link and the server behind it, without sockets: what is written waits on the wire until the test lets the server
 * take it, and what the server returns waits until the test lets it through. Its multicast service (XEP-0033) is a
 * process of its own: what the server hands to it waits there, and is overtaken, until the test lets it work.
 */
import { EventEmitter } from "node:events";
import type { StreamEnd } from "../../component/link/stream-end.js";
import type { LinkEvents, OutboxLink } from "../../component/link/link.js";
import { NS, xml, type Element } from "../../component/xml/builder.js";
import { uptimeOf, type UptimeAnswer } from "./fake-uptime.js";
import { COPIED, copyOf, isAckRequest, SERVICE, stanzasIn, type OnWire } from "./on-wire.js";

/** What comes back: an ack, a refusal by the service or of an envelope, or word of what is permitted. */
interface Returned {
  readonly id: string;
  readonly kind: "ack" | "service" | "envelope" | "permission";
  readonly host?: string;
}

/** What the server routed, and when, in milliseconds since 1970. */
interface Routed {
  readonly id: string;
  readonly connection: number;
  readonly at: number;
}

export class FakeLink extends EventEmitter<LinkEvents> implements OutboxLink {
  /** Ids in the order in which the server routed them, each with the number of its connection. */
  readonly routed: Routed[] = [];
  /** How often each stanza was the only one unconfirmed when the stream was closed without a reason. */
  readonly lonelyCloses = new Map<string, number>();
  readonly #routedIds = new Set<string>();
  /** Those that a server routed that has died since, too. */
  readonly #everRouted = new Set<string>();
  /** Since when the server runs. */
  startedAt = Date.now() - 3_600_000;
  uptimeAnswer: UptimeAnswer = "seconds";
  /** Whether the service refuses what it gets, from then on until the stream is made anew. */
  isRefusing = false;
  #isShut = false;
  /** How often it has refused something. */
  refusals = 0;
  /** How many stanzas it has sent on. */
  multicasts = 0;
  /** The hosts that permit messages in their users' names. */
  permitting = new Set<string>();
  /** Whether users' stanzas are taken as they are. */
  isForging = true;
  /** How many envelopes were routed, and how many refused. */
  envelopes = { routed: 0, refused: 0 };
  /** How often something was written to this stream. */
  writes = 0;
  #connection = 0;
  #isUp = false;
  /** Not yet taken by the server. */
  #wire: OnWire[] = [];
  /** Not yet sent on by the multicast service. */
  readonly #service: OnWire[] = [];
  #returns: Returned[] = [];
  /** What is written and unacknowledged, in order, ack requests among it. */
  #unconfirmed: string[] = [];

  /**
   * @param ending how the server ends the stream for this stanza; undefined where it routes it
   * @param onWrite told of every stanza written
   * @param before the link of the process before this one, to the same server
   */
  constructor(
    readonly domain: string,
    private readonly ending: (id: string) => StreamEnd | undefined,
    private readonly onWrite: (id: string) => void,
    before?: FakeLink,
  ) {
    super();
    if (before === undefined) return;
    this.#connection = before.#connection;
    this.isRefusing = before.isRefusing;
    this.refusals = before.refusals;
    this.multicasts = before.multicasts;
    this.permitting = before.permitting;
    this.isForging = before.isForging;
    this.envelopes = before.envelopes;
    this.lonelyCloses = before.lonelyCloses;
    this.routed = before.routed;
    this.#routedIds = before.#routedIds;
    this.#everRouted = before.#everRouted;
    this.startedAt = before.startedAt;
    this.uptimeAnswer = before.uptimeAnswer;
    this.#service = before.#service;
  }

  get isUp(): boolean {
    return this.#isUp;
  }

  get isIdle(): boolean {
    return this.#wire.length === 0 && this.#service.length === 0 && this.#returns.length === 0;
  }

  wasRouted(id: string): boolean {
    return this.#routedIds.has(id);
  }

  /** As wasRouted(), by this server or one before it. */
  wasEverRouted(id: string): boolean {
    return this.#everRouted.has(id);
  }

  /** The server dies with what it routed in the last so many milliseconds, and starts again. */
  crash(ms: number): void {
    const now = Date.now();
    const left = this.routed.filter(({ at }) => at <= now - ms);
    this.routed.splice(0, Infinity, ...left);
    this.#routedIds.clear();
    for (const { id } of left) this.#routedIds.add(id);
    this.#service.length = 0;
    this.startedAt = now;
    this.close({ cause: "network", text: "ECONNRESET" });
  }

  write(text: string): boolean {
    if (!this.#isUp) return false;
    this.writes += 1;
    for (const stanza of stanzasIn(text, this.#connection)) {
      this.#wire.push(stanza);
      for (const id of stanza.ids) {
        this.#unconfirmed.push(id);
        if (!isAckRequest(id)) this.onWrite(id);
      }
    }
    return true;
  }

  reconnectNow(): void {
    // The test decides when the link comes back.
  }

  resetBackoff(): void {
    // Only the back-off needs it.
  }

  abandon(text: string): void {
    this.close({ cause: "silent", text });
  }

  open(): void {
    if (this.#isUp) return;
    this.#isUp = true;
    this.#isShut = false;
    this.writes = 0;
    this.#connection += 1;
    this.emit("up");
    for (const host of this.permitting) this.#returns.push({ id: "yes", kind: "permission", host });
  }

  /** A host permits messages in its users' names, or doesn't any more. */
  permit(host: string, isOn: boolean): void {
    // What it took away it gives back when nothing is on its way that it has yet to refuse.
    if (isOn && this.#wire.some(({ envelope }) => envelope !== undefined)) return;
    if (isOn) this.permitting.add(host);
    else this.permitting.delete(host);
    if (this.#isUp) this.#returns.push({ id: isOn ? "yes" : "no", kind: "permission", host });
  }

  close(closed: StreamEnd): void {
    if (!this.#isUp) return;
    const left = this.#unconfirmed.filter((id) => !isAckRequest(id));
    const isUnsaid = closed.cause === "closed" || closed.cause === "network";
    if (isUnsaid && left[0] !== undefined && left.length === 1) {
      this.lonelyCloses.set(left[0], (this.lonelyCloses.get(left[0]) ?? 0) + 1);
    }
    this.#isUp = false;
    this.#wire = [];
    // The service keeps what it has, and sends it on whatever became of the stream.
    this.#returns = [];
    this.#unconfirmed = [];
    this.emit("down", closed);
  }

  /** The server takes so much of the wire. */
  receive(count: number): void {
    for (; count > 0; count--) {
      const stanza = this.#wire.shift();
      if (stanza === undefined) return;
      const ending = stanza.ids.map((id) => this.ending(id)).find((one) => one !== undefined);
      if (ending !== undefined) {
        this.close(ending);
        return;
      }
      const { envelope, host } = stanza;
      if (envelope !== undefined && !this.permitting.has(host)) {
        this.envelopes.refused += 1;
        this.#returns.push({ id: envelope, kind: "envelope", host });
        continue;
      }
      if (envelope === undefined && !this.isForging && host !== this.domain) {
        this.close({ cause: "stream-error", condition: "invalid-from", text: "no" });
        return;
      }
      if (envelope !== undefined) this.envelopes.routed += 1;
      if (stanza.isForService) this.#service.push(stanza);
      else this.#route(stanza);
      // The server makes copies itself of what it is told by its permission.
      const copied = envelope === undefined ? [] : stanza.ids.filter((id) => id.startsWith(COPIED));
      this.#route({ ...stanza, ids: copied.map(copyOf) });
    }
  }

  /** The multicast service works off so much of what it has. */
  serve(count: number): void {
    for (; count > 0; count--) {
      const stanza = this.#service.shift();
      if (stanza === undefined) return;
      this.#isShut ||= this.isRefusing;
      if (this.#isShut) {
        this.refusals += 1;
        if (this.#isUp) this.#returns.push({ id: stanza.ids[0] ?? "", kind: "service" });
      } else {
        this.multicasts += 1;
        this.#route(stanza);
      }
    }
  }

  /** So many acks and refusals come back. */
  giveBack(count: number): void {
    for (; count > 0; count--) {
      const back = this.#returns.shift();
      if (back === undefined) return;
      const { id, kind } = back;
      if (kind === "ack") this.#unconfirmed.splice(0, this.#unconfirmed.indexOf(id) + 1);
      this.emit("stanza", this.#stanzaOf(back));
    }
  }

  #route({ ids, connection }: OnWire): void {
    for (const id of ids) {
      if (isAckRequest(id)) {
        if (this.#isUp) this.#returns.push({ id, kind: "ack" });
        continue;
      }
      this.#routedIds.add(id);
      this.#everRouted.add(id);
      this.routed.push({ id, connection, at: Date.now() });
    }
  }

  #stanzaOf({ id, kind, host = "" }: Returned): Element {
    const to = this.domain;
    if (id.startsWith("uptime-")) return uptimeOf(this, id);
    if (kind === "ack") return xml("message", { from: to, to, id });
    if (kind === "permission") return xml("message", { from: host, to, id });
    const error = xml("error", { type: "auth" }, xml("forbidden", NS.stanzas));
    const from = kind === "service" ? SERVICE : host;
    return xml("message", { from, to, id: id.split(" ")[0], type: "error" }, error);
  }
}
