/** Logs, when the link is first up, that the domain is also used by others, or that the server doesn't serve a host. */
import type { Logger } from "winston";
import { Jid } from "../addresses/address.js";
import type { IqRequests } from "../inbound/iq-requests.js";
import type { Link } from "../link/link.js";
import { refusalLine, sharedDomain, unservedHost, type Refusal } from "../link/refusal.js";
import { domainOwner } from "../probes/domain-owner.js";
import { Exchange } from "../probes/exchange.js";
import { NS, xml, type Element } from "../xml/builder.js";
import { inBackground } from "../background.js";

/** How long to wait for a host's response, in milliseconds. */
const WAIT_MS = 10_000;

export class StartupCheck {
  readonly #exchange: Exchange;
  #isDone = false;

  constructor(
    private readonly link: Pick<Link, "domain" | "server" | "write" | "on">,
    private readonly hosts: readonly string[],
    private readonly requests: Pick<IqRequests, "ask">,
    private readonly log: Logger,
  ) {
    this.#exchange = new Exchange(link);
    link.on("up", () => {
      if (!this.#isDone) inBackground(this.#check(), "the startup check", this.log);
    });
    link.on("down", () => this.#exchange.giveUp());
  }

  /** Consumes the check's own stanzas when they come back. @returns false for any other stanza */
  consume(stanza: Element): boolean {
    return !this.#isDone && this.#exchange.consume(stanza);
  }

  /** Runs the check. If the stream ends first, the check runs again on the next stream. */
  async #check(): Promise<void> {
    const { era } = this.#exchange;
    const owner = await domainOwner(this.#exchange);
    if (era !== this.#exchange.era) return;
    this.#isDone = true;
    if (owner === "rooms" || owner === "another") this.#logRefusal(sharedDomain(this.link.domain, owner));
    // If the domain is shared, some responses wouldn't reach the component.
    else for (const host of this.hosts) await this.#ask(host);
  }

  async #ask(host: string): Promise<void> {
    const to = Jid.parse(host);
    if (to === undefined) return;
    const payload = xml("query", NS.discoInfo);
    const answer = await this.requests.ask({ type: "get", to, payload, timeout: WAIT_MS });
    if (answer.kind === "error") this.#logRefusal(unservedHost(host, answer.condition));
  }

  #logRefusal(refusal: Refusal): void {
    this.log.error(refusalLine(refusal, this.link.server));
  }
}
