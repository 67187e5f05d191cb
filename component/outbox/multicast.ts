/**
 * Stanzas of rooms for many, through the server's multicast service (XEP-0033): it is found by discovery on each stream,
 * and used once an ack request has come back through it. If it refuses something, it isn't used until the next connect.
 *
 * The service sends on at its own pace: what is written directly to a receiver overtakes what the service was sent
 * before. So while a room's multicasts are in flight, everything that the room tells many takes that route, and what it
 * tells one of their receivers alone waits. (Never the other way round: the service gets its own later than the server
 * routed what came before.) Order so holds for each sender and receiver.
 */
import type { Logger } from "winston";
import { hostOf } from "../address.js";
import type { IqRequests } from "../iq-requests.js";
import type { Metrics } from "../metrics.js";
import { findMulticast, type MulticastService } from "../probes/multicast-discovery.js";
import { conditionOf } from "../stanza-error.js";
import type { Element } from "../xml/builder.js";
import { quote } from "../xml/serialise.js";
import { addressed, multicast } from "../xml/splice.js";
import { LEFT_FREE, type WireText } from "../xml/wire-text.js";
import type { AckRequests } from "./ack-requests.js";
import type { MulticastStanza } from "./in-flight.js";
import type { ForMany, OutboxRow } from "./row-stanzas.js";

export interface MulticastDependencies {
  /** The component's: only its rooms' stanzas take this route. */
  readonly domain: string;
  /** Whose users may be sent stanzas through it. */
  readonly hosts: readonly string[];
  readonly requests: Pick<IqRequests, "ask">;
  readonly acks: AckRequests;
  /** The most bytes of one stanza. */
  readonly stanzaBytes: number;
  readonly log: Logger;
  readonly metrics: Metrics;
}

/** How long an answer is waited for, and an ack through the service; milliseconds. */
const WAIT_MS = 5_000;
/** A service that fell silent, or over which the stream was closed so often, isn't used for so long. */
const MOST_FAULTS = 3;
const PAUSE_MS = 3_600_000;
/** For fewer receivers the service saves nothing. */
const LEAST = 4;
/** The bytes of the addresses in one stanza, with those around each; the receivers of one write. */
const MOST = { addresses: 40 * 1024, around: 32, receivers: 500 };

export class Multicast {
  readonly #parts: MulticastDependencies;
  /** By the host whose users it reaches. */
  readonly #services = new Map<string, MulticastService>();
  /** Those of which an ack is awaited, by the id of its request. */
  readonly #tried = new Map<string, { readonly host: string; readonly service: MulticastService }>();
  /** All that were sent something on this stream. */
  readonly #known = new Set<string>();
  /** Tells one stream from the next. */
  #stream = 0;
  #faults = 0;
  #pausedUntil = -Infinity;
  #logged = "";

  constructor(parts: MulticastDependencies) {
    this.#parts = parts;
    const help = "Multicast services of the server in use (XEP-0033); 0: each receiver gets its own stanza";
    parts.metrics.gaugeOf("qtalk_multicast_services", help, () => new Set(this.#services.values()).size);
  }

  /** Whether any service is in use now. */
  get isInUse(): boolean {
    return this.#services.size > 0;
  }

  /** The stream is up. */
  begin(write: (text: WireText) => void): void {
    if (performance.now() < this.#pausedUntil) return;
    this.#discover(++this.#stream, write).catch((error: unknown) => {
      this.#parts.log.error("The server could not be asked for its multicast service", { error });
    });
  }

  /** The stream is down. @param fault how it ended over what went through a service, if it did */
  end(fault?: "silent" | "closed"): void {
    this.#stream += 1;
    this.#services.clear();
    this.#tried.clear();
    this.#known.clear();
    if (fault !== undefined) this.#faults += fault === "silent" ? MOST_FAULTS : 1;
    if (this.#faults < MOST_FAULTS) return;
    this.#faults = 0;
    this.#pausedUntil = performance.now() + PAUSE_MS;
    const why =
      fault === "silent" ? "the multicast service fell silent" : "the server closes the stream over it";
    this.#log("warn", `For an hour, rooms send each receiver a stanza of its own: ${why}`);
  }

  /** Consumes the ack of a service that is tried; false for every other. */
  acked(id: string): boolean {
    const tried = this.#tried.get(id);
    if (tried === undefined) return false;
    this.#tried.delete(id);
    this.#services.set(tried.host, tried.service);
    this.#log("info", `Rooms send through the multicast service ${tried.service.jid} (XEP-0033)`);
    return true;
  }

  /** Consumes a refusal by a service: then none is used any more on this stream. False for every other stanza. */
  refused(stanza: Element): boolean {
    const { type, from = "" } = stanza.attrs;
    if (type !== "error" || stanza.name === "iq" || !this.#known.has(from)) return false;
    this.#services.clear();
    this.#tried.clear();
    this.#logRefused(from, `refuses the component's stanzas (${conditionOf(stanza)})`);
    return true;
  }

  /**
   * Whether a row's receivers are reached through a service.
   * @param isUsed whether others of its room's stanzas for many are in flight there
   */
  reaches({ sender }: OutboxRow, { stanza, recipients }: ForMany, isUsed: () => boolean): boolean {
    if (!this.isInUse || !sender.endsWith(`@${this.#parts.domain}`)) return false;
    return (recipients.length >= LEAST || isUsed()) && this.#roomIn(stanza.tail) > 0;
  }

  /**
   * Adds the stanzas to the next receivers of such a row, from this one on.
   * @returns how many receivers they are for
   */
  write(
    { sender, kind }: OutboxRow,
    { stanza, recipients }: ForMany,
    start: number,
    { texts, multicasts }: { texts: WireText[]; multicasts: MulticastStanza[] },
  ): number {
    const most = this.#roomIn(stanza.tail);
    const slices = new Map<MulticastService, { receivers: string[]; size: number }>();
    const end = Math.min(recipients.length, start + MOST.receivers);
    let next = start;
    for (; next < end; next += 1) {
      const recipient = recipients[next] ?? "";
      const service = this.#services.get(hostOf(recipient));
      if (service === undefined) {
        texts.push(addressed(stanza, recipient));
        continue;
      }
      const slice = slices.get(service) ?? { receivers: [], size: 0 };
      const receiver = quote(recipient);
      const size = slice.size + Buffer.byteLength(receiver) + MOST.around;
      const mostReceivers = service.most[kind === "presence" ? "presence" : "message"];
      if (slice.receivers.length > 0 && (slice.receivers.length >= mostReceivers || size > most)) break;
      slice.receivers.push(receiver);
      slice.size = size;
      slices.set(service, slice);
    }
    for (const [{ jid }, { receivers }] of slices) {
      texts.push(multicast(stanza, jid, receivers));
      multicasts.push({ service: jid, room: sender, receivers });
    }
    return next - start;
  }

  /** The bytes that addresses may take in a stanza. */
  #roomIn(stanza: string): number {
    const left = this.#parts.stanzaBytes - Buffer.byteLength(stanza) - LEFT_FREE.kept;
    return Math.min(MOST.addresses, left);
  }

  async #discover(stream: number, write: (text: WireText) => void): Promise<void> {
    const { domain, hosts, requests, acks } = this.#parts;
    const found = await Promise.all(hosts.map((host) => findMulticast(requests, host, domain, WAIT_MS)));
    if (stream !== this.#stream) return;
    for (const [index, host] of hosts.entries()) {
      const service = found[index];
      if (typeof service !== "object") continue;
      const { id, text } = acks.through(service.jid);
      this.#tried.set(id, { host, service });
      this.#known.add(service.jid);
      setTimeout(() => {
        if (this.#tried.delete(id))
          this.#logRefused(service.jid, "doesn't return the component's messages to it");
      }, WAIT_MS).unref();
      write(text);
    }
    if (this.#tried.size === 0)
      this.#log("info", "The server has no multicast service: rooms send each receiver a stanza of its own");
  }

  #logRefused(service: string, what: string): void {
    this.#log(
      "warn",
      `The server's multicast service ${service} ${what}: rooms send each receiver a stanza of its own. ` +
        `Allow ${this.#parts.domain} in ejabberd.yml under modules → mod_multicast (access, limits → remote), ` +
        'or set "multicast: off" under rooms.',
    );
  }

  /** The same line isn't logged again at each connect. */
  #log(level: "info" | "warn", line: string): void {
    if (line !== this.#logged) this.#parts.log.log(level, line);
    this.#logged = line;
  }
}
