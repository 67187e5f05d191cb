/**
 * A link and the server behind it, without sockets. Written stanzas wait on the wire until the test lets the server
 * receive them, and the server's stanzas wait until the test lets the component receive them. The multicast service
 * (XEP-0033) is a process of its own, as in ejabberd: stanzas for it wait until the test lets the service work, while
 * the server routes others.
 */
import { EventEmitter } from "node:events";
import type { StreamEnd } from "../../component/link/stream-end.js";
import type { LinkEvents, OutboxLink } from "../../component/link/link.js";
import { NS, xml, type Element } from "../../component/xml/builder.js";
import { COPIED, copyOf, isAckRequest, SERVICE, stanzasIn, type OnWire } from "./on-wire.js";

/** How the server responds to a request for its uptime (XEP-0012). */
export type UptimeAnswer = "seconds" | "error" | "nonsense";

/**
 * A stanza from the server: an ack, a refusal by the multicast service, a refusal of a privileged message (XEP-0356), or
 * a notification about a permission.
 */
interface Returned {
  readonly id: string;
  readonly kind: "ack" | "service" | "privileged" | "permission";
  readonly host?: string;
}

/** A stanza that the server routed. */
interface Routed {
  readonly id: string;
  readonly connection: number;
  /** The time of routing, in milliseconds since 1970. */
  readonly at: number;
}

export class FakeLink extends EventEmitter<LinkEvents> implements OutboxLink {
  /** The stanzas that the server routed, in order. */
  readonly routed: Routed[] = [];
  /** How often each stanza was the only unacknowledged one when the stream was closed without a reason. */
  readonly closesAlone = new Map<string, number>();
  readonly #routedIds = new Set<string>();
  /** The ids of all stanzas that any server routed, including servers that crashed since. */
  readonly #everRouted = new Set<string>();
  /** The start of the server, in milliseconds since 1970. */
  startedAt: number;
  uptimeAnswer: UptimeAnswer = "seconds";
  /**
   * Whether the multicast service refuses stanzas; once it has refused one, it refuses all until the stream is opened
   * again.
   */
  isRefusing = false;
  #isShut = false;
  /** How many stanzas the multicast service has refused. */
  refusals = 0;
  /** How many stanzas the multicast service has forwarded. */
  multicasts = 0;
  /** The hosts that permit messages in their users' names. */
  permitting = new Set<string>();
  /** Whether the server allows the direct send mode: stanzas from users' addresses. */
  isDirect = true;
  /** How many privileged messages (XEP-0356) were routed and refused. */
  privileged = { routed: 0, refused: 0 };
  #connection = 0;
  #isUp = false;
  /** Stanzas that the server hasn't received yet. */
  #wire: OnWire[] = [];
  /** Stanzas that the multicast service hasn't forwarded yet. */
  readonly #service: OnWire[] = [];
  /** The server's stanzas that the component hasn't received yet. */
  #returns: Returned[] = [];
  /** The ids of all written and unacknowledged stanzas, including ack requests, in order. */
  #unconfirmed: string[] = [];

  /**
   * @param ending returns how the server closes the stream for a stanza; undefined if the server routes it
   * @param onWrite called with the id of each written stanza
   * @param now the server's time, in milliseconds since 1970
   */
  constructor(
    readonly domain: string,
    private readonly ending: (id: string) => StreamEnd | undefined,
    private readonly onWrite: (id: string) => void,
    private readonly now: () => number,
  ) {
    super();
    this.startedAt = now() - 3_600_000;
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

  /** Returns whether this server or one that crashed has routed a stanza. */
  wasEverRouted(id: string): boolean {
    return this.#everRouted.has(id);
  }

  /** Restarts the server, which loses the stanzas that it routed in the last `ms` milliseconds. */
  crash(ms: number): void {
    const now = this.now();
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
    // This link has no back-off.
  }

  abandon(text: string): void {
    this.close({ cause: "silent", text });
  }

  open(): void {
    if (this.#isUp) return;
    this.#isUp = true;
    this.#isShut = false;
    this.#connection += 1;
    this.emit("up");
    for (const host of this.permitting) this.#returns.push({ id: "yes", kind: "permission", host });
  }

  /** Grants or revokes a host's permission for messages in its users' names. */
  permit(host: string, isOn: boolean): void {
    // A revoked permission isn't granted again while the server has still to refuse a privileged message.
    if (isOn && this.#wire.some(({ privilegedId }) => privilegedId !== undefined)) return;
    if (isOn) this.permitting.add(host);
    else this.permitting.delete(host);
    if (this.#isUp) this.#returns.push({ id: isOn ? "yes" : "no", kind: "permission", host });
  }

  close(closed: StreamEnd): void {
    if (!this.#isUp) return;
    const left = this.#unconfirmed.filter((id) => !isAckRequest(id));
    const isWithoutReason = closed.cause === "closed" || closed.cause === "network";
    if (isWithoutReason && left[0] !== undefined && left.length === 1) {
      this.closesAlone.set(left[0], (this.closesAlone.get(left[0]) ?? 0) + 1);
    }
    this.#cut();
    this.emit("down", closed);
  }

  /** The component's process has ended; the next one has a link to the same server. */
  takeOver(): void {
    this.removeAllListeners();
    this.#cut();
  }

  /** Lets the server receive up to `count` stanzas. */
  receive(count: number): void {
    for (; count > 0; count--) {
      const stanza = this.#wire.shift();
      if (stanza === undefined) return;
      const ending = stanza.ids.map((id) => this.ending(id)).find((one) => one !== undefined);
      if (ending !== undefined) {
        this.close(ending);
        return;
      }
      const { privilegedId, host } = stanza;
      if (privilegedId !== undefined && !this.permitting.has(host)) {
        this.privileged.refused += 1;
        this.#returns.push({ id: privilegedId, kind: "privileged", host });
        continue;
      }
      if (privilegedId === undefined && !this.isDirect && host !== this.domain) {
        this.close({ cause: "stream-error", condition: "invalid-from", text: "no" });
        return;
      }
      if (privilegedId !== undefined) this.privileged.routed += 1;
      if (stanza.isForService) this.#service.push(stanza);
      else this.#route(stanza);
      // For privileged messages, the server itself makes the copies for the sender's sessions.
      const copied = privilegedId === undefined ? [] : stanza.ids.filter((id) => id.startsWith(COPIED));
      this.#route({ ...stanza, ids: copied.map(copyOf) });
    }
  }

  /** Lets the multicast service process up to `count` stanzas. */
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

  /** Lets the component receive up to `count` stanzas of the server. */
  deliver(count: number): void {
    for (; count > 0; count--) {
      const back = this.#returns.shift();
      if (back === undefined) return;
      const { id, kind } = back;
      if (kind === "ack") this.#unconfirmed.splice(0, this.#unconfirmed.indexOf(id) + 1);
      this.emit("stanza", this.#stanzaOf(back));
    }
  }

  /** The multicast service keeps its stanzas, and forwards them even though the stream is closed. */
  #cut(): void {
    this.#isUp = false;
    this.#wire = [];
    this.#returns = [];
    this.#unconfirmed = [];
  }

  #route({ ids, connection }: OnWire): void {
    for (const id of ids) {
      if (isAckRequest(id)) {
        if (this.#isUp) this.#returns.push({ id, kind: "ack" });
        continue;
      }
      this.#routedIds.add(id);
      this.#everRouted.add(id);
      this.routed.push({ id, connection, at: this.now() });
    }
  }

  #stanzaOf({ id, kind, host = "" }: Returned): Element {
    const to = this.domain;
    if (id.startsWith("uptime-")) return this.#uptimeOf(id);
    if (kind === "ack") return xml("message", { from: to, to, id });
    if (kind === "permission") return xml("message", { from: host, to, id });
    const error = xml("error", { type: "auth" }, xml("forbidden", NS.stanzas));
    const from = kind === "service" ? SERVICE : host;
    return xml("message", { from, to, id: id.split(" ")[0], type: "error" }, error);
  }

  #uptimeOf(id: string): Element {
    const head = { from: "h", to: this.domain, id };
    if (this.uptimeAnswer === "error") return xml("iq", { ...head, type: "error" });
    const uptime = Math.floor((this.now() - this.startedAt) / 1000);
    const seconds = this.uptimeAnswer === "seconds" ? String(uptime) : "-1e9";
    return xml("iq", { ...head, type: "result" }, xml("query", { xmlns: NS.last, seconds }));
  }
}
