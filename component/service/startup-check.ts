/**
 * What is wrong with the configuration and would show only later: that the component doesn't have its domain for itself
 * alone, or that the server doesn't serve one of the hosts. Looked at when the link is up for the first time; the log
 * tells of it.
 */
import type { Logger } from "winston";
import { Jid } from "../address.js";
import type { IqRequests } from "../iq-requests.js";
import { refusalLine, sharedDomain, unservedHost, type Refusal } from "../link/refusal.js";
import type { KnownServer } from "../link/server-lines.js";
import { Awaited } from "../probes/awaited.js";
import { domainOwner, type Exchange } from "../probes/domain-owner.js";
import { NS, xml, type Element } from "../xml/builder.js";
import { serialise } from "../xml/serialise.js";
import type { WireText } from "../xml/wire-text.js";

/** What is needed of the link. */
interface CheckedLink {
  readonly domain: string;
  readonly server: KnownServer | undefined;
  write(stanza: WireText): boolean;
  on(event: "up" | "down", listener: () => void): unknown;
}

const WAIT_MS = 10_000;

export class StartupCheck implements Exchange {
  readonly domain: string;
  readonly #awaited = new Awaited();
  /** Tells one stream from the next, and from none. */
  #era = 0;
  #isDone = false;

  constructor(
    private readonly link: CheckedLink,
    private readonly hosts: readonly string[],
    private readonly requests: Pick<IqRequests, "ask">,
    private readonly log: Logger,
  ) {
    this.domain = link.domain;
    link.on("up", () => {
      this.#era += 1;
      if (!this.#isDone) void this.#check(this.#era);
    });
    link.on("down", () => {
      this.#era += 1;
      this.#awaited.giveUp();
    });
  }

  /** Takes what came back of it; false for every other stanza. */
  consume(stanza: Element): boolean {
    return !this.#isDone && this.#awaited.consume(stanza);
  }

  send(stanza: Element): void {
    this.link.write(serialise(stanza));
  }

  next(matches: (stanza: Element) => boolean, ms: number): Promise<Element | undefined> {
    return this.#awaited.next(matches, ms);
  }

  /** Where the stream ends meanwhile, the next is looked at. */
  async #check(era: number): Promise<void> {
    const owner = await domainOwner(this);
    if (era !== this.#era) return;
    this.#isDone = true;
    if (owner === "rooms" || owner === "another") this.#say(sharedDomain(this.domain, owner));
    // Part of the answers would go elsewhere.
    else for (const host of this.hosts) await this.#ask(host);
  }

  async #ask(host: string): Promise<void> {
    const to = Jid.parse(host);
    if (to === undefined) return;
    const payload = xml("query", NS.discoInfo);
    const answer = await this.requests.ask({ type: "get", to, payload, timeout: WAIT_MS });
    if (answer.kind === "error") this.#say(unservedHost(host, answer.condition));
  }

  #say(refusal: Refusal): void {
    this.log.error(refusalLine(refusal, this.link.server));
  }
}
