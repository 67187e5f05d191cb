/**
 * What is found out on a new stream before anything of the outbox is written to it: which ack request comes back, since
 * when the server runs (XEP-0012), and in which modes users' stanzas may be sent.
 *
 * Both a message and a ping are sent; the message is taken as soon as it is back, the ping if the message isn't back in
 * time. For the uptime every host is asked, as not each may answer; they are of one server, so the first answer counts.
 */
import { randomUUID } from "node:crypto";
import type { OutboxLink } from "../link/link.js";
import { NS, xml, type Element } from "../xml/builder.js";
import { serialise } from "../xml/serialise.js";
import { inOneWrite, type WireText } from "../xml/wire-text.js";
import type { AckKind, AckRequests } from "./ack-requests.js";
import type { SendModes } from "./send-modes.js";

/** What was found out. */
export interface Opened {
  /** When the stream came up, in milliseconds since 1970. */
  readonly upAt: number;
  /** Of the server, in seconds; undefined if it wasn't asked or didn't tell. */
  readonly uptime: number | undefined;
}

export interface OpeningTimes {
  /** How long a new stream is given to return a message before a ping will do, and to tell its uptime; milliseconds. */
  readonly negotiation: number;
  /** How long either is waited for before the stream is given up. */
  readonly silence: number;
}

export interface OpeningParts {
  readonly link: OutboxLink;
  readonly acks: AckRequests;
  readonly modes: SendModes;
  /** The hosts that the server serves: they know since when it runs. */
  readonly hosts: readonly string[];
}

/** More hosts aren't asked for the uptime: only one answer is needed. */
const MOST_HOSTS = 8;
const SECONDS = /^\d{1,10}$/;
/** So long a server that told no uptime the last time is given once its ack is back; milliseconds. */
const HURRY_MS = 250;

export class Opening {
  readonly #parts: OpeningParts;
  readonly #times: OpeningTimes;
  readonly #onOpen: (opened: Opened) => void;
  #upAt = 0;
  /** What the requests ask for, by their ids. */
  readonly #requests = new Map<string, AckKind>();
  #kind: AckKind | undefined;
  #isPinged = false;
  #isPatient = true;
  /** The hosts that were asked for the uptime and haven't answered, by the ids of their questions. */
  readonly #asked = new Map<string, string>();
  #uptime: number | undefined;
  /** Whether the server told no uptime when it was asked last, as ejabberd 24.12 with mod_privilege. */
  #isSilent = false;
  #timers: NodeJS.Timeout[] = [];

  /** @param onOpen called once for each stream, when all is known, unless the stream ends before */
  constructor(parts: OpeningParts, times: OpeningTimes, onOpen: (opened: Opened) => void) {
    this.#parts = parts;
    this.#times = times;
    this.#onOpen = onOpen;
  }

  /** The stream is up. @param isUptimeNeeded whether it matters if the server has restarted */
  start(isUptimeNeeded: boolean): void {
    const { acks, hosts, link } = this.#parts;
    const { negotiation, silence } = this.#times;
    this.#upAt = Date.now();
    this.#kind = undefined;
    this.#uptime = undefined;
    this.#isPinged = false;
    this.#isPatient = true;
    const texts = isUptimeNeeded ? hosts.slice(0, MOST_HOSTS).map((host) => this.#ask(host)) : [];
    for (const kind of ["message", "ping"] as const) {
      const { id, text } = acks.make(kind);
      this.#requests.set(id, kind);
      texts.push(text);
    }
    this.#after(negotiation, () => this.#onImpatient());
    this.#after(silence, () =>
      link.abandon("the server returned neither a message nor a ping to the component"),
    );
    link.write(inOneWrite(texts));
  }

  /** Consumes what comes back; false for every other stanza. */
  consume(stanza: Element): boolean {
    if (this.#consumeUptime(stanza)) return true;
    const kind = this.#requests.get(this.#parts.acks.idOf(stanza) ?? "");
    if (kind === undefined) return false;
    if (kind === "ping" && this.#isPatient) this.#isPinged = true;
    else this.#settle(kind);
    return true;
  }

  /** The stream is down. */
  stop(): void {
    for (const timer of this.#timers.splice(0)) clearTimeout(timer);
    this.#requests.clear();
    this.#asked.clear();
  }

  #ask(to: string): WireText {
    const id = `uptime-${randomUUID()}`;
    this.#asked.set(id, to);
    return serialise(
      xml("iq", { to, from: this.#parts.link.domain, id, type: "get" }, xml("query", NS.last)),
    );
  }

  #consumeUptime(stanza: Element): boolean {
    const { id = "", from, to, type } = stanza.attrs;
    if (stanza.name !== "iq" || (type !== "result" && type !== "error")) return false;
    if (to !== this.#parts.link.domain || from === undefined || this.#asked.get(id) !== from) return false;
    this.#asked.delete(id);
    const seconds = type === "result" ? stanza.getChild("query", NS.last)?.attrs.seconds : undefined;
    if (seconds !== undefined && SECONDS.test(seconds)) this.#settleUptime(Number(seconds));
    else if (this.#asked.size === 0) this.#settleUptime(undefined);
    return true;
  }

  #onImpatient(): void {
    this.#isPatient = false;
    if (this.#asked.size > 0) this.#settleUptime(undefined);
    if (this.#isPinged && this.#kind === undefined) this.#settle("ping");
  }

  #settleUptime(seconds: number | undefined): void {
    this.#asked.clear();
    this.#isSilent = seconds === undefined;
    this.#uptime = seconds;
    this.#proceed();
  }

  #settle(kind: AckKind): void {
    this.#requests.clear();
    this.#kind = kind;
    this.#parts.acks.kind = kind;
    if (this.#isSilent && this.#asked.size > 0) {
      const ms = Math.min(this.#times.negotiation, HURRY_MS);
      this.#after(ms, () => this.#asked.size > 0 && this.#settleUptime(undefined));
    }
    this.#proceed();
  }

  #proceed(): void {
    if (this.#kind === undefined || this.#asked.size > 0) return;
    this.stop();
    this.#parts.modes.begin(() => this.#onOpen({ upAt: this.#upAt, uptime: this.#uptime }));
  }

  #after(ms: number, run: () => unknown): void {
    this.#timers.push(setTimeout(run, ms));
  }
}
