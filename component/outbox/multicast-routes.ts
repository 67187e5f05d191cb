/**
 * The route of a stanza to its receivers: each gets one written for it on the stream, or one for many goes to the
 * server's multicast service (XEP-0033), which is faster for more than a few.
 *
 * The service sends on at its own pace: what is written straight to a receiver overtakes what the service was told
 * before. (Never the other way round: the service gets its own later than the server routed what came before.) So
 * while a room's multicasts are in flight, all that the room tells many takes that route, too, and what it tells one
 * of their receivers alone waits until they are known to be routed. Order so holds for each sender and receiver.
 */
import { hostOf } from "../address.js";
import { addressed, multicast } from "../xml/splice.js";
import { quote } from "../xml/serialise.js";
import { fits, inOneWrite, type WireText } from "../xml/wire-text.js";
import type { Blame } from "../link/stream-end.js";
import type { MulticastService, MulticastServices } from "./multicast-services.js";
import {
  STREAM_ONLY,
  type Between,
  type Multicast,
  type Outgoing,
  type Routes,
  type StanzaForMany,
} from "./routes.js";

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

export class MulticastRoutes implements Routes {
  readonly #services: MulticastServices;
  readonly #ofRoom: (address: string) => boolean;
  /** The multicasts in flight, by room, in order. */
  readonly #inFlight = new Map<string, Multicast[]>();

  /** @param domain the component's: only its rooms' stanzas take this route, as that is what services were asked for */
  constructor(domain: string, services: MulticastServices) {
    this.#services = services;
    this.#ofRoom = (address) => address.endsWith(`@${domain}`);
  }

  one(text: WireText, row: Between): Outgoing | undefined {
    const inFlight = this.#inFlight.get(row.sender);
    if (inFlight !== undefined) {
      const receiver = quote(row.receiver ?? "");
      if (inFlight.some(({ receivers }) => receivers.includes(receiver))) return undefined;
    }
    return STREAM_ONLY.one(text, row);
  }

  many(stanza: StanzaForMany, at: number): Outgoing {
    if (!this.#services.isInUse) return STREAM_ONLY.many(stanza, at);
    const { parts, recipients, origin } = stanza;
    const room = origin.sender;
    const isFew = recipients.length < LEAST && !this.#inFlight.has(room);
    if (isFew || !this.#ofRoom(room)) return STREAM_ONLY.many(stanza, at);
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
  acknowledged(multicasts: readonly Multicast[]): void {
    for (const one of multicasts) {
      const left = this.#inFlight.get(one.room);
      const at = left?.indexOf(one) ?? -1;
      if (at >= 0) left?.splice(at, 1);
      if (left?.length === 0) this.#inFlight.delete(one.room);
    }
  }

  /**
   * The stream is lost.
   * @param isAwaited whether everything came back but from a service
   * @returns whether any were in flight
   */
  lost(blame: Blame, isAwaited: boolean): boolean {
    const were = this.#inFlight.size > 0;
    this.clear();
    this.#services.end();
    if (were && blame !== "cleared" && (blame !== "slow" || isAwaited)) this.#services.lost(blame === "slow");
    return were;
  }

  /** Nothing is in flight any more. */
  clear(): void {
    this.#inFlight.clear();
  }

  #note(room: string, multicasts: readonly Multicast[]): void {
    if (multicasts.length === 0) return;
    const before = this.#inFlight.get(room);
    if (before === undefined) this.#inFlight.set(room, [...multicasts]);
    else before.push(...multicasts);
  }
}
