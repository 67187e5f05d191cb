/**
 * Whether the server tells many at once for us (XEP-0033), on this connection: found by discovery, and used once a
 * barrier has come back through the service, which proves that it takes the component's stanzas. What it refuses
 * later, and what closes the stream, ends its use.
 */
import type { Logger } from "winston";
import type { Metrics } from "../metrics.js";
import type { IqRequests } from "../iq-requests.js";
import { conditionOf } from "../stanza-error.js";
import type { Element } from "../xml/builder.js";
import type { WireText } from "../xml/wire-text.js";
import type { Barrier } from "./barrier.js";
import { findMulticast, type MulticastService } from "./multicast-discovery.js";

export type { MulticastService };

export interface MulticastServicesParts {
  /** The component's. */
  readonly domain: string;
  /** Whose users may be told through it. */
  readonly hosts: readonly string[];
  readonly requests: Pick<IqRequests, "ask">;
  readonly barrier: Barrier;
  readonly log: Logger;
  readonly metrics: Metrics;
}

/** A service whose barrier is awaited, and the hosts that have no better one. */
interface Candidate {
  readonly service: MulticastService;
  readonly hosts: readonly string[];
  readonly timer: NodeJS.Timeout;
}

/** How long an answer is waited for, and a barrier through the service; milliseconds. */
const WAIT_MS = 5_000;
/** So many lost streams with multicasts in flight, within so long, and there are none for so long. */
const STRIKES = { most: 3, within: 600_000, pause: 3_600_000 };

export class MulticastServices {
  readonly #parts: MulticastServicesParts;
  /** By the host whose users are told through it. */
  readonly #services = new Map<string, MulticastService>();
  /** By the id of the barrier that is awaited. */
  readonly #candidates = new Map<string, Candidate>();
  /** All that were told something on this connection. */
  readonly #known = new Set<string>();
  #connection = 0;
  #hasBegun = false;
  /** When streams were lost with multicasts in flight; milliseconds of performance.now(). */
  #strikes: number[] = [];
  #pausedUntil = -Infinity;
  #said = "";

  constructor(parts: MulticastServicesParts) {
    this.#parts = parts;
    const help = "Multicast services of the server in use (XEP-0033); 0: each receiver gets its own stanza";
    parts.metrics.gaugeOf("qtalk_multicast_services", help, () => new Set(this.#services.values()).size);
  }

  /** Whether any service is in use now. */
  get isInUse(): boolean {
    return this.#services.size > 0;
  }

  /** The service that reaches the users of this host; undefined where there is none. */
  serviceFor(host: string): MulticastService | undefined {
    return this.#services.get(host);
  }

  /** The stream is up and routes; asked again, it does nothing. */
  begin(write: (text: WireText) => void): void {
    if (this.#hasBegun) return;
    this.#hasBegun = true;
    if (performance.now() < this.#pausedUntil) return;
    const connection = ++this.#connection;
    this.#discover(connection, write).catch((error: unknown) => {
      this.#parts.log.error("The server could not be asked for its multicast service", { error });
    });
  }

  /** The stream is down. */
  end(): void {
    this.#connection += 1;
    this.#hasBegun = false;
    for (const { timer } of this.#candidates.values()) clearTimeout(timer);
    this.#candidates.clear();
    this.#services.clear();
    this.#known.clear();
  }

  /** Consumes a barrier's id that came back; false where it wasn't awaited here. */
  consume(id: string): boolean {
    const candidate = this.#candidates.get(id);
    if (candidate === undefined) return false;
    clearTimeout(candidate.timer);
    this.#candidates.delete(id);
    for (const host of candidate.hosts) this.#services.set(host, candidate.service);
    const { jid, most } = candidate.service;
    const least = Math.min(most.message, most.presence);
    const at = least === Infinity ? "" : `, up to ${least} receivers a stanza`;
    this.#say("info", `Rooms tell many at once through ${jid}${at} (XEP-0033)`);
    return true;
  }

  /**
   * Takes a refusal by a service: then none is used any more on this connection.
   * @returns its address; undefined for every other stanza
   */
  refusedBy(stanza: Element): string | undefined {
    const { type, from, id = "" } = stanza.attrs;
    if (type !== "error" || stanza.name === "iq" || from === undefined || !this.#known.has(from))
      return undefined;
    clearTimeout(this.#candidates.get(id)?.timer);
    this.#candidates.delete(id);
    this.#services.clear();
    this.#sayRefused(from, `refuses the component's stanzas (${conditionOf(stanza)})`);
    return from;
  }

  /**
   * The stream was lost while multicasts were in flight.
   * @param isSilent the server answered all but those
   */
  lost(isSilent: boolean): void {
    const now = performance.now();
    this.#strikes = [...this.#strikes.filter((at) => at > now - STRIKES.within), now];
    if (!isSilent && this.#strikes.length < STRIKES.most) return;
    this.#strikes = [];
    this.#pausedUntil = now + STRIKES.pause;
    const why = isSilent ? "the multicast service fell silent" : "streams were lost again and again";
    this.#say("warn", `For an hour at least rooms tell each receiver by a stanza of their own, as ${why}`);
  }

  async #discover(connection: number, write: (text: WireText) => void): Promise<void> {
    const { domain, hosts, requests, barrier } = this.#parts;
    const found = await Promise.all(hosts.map((host) => findMulticast(requests, host, domain, WAIT_MS)));
    if (connection !== this.#connection) return;
    const services = found.flatMap((one) => (typeof one === "string" ? [] : [one]));
    const [first] = services;
    if (first === undefined) {
      this.#say(
        "info",
        "The server has no multicast service: rooms tell each receiver by a stanza of their own",
      );
      return;
    }
    for (const service of new Map(services.map((one) => [one.jid, one])).values()) {
      // Users of a host that has none are told through another's, which sends on to every server. Where it is not
      // known that it has none, that one might send on through it, and be refused by it, which we wouldn't hear of.
      const served = hosts.filter((_, at) => {
        const one = found[at] ?? "unknown";
        return one === "none" ? service === first : typeof one !== "string" && one.jid === service.jid;
      });
      const { id, text } = barrier.through(service.jid);
      const timer = setTimeout(() => {
        this.#candidates.delete(id);
        this.#sayRefused(service.jid, "doesn't return the component's messages to it");
      }, WAIT_MS).unref();
      this.#candidates.set(id, { service, hosts: served, timer });
      this.#known.add(service.jid);
      write(text);
    }
  }

  #sayRefused(service: string, what: string): void {
    this.#say(
      "warn",
      `The server's multicast service ${service} ${what}: rooms tell each receiver by a stanza of their own. ` +
        `Allow ${this.#parts.domain} in ejabberd.yml under modules → mod_multicast (access, limits → remote), ` +
        'or set "multicast: off" under rooms.',
    );
  }

  /** What was said last isn't said again at each connect. */
  #say(level: "info" | "warn", sentence: string): void {
    if (sentence !== this.#said) this.#parts.log.log(level, sentence);
    this.#said = sentence;
  }
}
