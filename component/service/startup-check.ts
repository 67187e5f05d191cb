/** Checks the server's setup: whether others use the domain, too, and whether the server serves the hosts. */
import type { Logger } from "winston";
import { Jid } from "../addresses/address.js";
import type { IqRequests } from "../inbound/iq-requests.js";
import type { Link } from "../link/link.js";
import { refusalLine, refusingHost, sharedDomain, unservedHost, type LinkRefusal } from "../link/refusal.js";
import { domainOwner } from "../probes/domain-owner.js";
import { Exchange, isOthersProbe } from "../probes/exchange.js";
import { hostState } from "../probes/served-host.js";
import type { Element } from "../xml/builder.js";
import { inBackground } from "../background.js";

/** How long to wait for a host's response, in milliseconds. A server may first try to find the host elsewhere. */
const WAIT_MS = 75_000;

export class StartupCheck {
  readonly #exchange: Exchange;
  /** Whether the domain's owner is known. It is looked for once. */
  #isDone = false;
  /** Whether this stream's log says that others use the domain, too. */
  #isShared = false;
  /** The refusals of the hosts that the server doesn't serve, as far as it has said so on this stream. */
  readonly #unserved = new Map<string, LinkRefusal>();
  readonly #listeners: (() => void)[] = [];
  /** After which time a host that isn't served is asked about again, in milliseconds. */
  againMs = 30_000;

  constructor(
    private readonly link: Pick<Link, "domain" | "server" | "write" | "on">,
    private readonly hosts: readonly string[],
    private readonly requests: Pick<IqRequests, "ask">,
    private readonly log: Logger,
  ) {
    this.#exchange = new Exchange(link);
    link.on("up", () => (this.#isShared = false));
    link.on("up", () => inBackground(this.#check(), "the startup check", this.log));
    link.on("down", () => this.#exchange.giveUp());
  }

  /** Why messages to users of a host of xmpp.hosts are lost; undefined if nothing is known against it. */
  get reason(): string | undefined {
    const [refusal] = this.#unserved.values();
    return refusal && refusalLine(refusal, this.link.server).replace(/\.$/, "");
  }

  isUnserved(host: string): boolean {
    return this.#unserved.has(host);
  }

  /** @param listener called when the server serves a host that it didn't serve */
  onServed(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** Consumes the check's own stanzas when they come back, and another component's. @returns false for any other stanza */
  consume(stanza: Element): boolean {
    if (!this.#isDone && this.#exchange.consume(stanza)) return true;
    if (!isOthersProbe(stanza, this.link.domain)) return false;
    this.#shared("another");
    // Without an answer, the other component finds out as well.
    return true;
  }

  /** Logs that the domain isn't the component's alone, once for each stream. */
  #shared(by: "rooms" | "another"): void {
    if (!this.#isShared) this.log.error(refusalLine(sharedDomain(this.link.domain, by), this.link.server));
    this.#isShared = true;
  }

  /** Runs the check. If the stream ends first, the check runs again on the next stream. */
  async #check(): Promise<void> {
    const { era } = this.#exchange;
    if (!this.#isDone) {
      const owner = await domainOwner(this.#exchange);
      if (era !== this.#exchange.era) return;
      this.#isDone = true;
      if (owner === "rooms" || owner === "another") {
        this.#shared(owner);
        // Some responses wouldn't reach the component.
        return;
      }
    }
    await Promise.all(this.hosts.map((host) => this.#ask(host, era)));
  }

  /** Asks about a host, and again while the server doesn't serve it. */
  async #ask(host: string, era: number): Promise<void> {
    const to = Jid.parse(host);
    if (to === undefined || era !== this.#exchange.era) return;
    const state = await hostState((payload) =>
      this.requests.ask({ type: "get", to, payload, timeout: WAIT_MS }),
    );
    if (era !== this.#exchange.era) return;
    if (state.kind === "unserved") {
      const refusal = unservedHost(host, state.condition);
      if (!this.#unserved.has(host)) this.log.error(refusalLine(refusal, this.link.server));
      this.#unserved.set(host, refusal);
    } else if (state.kind !== "silent" && this.#unserved.delete(host)) {
      this.log.info(`The server serves ${host} now.`);
      for (const listener of this.#listeners) listener();
    } else if (state.kind === "refusing") {
      this.log.warn(refusalLine(refusingHost(host, state.condition), this.link.server));
    }
    if (!this.#unserved.has(host)) return;
    setTimeout(() => {
      inBackground(this.#ask(host, era), "asking about a host again", this.log);
    }, this.againMs).unref();
  }
}
