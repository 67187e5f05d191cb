/**
 * The server's multicast service (XEP-0033), through which rooms send to many receivers at once. It is looked for on each
 * stream, and used once an ack request has come back through it, until it refuses a stanza.
 *
 * The service works at its own pace, so a stanza that is written directly overtakes what the service was sent before.
 * Therefore, while multicasts of a room are in flight, all its stanzas for many take that route, and a stanza for one of
 * their receivers alone waits: order holds for each sender and receiver.
 */
import type { Logger } from "winston";
import { hostOf } from "../address.js";
import type { IqRequests } from "../iq-requests.js";
import type { Metrics } from "../metrics.js";
import { findMulticast, type MulticastService } from "../probes/multicast-discovery.js";
import { conditionOf } from "../stanza-error.js";
import type { Element } from "../xml/builder.js";
import type { WireText } from "../xml/wire-text.js";
import type { AckRequests } from "./ack-requests.js";
import type { ForMany, MulticastStanzas, OutboxRow } from "./row-stanzas.js";
import { bytesForAddresses, multicastStanzas } from "./row-stanzas.js";

/** How long an answer, or an ack through the service, is waited for; milliseconds. */
const WAIT_MS = 5_000;
/** A service that fell silent, or over which the stream was closed this often, isn't used for a while. */
const [MOST_FAULTS, PAUSE_MS] = [3, 3_600_000];
/** For fewer receivers the service saves nothing. */
const LEAST = 4;

interface Dependencies {
  /** The component's: only its rooms' stanzas take this route. */
  readonly domain: string;
  readonly hosts: readonly string[];
  readonly requests: Pick<IqRequests, "ask">;
  readonly acks: AckRequests;
  readonly stanzaBytes: number;
  readonly log: Logger;
  readonly metrics: Metrics;
}

export class Multicast {
  /** By the host whose users it reaches. */
  readonly #services = new Map<string, MulticastService>();
  /** The services of this stream whose ack is awaited, by the id of its request. */
  readonly #tried = new Map<string, { readonly host: string; readonly service: MulticastService }>();
  /** The addresses of all services that were sent something on this stream. */
  #known: ReadonlySet<string> = new Set();
  #faults = 0;
  #pausedUntil = -Infinity;
  #logged = "";

  constructor(private readonly dependencies: Dependencies) {
    const help = "Multicast services of the server in use (XEP-0033); 0: each receiver gets its own stanza";
    const inUse = (): number => new Set(this.#services.values()).size;
    dependencies.metrics.gaugeOf("qtalk_multicast_services", help, inUse);
  }

  get isInUse(): boolean {
    return this.#services.size > 0;
  }

  /** The stream is up: looks for services, and tries each with an ack request. */
  async begin(write: (text: WireText) => void): Promise<void> {
    if (performance.now() < this.#pausedUntil) return;
    const known = (this.#known = new Set<string>());
    const { hosts, domain, requests, acks } = this.dependencies;
    const find = (host: string) => findMulticast(requests, host, domain, WAIT_MS);
    const found = await Promise.all(hosts.map(async (host) => ({ host, service: await find(host) })));
    if (known !== this.#known) return;
    for (const { host, service } of found) {
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

  /** The stream is down. @param fault how it ended over what went through a service, if it did */
  end(fault?: "silent" | "closed"): void {
    this.#stop();
    this.#known = new Set();
    if (fault !== undefined) this.#faults += fault === "silent" ? MOST_FAULTS : 1;
    if (this.#faults < MOST_FAULTS) return;
    this.#faults = 0;
    this.#pausedUntil = performance.now() + PAUSE_MS;
    const why = fault === "silent" ? "it fell silent" : "the server closed the stream over it";
    this.#log("warn", `For an hour, rooms don't send through the server's multicast service: ${why}`);
  }

  /** Consumes the ack of a service that is tried; false for every other ack. */
  acked(id: string): boolean {
    const tried = this.#tried.get(id);
    if (tried === undefined) return false;
    this.#tried.delete(id);
    this.#services.set(tried.host, tried.service);
    this.#log("info", `Rooms send through the multicast service ${tried.service.jid} (XEP-0033)`);
    return true;
  }

  /** Consumes a service's refusal: no service is used any more on this stream. False for every other stanza. */
  refused(stanza: Element): boolean {
    const { type, from = "" } = stanza.attrs;
    if (type !== "error" || stanza.name === "iq" || !this.#known.has(from)) return false;
    this.#stop();
    this.#warn(from, `refuses the component's stanzas (${conditionOf(stanza)})`);
    return true;
  }

  /**
   * Whether a row's receivers are reached through a service.
   * @param isUsed whether other multicasts of its room are in flight
   */
  reaches({ sender }: OutboxRow, { stanza, recipients }: ForMany, isUsed: () => boolean): boolean {
    if (!this.isInUse || !sender.endsWith(`@${this.dependencies.domain}`)) return false;
    return (
      (recipients.length >= LEAST || isUsed()) && bytesForAddresses(stanza, this.dependencies.stanzaBytes) > 0
    );
  }

  /** The stanzas for the next receivers of such a row, from this one on. */
  stanzas(row: OutboxRow, many: ForMany, start: number): MulticastStanzas {
    const { stanzaBytes } = this.dependencies;
    const serviceOf = (receiver: string) => this.#services.get(hostOf(receiver));
    return multicastStanzas(row, many, start, { serviceOf, stanzaBytes });
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

  /** Doesn't log the same line again at each connect. */
  #log(level: "info" | "warn", line: string): void {
    if (line !== this.#logged) this.dependencies.log.log(level, line);
    this.#logged = line;
  }
}
