/**
 * Uses the server's multicast service (XEP-0033), through which a room sends one stanza to many receivers. The service
 * is discovered on each stream, and used from the first ack through it until it refuses a stanza.
 *
 * The service works independently of the stream, so a stanza on the stream can overtake an earlier one through the
 * service. To keep each receiver's order while multicasts of a room are unacknowledged, all stanzas of the room for
 * many receivers go through the service, and a stanza for a single one of them waits.
 *
 * What always holds: a service is either tested on this stream (#tried) or usable on it (#services), and #known has both, as
 * its refusals may come late. Only an ack through it makes it usable. Everything of a stream ends with it (end()); only the
 * faults and the pause outlive it.
 */
import { inBackground } from "../background.js";
import type { Logger } from "winston";
import { hostOf } from "../addresses/address.js";
import type { IqRequests } from "../inbound/iq-requests.js";
import type { Metrics } from "../metrics.js";
import { findMulticast, type MulticastService } from "../probes/multicast-discovery.js";
import { conditionOf } from "../inbound/stanza-error.js";
import type { Element } from "../xml/builder.js";
import { quote } from "../xml/serialise.js";
import { counted } from "../wording.js";
import { addressed, multicastStanza } from "../xml/splice.js";
import { LEFT_FREE, type WireText } from "../xml/wire-text.js";
import type { AckRequests } from "./ack-requests.js";
import type { ForMany, OutboxRow } from "./row-stanzas.js";

/** How long to wait for a response, or for an ack through the service, in milliseconds. */
const WAIT_MS = 5_000;
/**
 * The services aren't used for PAUSE_MS milliseconds after MAX_FAULTS closed streams within that time, or after one silent
 * service. A service that refused a stanza is tried again after as long, too.
 */
const [MAX_FAULTS, PAUSE_MS] = [3, 3_600_000];
/** The minimum number of receivers of a multicast. */
const LEAST = 4;
/** Limits: bytes of addresses in a stanza, bytes of markup around an address, receivers in a write. */
const STANZA_LIMITS = { addresses: 40 * 1024, around: 32, receivers: 500 };

/** A stanza that a room sends to many receivers through a service. */
export interface MulticastStanza {
  readonly service: string;
  readonly room: string;
  /** The receivers' addresses, escaped for XML attributes. */
  readonly receivers: readonly string[];
}

interface MulticastStanzas {
  /** Stanzas for services, and stanzas for receivers whose host has no service. */
  readonly texts: readonly WireText[];
  readonly multicasts: readonly MulticastStanza[];
  /** The offset of the first receiver that isn't included. */
  readonly end: number;
}

interface Dependencies {
  /** The component's domain: only stanzas of its rooms go through the service. */
  readonly domain: string;
  readonly hosts: readonly string[];
  readonly requests: Pick<IqRequests, "ask">;
  readonly acks: AckRequests;
  readonly stanzaBytes: number;
  readonly log: Logger;
  readonly metrics: Metrics;
}

export class Multicast {
  /** The usable services, by the host whose users they reach. */
  readonly #services = new Map<string, MulticastService>();
  /** The services that are being tested on this stream, by the id of their ack request. */
  readonly #tried = new Map<string, { readonly host: string; readonly service: MulticastService }>();
  /** The addresses of all services that were sent a stanza on this stream. */
  #known: ReadonlySet<string> = new Set();
  /** When services ended streams, in milliseconds of performance.now(); those within the last `pause`. */
  #faults: number[] = [];
  #pausedUntil = -Infinity;
  /** Discovers services again at the end of a pause, on the same stream. */
  #timer: NodeJS.Timeout | undefined;
  #write: ((text: WireText) => void) | undefined;
  #logged = "";

  /** @param pause for how long services aren't used after faults, in milliseconds */
  constructor(
    private readonly dependencies: Dependencies,
    private readonly pause = PAUSE_MS,
  ) {
    const help = "Multicast services of the server in use (XEP-0033); 0: each receiver gets its own stanza";
    const inUse = (): number => new Set(this.#services.values()).size;
    dependencies.metrics.gaugeOf("qtalk_multicast_services", help, inUse);
  }

  get isInUse(): boolean {
    return this.#services.size > 0;
  }

  /**
   * Discovers services on a new stream, or when a pause ends on it, and tests each with an ack request.
   * @param write writes to the stream
   */
  begin(write: (text: WireText) => void): void {
    this.#write = write;
    const left = this.#pausedUntil - performance.now();
    if (left > 0) this.#beginIn(left);
    else inBackground(this.#discover(write), "looking for multicast services", this.dependencies.log);
  }

  /** Begins again on the same stream, in `ms` milliseconds. */
  #beginIn(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      if (this.#write !== undefined) this.begin(this.#write);
    }, ms).unref();
  }

  async #discover(write: (text: WireText) => void): Promise<void> {
    const known = (this.#known = new Set<string>());
    const { hosts, domain, requests, acks } = this.dependencies;
    const find = (host: string) => findMulticast(requests, host, domain, WAIT_MS);
    const found = await Promise.all(hosts.map(async (host) => ({ host, service: await find(host) })));
    if (known !== this.#known) return;
    const first = found.map(({ service }) => service).find((service) => typeof service === "object");
    for (const { host, service: own } of found) {
      // Users of a host without a service are reached through the first host's that has one. A host that doesn't
      // respond may have a service that refuses this.
      const service = own === "none" ? first : own;
      if (typeof service !== "object") continue;
      const { id, text } = acks.through(service.jid);
      this.#tried.set(id, { host, service });
      known.add(service.jid);
      write(text);
      setTimeout(() => {
        if (this.#tried.delete(id)) this.#warn(service.jid, "doesn't return the component's messages to it");
      }, WAIT_MS).unref();
    }
    if (known.size === 0)
      this.#log("info", "The server has no multicast service: rooms send each receiver its own");
  }

  /** Forgets the services when the stream is down. @param fault how a service ended it; undefined: not at all */
  end(fault?: "silent" | "closed"): void {
    this.#stop();
    this.#known = new Set();
    this.#write = undefined;
    clearTimeout(this.#timer);
    const now = performance.now();
    this.#faults = this.#faults.filter((at) => now - at < this.pause);
    if (fault !== undefined) this.#faults.push(now);
    if (fault !== "silent" && this.#faults.length < MAX_FAULTS) return;
    this.#faults = [];
    this.#pausedUntil = now + this.pause;
    const why = fault === "silent" ? "it fell silent" : "the server closed the stream over it";
    const time = counted(Math.ceil(this.pause / 60_000), "minute");
    this.#log("warn", `For ${time}, rooms don't send through the server's multicast service: ${why}`);
  }

  /** Consumes the ack of a service that is being tested. @returns false if the ack belongs to another request */
  acked(id: string): boolean {
    const tried = this.#tried.get(id);
    if (tried === undefined) return false;
    this.#tried.delete(id);
    this.#services.set(tried.host, tried.service);
    this.#log("info", `Rooms send through the multicast service ${tried.service.jid} (XEP-0033)`);
    return true;
  }

  /** Consumes a service's refusal, and stops using services on this stream. @returns false for any other stanza */
  refused(stanza: Element): boolean {
    const { type, from = "" } = stanza.attrs;
    if (type !== "error" || stanza.name === "iq" || !this.#known.has(from)) return false;
    this.#stop();
    this.#beginIn(this.pause);
    this.#warn(from, `refuses the component's stanzas (${conditionOf(stanza)})`);
    return true;
  }

  /**
   * Builds stanzas for a row's receivers from the offset `start` on: one for all receivers of a service, else one each.
   * @param isUsed returns whether multicasts of the row's room are unacknowledged
   * @returns undefined if the row goes through no service
   */
  stanzas(
    { sender: room, kind }: OutboxRow,
    { stanza, recipients }: ForMany,
    start: number,
    isUsed: () => boolean,
  ): MulticastStanzas | undefined {
    const { domain, stanzaBytes } = this.dependencies;
    if (!this.isInUse || !room.endsWith(`@${domain}`)) return undefined;
    if (recipients.length < LEAST && !isUsed()) return undefined;
    const mostBytes = Math.min(
      STANZA_LIMITS.addresses,
      stanzaBytes - Buffer.byteLength(stanza.tail) - LEFT_FREE.kept,
    );
    if (mostBytes <= 0) return undefined;
    const texts: WireText[] = [];
    const slices = new Map<MulticastService, { receivers: string[]; size: number }>();
    let end = start;
    for (const recipient of recipients.slice(start, start + STANZA_LIMITS.receivers)) {
      const service = this.#services.get(hostOf(recipient));
      if (service === undefined) texts.push(addressed(stanza, recipient));
      else {
        const slice = slices.get(service) ?? { receivers: [], size: 0 };
        const receiver = quote(recipient);
        const size = slice.size + Buffer.byteLength(receiver) + STANZA_LIMITS.around;
        const most = service.most[kind === "presence" ? "presence" : "message"];
        if (slice.receivers.length > 0 && (slice.receivers.length >= most || size > mostBytes)) break;
        slice.receivers.push(receiver);
        slice.size = size;
        slices.set(service, slice);
      }
      end += 1;
    }
    const multicasts = [...slices].map(([{ jid: service }, { receivers }]) => ({ service, room, receivers }));
    texts.push(...multicasts.map(({ service, receivers }) => multicastStanza(stanza, service, receivers)));
    return { texts, multicasts, end };
  }

  #stop(): void {
    this.#services.clear();
    this.#tried.clear();
  }

  #warn(service: string, what: string): void {
    this.#log(
      "warn",
      `The server's multicast service ${service} ${what}: rooms send each receiver a stanza of its own. ` +
        `Allow ${this.dependencies.domain} in ejabberd.yml under modules → mod_multicast (access, limits → remote), ` +
        'or set "multicast: off" under rooms.',
    );
  }

  /** Logs a line unless it was the last line logged here. */
  #log(level: "info" | "warn", line: string): void {
    if (line !== this.#logged) this.dependencies.log.log(level, line);
    this.#logged = line;
  }
}
