/**
 * Prepares a new stream for the outbox: detects which ack request the server returns, its uptime (XEP-0012), and the
 * send modes. If a message to the component's own domain comes back in time, messages serve as ack requests, otherwise
 * pings. All hosts are asked for the uptime, because some may not respond. The first response counts, because all hosts
 * belong to one server.
 */
import { randomUUID } from "node:crypto";
import { NS, xml, type Element } from "../xml/builder.js";
import { serialise } from "../xml/serialise.js";
import { inOneWrite, type WireText } from "../xml/wire-text.js";
import type { AckKind } from "./ack-requests.js";
import type { OutboxDependencies, OutboxTimes } from "./dependencies.js";

/** What is known about a stream that is ready for rows. */
export interface Opened {
  /** When the stream came up, in milliseconds since 1970. */
  readonly upAt: number;
  /** The server's uptime in seconds; undefined if unknown or not requested. */
  readonly uptime: number | undefined;
}

/** How many hosts are asked for the uptime at most. */
const MAX_HOSTS = 8;
const SECONDS = /^\d{1,10}$/;
/** How long the component waits for the uptime after the first ack if the last stream got none, in milliseconds. */
const HURRY_MS = 250;

export class Opening {
  #upAt = 0;
  /** The kinds of the ack requests that were sent, by their ids. */
  readonly #requests = new Map<string, AckKind>();
  /** The kind of ack request that works; undefined until it is known. */
  #kind: AckKind | undefined;
  #isPinged = false;
  #isPatient = true;
  /** The hosts that haven't reported their uptime yet, by the ids of the requests. */
  readonly #asked = new Map<string, string>();
  /** The server's uptime in seconds; undefined until it is known. */
  #uptime: number | undefined;
  /** Whether the server left out its uptime on the last stream, as ejabberd 24.12 does with mod_privilege. */
  #isSilent = false;
  #timers: NodeJS.Timeout[] = [];

  /** @param onOpen called once for each stream that is ready for rows */
  constructor(
    private readonly dependencies: OutboxDependencies,
    private readonly times: OutboxTimes,
    private readonly onOpen: (opened: Opened) => void,
  ) {}

  /** Starts the detection. @param isUptimeNeeded whether the outbox needs to know if the server has restarted */
  start(isUptimeNeeded: boolean): void {
    const { hosts, acks, link } = this.dependencies;
    this.#upAt = Date.now();
    this.#kind = undefined;
    this.#uptime = undefined;
    this.#isPinged = false;
    this.#isPatient = true;
    const texts = isUptimeNeeded ? hosts.slice(0, MAX_HOSTS).map((host) => this.#ask(host)) : [];
    for (const kind of ["message", "ping"] as const) {
      const { id, text } = acks.make(kind);
      this.#requests.set(id, kind);
      texts.push(text);
    }
    this.#after(this.times.negotiation, () => {
      this.#isPatient = false;
      if (this.#asked.size > 0) this.#settleUptime(undefined);
      if (this.#isPinged && this.#kind === undefined) this.#settleAck("ping");
    });
    this.#after(this.times.silence, () =>
      link.abandon("the server returned neither a message nor a ping to the component"),
    );
    link.write(inOneWrite(texts));
  }

  /** Consumes acks and uptimes. @returns false for any other stanza */
  consume(stanza: Element): boolean {
    if (this.#consumeUptime(stanza)) return true;
    const kind = this.#requests.get(this.dependencies.acks.idOf(stanza) ?? "");
    if (kind === undefined) return false;
    if (kind === "ping" && this.#isPatient) this.#isPinged = true;
    else this.#settleAck(kind);
    return true;
  }

  /** Stops the detection, because it is complete or the stream is down. */
  stop(): void {
    for (const timer of this.#timers.splice(0)) clearTimeout(timer);
    this.#requests.clear();
    this.#asked.clear();
  }

  #ask(to: string): WireText {
    const id = `uptime-${randomUUID()}`;
    this.#asked.set(id, to);
    const from = this.dependencies.link.domain;
    return serialise(xml("iq", { to, from, id, type: "get" }, xml("query", NS.last)));
  }

  #consumeUptime(stanza: Element): boolean {
    const { id = "", from, to, type } = stanza.attrs;
    if (stanza.name !== "iq" || (type !== "result" && type !== "error")) return false;
    if (to !== this.dependencies.link.domain || from === undefined || this.#asked.get(id) !== from)
      return false;
    this.#asked.delete(id);
    const seconds = type === "result" ? stanza.getChild("query", NS.last)?.attrs.seconds : undefined;
    if (seconds !== undefined && SECONDS.test(seconds)) this.#settleUptime(Number(seconds));
    else if (this.#asked.size === 0) this.#settleUptime(undefined);
    return true;
  }

  #settleUptime(seconds: number | undefined): void {
    this.#asked.clear();
    this.#isSilent = seconds === undefined;
    this.#uptime = seconds;
    this.#proceed();
  }

  #settleAck(kind: AckKind): void {
    this.#requests.clear();
    this.#kind = kind;
    this.dependencies.acks.kind = kind;
    if (this.#isSilent && this.#asked.size > 0)
      this.#after(HURRY_MS, () => this.#asked.size > 0 && this.#settleUptime(undefined));
    this.#proceed();
  }

  #proceed(): void {
    if (this.#kind === undefined || this.#asked.size > 0) return;
    this.stop();
    this.dependencies.modes.begin(() => this.onOpen({ upAt: this.#upAt, uptime: this.#uptime }));
  }

  #after(ms: number, run: () => unknown): void {
    this.#timers.push(setTimeout(run, ms));
  }
}
