/**
 * Which way a stanza goes to its receivers: each gets one written for it, or one for many goes to the server's
 * multicast service (XEP-0033), which is faster for more than a few.
 *
 * The service sends on at its own pace: what is written straight to a receiver overtakes what the service was told
 * before. (Never the other way round: the service gets its own later than the server routed what came before.) So
 * while a room's multicasts are on their way, all that the room tells many goes that way, too, and what it tells one
 * of their receivers alone waits until they are known to be routed. Order so holds for each sender and receiver.
 */
import type { Origin } from "../../storage/outbox-row.js";
import { addressed, attributeIn, multicast, type Addressable } from "../xml/splice.js";
import { quote } from "../xml/serialise.js";
import { fits, inOneWrite, type WireText } from "../xml/wire-text.js";
import type { Blame } from "../link/closed.js";
import type { Multicast, MulticastService } from "./multicast.js";

/** One stanza to a multicast service. */
export interface Multicasted {
  readonly service: string;
  readonly room: string;
  /** Quoted. */
  readonly receivers: readonly string[];
}

/** What was chosen for the next of a row's recipients. */
export interface Written {
  /** Stanzas for the stream. */
  readonly text: WireText;
  /** How many of the recipients they are for, from the one asked for on. */
  readonly count: number;
  readonly multicasts: readonly Multicasted[];
}

/** A stanza for many, and they. */
export interface ForMany {
  readonly parts: Addressable;
  readonly recipients: readonly string[];
  readonly origin: Origin;
}

export interface Ways {
  /** A stanza with its own `to`; undefined: not now, but when something more is routed. */
  one(stanza: WireText, origin: Origin): Written | undefined;
  /** A stanza for many, to the recipient at this place and perhaps to more. */
  many(stanza: ForMany, at: number): Written;
}

const NONE: readonly Multicasted[] = [];

/** To each a stanza of its own. */
export const SINGLY: Ways = {
  one: (text) => ({ text, count: 1, multicasts: NONE }),
  many: ({ parts, recipients }, at) => ({
    text: addressed(parts, recipients[at] ?? ""),
    count: 1,
    multicasts: NONE,
  }),
};

/** For fewer the service saves nothing. */
const LEAST = 4;
/**
 * The addresses of one stanza, in bytes, and of one that has many bytes itself; the most recipients taken together,
 * wherever they are. With its addresses a stanza stays below what may be written.
 */
const MOST = { size: 40 * 1024, besideMuch: 12 * 1024, recipients: 500 };
const MUCH = 64 * 1024;
/** What stands around an address, in bytes. */
const AROUND = 32;

/** What one stanza to a service is made of. */
interface Slice {
  readonly service: MulticastService;
  readonly receivers: string[];
  size: number;
}

export class Multicasting implements Ways {
  readonly #services: Multicast;
  readonly #ofRoom: (address: string) => boolean;
  /** What is on its way, by room, in order. */
  readonly #onTheWay = new Map<string, Multicasted[]>();

  /** @param domain the component's: only its rooms' stanzas go this way, as that is what services were asked for */
  constructor(domain: string, services: Multicast) {
    this.#services = services;
    this.#ofRoom = (address) => address.endsWith(`@${domain}`);
  }

  one(text: WireText, origin: Origin): Written | undefined {
    const onTheWay = this.#onTheWay.get(origin.sender);
    if (onTheWay !== undefined) {
      const to = attributeIn(text, "to") ?? "";
      if (onTheWay.some(({ receivers }) => receivers.includes(to))) return undefined;
    }
    return SINGLY.one(text, origin);
  }

  many(stanza: ForMany, at: number): Written {
    if (!this.#services.isInUse) return SINGLY.many(stanza, at);
    const { parts, recipients, origin } = stanza;
    const room = origin.sender;
    const isFew = recipients.length < LEAST && !this.#onTheWay.has(room);
    if (isFew || !this.#ofRoom(room)) return SINGLY.many(stanza, at);
    const kind = origin.kind === "presence" ? "presence" : "message";
    const mostBytes = fits(parts.tail, MUCH) ? MOST.size : MOST.besideMuch;
    const slices = new Map<string, Slice>();
    const end = Math.min(recipients.length, at + MOST.recipients);
    const texts: WireText[] = [];
    let next = at;
    for (; next < end; next += 1) {
      const recipient = recipients[next] ?? "";
      const service = this.#services.serviceFor(hostOf(recipient));
      if (service === undefined) {
        texts.push(addressed(parts, recipient));
        continue;
      }
      const slice = slices.get(service.jid) ?? { service, receivers: [], size: 0 };
      const receiver = quote(recipient);
      const size = Buffer.byteLength(receiver) + AROUND;
      const isFull = slice.receivers.length > 0 && slice.size + size > mostBytes;
      if (slice.receivers.length >= service.most[kind] || isFull) break;
      slice.receivers.push(receiver);
      slice.size += size;
      slices.set(service.jid, slice);
    }
    const multicasts = [...slices.values()].map(({ service, receivers }) => {
      texts.push(multicast(parts, service.jid, receivers));
      return { service: service.jid, room, receivers };
    });
    this.#note(room, multicasts);
    return { text: inOneWrite(texts), count: next - at, multicasts };
  }

  /** These are routed. */
  landed(multicasts: readonly Multicasted[]): void {
    for (const one of multicasts) {
      const left = this.#onTheWay.get(one.room);
      const at = left?.indexOf(one) ?? -1;
      if (at >= 0) left?.splice(at, 1);
      if (left?.length === 0) this.#onTheWay.delete(one.room);
    }
  }

  /**
   * The stream is lost.
   * @param isAwaited whether everything came back but from a service
   * @returns whether any were on their way
   */
  lose(blame: Blame, isAwaited: boolean): boolean {
    const were = this.#onTheWay.size > 0;
    this.clear();
    this.#services.end();
    if (were && blame !== "cleared" && (blame !== "slow" || isAwaited)) this.#services.lost(blame === "slow");
    return were;
  }

  /** Nothing is on its way any more. */
  clear(): void {
    this.#onTheWay.clear();
  }

  #note(room: string, multicasts: readonly Multicasted[]): void {
    if (multicasts.length === 0) return;
    const before = this.#onTheWay.get(room);
    if (before === undefined) this.#onTheWay.set(room, [...multicasts]);
    else before.push(...multicasts);
  }
}

function hostOf(address: string): string {
  const at = address.indexOf("@");
  const slash = address.indexOf("/");
  return address.slice(slash >= 0 && slash < at ? 0 : at + 1, slash < 0 ? undefined : slash);
}
