/**
 * A link and the server behind it, without sockets: what is written waits on the wire until the test lets the server
 * take it, and what the server returns waits until the test lets it through.
 */
import { EventEmitter } from "node:events";
import type { Closed } from "../../component/link/closed.js";
import type { LinkEvents, OutboxLink } from "../../component/link/link.js";
import { xml, type Element } from "../../component/xml/builder.js";

export class FakeLink extends EventEmitter<LinkEvents> implements OutboxLink {
  /** Ids in the order in which the server routed them, each with the number of its connection. */
  readonly routed: { readonly id: string; readonly connection: number }[] = [];
  /** How often each stanza was the only one unconfirmed when the stream was closed without a reason. */
  readonly lonelyCloses = new Map<string, number>();
  readonly #routedIds = new Set<string>();
  #connection = 0;
  #isUp = false;
  /** Ids not yet taken by the server. */
  #wire: string[] = [];
  /** Barriers not yet returned. */
  #returns: string[] = [];
  /** What is written and not confirmed, in order, barriers among it. */
  #unconfirmed: string[] = [];

  /**
   * @param ending how the server ends the stream for this stanza; undefined where it routes it
   * @param onWrite told of every stanza written
   * @param before the link of the process before this one, to the same server
   */
  constructor(
    readonly domain: string,
    private readonly ending: (id: string) => Closed | undefined,
    private readonly onWrite: (id: string) => void,
    before?: FakeLink,
  ) {
    super();
    if (before === undefined) return;
    this.#connection = before.#connection;
    this.lonelyCloses = before.lonelyCloses;
    this.routed = before.routed;
    this.#routedIds = before.#routedIds;
  }

  get isUp(): boolean {
    return this.#isUp;
  }

  get isIdle(): boolean {
    return this.#wire.length === 0 && this.#returns.length === 0;
  }

  wasRouted(id: string): boolean {
    return this.#routedIds.has(id);
  }

  write(text: string): boolean {
    if (!this.#isUp) return false;
    for (const id of keysOf(text)) {
      this.#wire.push(id);
      this.#unconfirmed.push(id);
      if (!isBarrier(id)) this.onWrite(id);
    }
    return true;
  }

  proved(): void {
    // Only the back-off needs it.
  }

  abandon(text: string): void {
    this.close({ cause: "silent", text });
  }

  open(): void {
    if (this.#isUp) return;
    this.#isUp = true;
    this.#connection += 1;
    this.emit("up");
  }

  close(closed: Closed): void {
    if (!this.#isUp) return;
    const left = this.#unconfirmed.filter((id) => !isBarrier(id));
    const isUnsaid = closed.cause === "closed" || closed.cause === "network";
    if (isUnsaid && left[0] !== undefined && left.length === 1) {
      this.lonelyCloses.set(left[0], (this.lonelyCloses.get(left[0]) ?? 0) + 1);
    }
    this.#isUp = false;
    this.#wire = [];
    this.#returns = [];
    this.#unconfirmed = [];
    this.emit("down", closed);
  }

  /** The server takes so much of the wire. */
  take(count: number): void {
    for (; count > 0; count--) {
      const id = this.#wire.shift();
      if (id === undefined) return;
      if (isBarrier(id)) {
        this.#returns.push(id);
        continue;
      }
      const ending = this.ending(id);
      if (ending !== undefined) {
        this.close(ending);
        return;
      }
      this.#routedIds.add(id);
      this.routed.push({ id, connection: this.#connection });
    }
  }

  /** So many barriers come back. */
  giveBack(count: number): void {
    for (; count > 0; count--) {
      const id = this.#returns.shift();
      if (id === undefined) return;
      this.#unconfirmed.splice(0, this.#unconfirmed.indexOf(id) + 1);
      this.emit("stanza", this.#returned(id));
    }
  }

  #returned(id: string): Element {
    return xml("message", { from: this.domain, to: this.domain, id });
  }
}

/** What tells the stanzas of a text apart: their ids, with the receiver where one stanza goes to many. */
export function keysOf(text: string): string[] {
  const attribute = (tag: string, name: string): string =>
    new RegExp(` ${name}="([^"]*)"`).exec(tag)?.[1] ?? "";
  return Array.from(text.matchAll(/<(?:message|iq|presence) [^>]*>/g), ([tag]) => {
    const id = attribute(tag, "id");
    return id.startsWith("many") ? `${id} to ${attribute(tag, "to")}` : id;
  });
}

function isBarrier(id: string): boolean {
  return id.startsWith("barrier-");
}
