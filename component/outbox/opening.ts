/**
 * Prepares a new stream for the outbox: detects which ack request the server returns, its uptime (XEP-0012), and the
 * send modes. If a message to the component's own domain comes back in time, messages serve as ack requests, otherwise
 * pings. All hosts are asked for the uptime, because some may not respond. The first response counts, because all hosts
 * belong to one server.
 */
import { randomUUID } from "node:crypto";
import { setTimeout as lapse } from "node:timers/promises";
import { inBackground } from "../background.js";
import { Exchange } from "../probes/exchange.js";
import { NS, xml, type Element } from "../xml/builder.js";
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
  readonly #exchange: Exchange;
  /** Whether the server left out its uptime on the last stream, as ejabberd 24.12 does with mod_privilege. */
  #isSilent = false;

  /** @param onOpen called once for each stream that is ready for rows */
  constructor(
    private readonly dependencies: OutboxDependencies,
    private readonly times: OutboxTimes,
    private readonly onOpen: (opened: Opened) => void,
  ) {
    this.#exchange = new Exchange(dependencies.link);
  }

  /** Starts the detection. @param isUptimeNeeded whether the outbox needs to know if the server has restarted */
  start(isUptimeNeeded: boolean): void {
    inBackground(this.#detect(isUptimeNeeded), "preparing a stream", this.dependencies.log);
  }

  /** Consumes acks and uptimes. @returns false for any other stanza */
  consume(stanza: Element): boolean {
    return this.#exchange.consume(stanza);
  }

  stop(): void {
    this.#exchange.giveUp();
  }

  async #detect(isUptimeNeeded: boolean): Promise<void> {
    const { era } = this.#exchange;
    const upAt = this.times.now();
    const { acks, link, modes } = this.dependencies;
    const asked = isUptimeNeeded ? this.#uptime() : undefined;
    const kind = await this.#ackKind();
    if (era !== this.#exchange.era) return;
    if (kind === undefined) {
      link.abandon("the server returned neither a message nor a ping to the component");
      return;
    }
    acks.kind = kind;
    const hurry = this.#isSilent ? [lapse(HURRY_MS, undefined, { ref: false })] : [];
    const uptime = asked && (await Promise.race([asked, ...hurry]));
    if (era !== this.#exchange.era) return;
    if (asked !== undefined) this.#isSilent = uptime === undefined;
    this.#exchange.giveUp();
    modes.begin(() => this.onOpen({ upAt, uptime }));
  }

  /** Returns the kind of ack request that the server returns; undefined if it returns none. */
  async #ackKind(): Promise<AckKind | undefined> {
    const { acks, link } = this.dependencies;
    const returned = async (kind: AckKind): Promise<AckKind | undefined> => {
      const { id, text } = acks.make(kind);
      link.write(text);
      return (await this.#exchange.next((stanza) => acks.idOf(stanza) === id, this.times.silence)) && kind;
    };
    const [message, ping] = [returned("message"), returned("ping")];
    const patience = lapse(this.times.negotiation, ping, { ref: false });
    return await Promise.race([message, patience]);
  }

  async #uptime(): Promise<number | undefined> {
    const { hosts, link } = this.dependencies;
    const all = hosts.slice(0, MAX_HOSTS).map(async (to) => {
      const id = `uptime-${randomUUID()}`;
      this.#exchange.send(xml("iq", { to, from: link.domain, id, type: "get" }, xml("query", NS.last)));
      const isAnswer = ({ name, attrs }: Element): boolean =>
        name === "iq" && attrs.id === id && attrs.from === to;
      const answer = await this.#exchange.next(isAnswer, this.times.negotiation);
      const seconds = answer?.getChild("query", NS.last)?.attrs.seconds ?? "";
      if (answer?.attrs.type !== "result" || !SECONDS.test(seconds)) throw new Error("no uptime");
      return Number(seconds);
    });
    return await Promise.any(all).catch(() => undefined);
  }
}
