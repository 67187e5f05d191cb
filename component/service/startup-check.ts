/**
 * What is wrong with the server's configuration and would show only later: that the component has its domain not for
 * itself alone. Looked at when the link is up for the first time, and told in the log.
 */
import type { Logger } from "winston";
import { Awaited } from "../probes/awaited.js";
import { domainOwner, type Exchange } from "../probes/domain-owner.js";
import type { Element } from "../xml/builder.js";
import { serialise } from "../xml/serialise.js";
import type { WireText } from "../xml/wire-text.js";

/** What is needed of the link. */
interface CheckedLink {
  readonly domain: string;
  write(stanza: WireText): boolean;
  on(event: "up" | "down", listener: () => void): unknown;
}

export class StartupCheck implements Exchange {
  readonly domain: string;
  readonly #link: CheckedLink;
  readonly #log: Logger;
  readonly #awaited = new Awaited();
  /** Tells one stream from the next, and from none. */
  #era = 0;
  #isDone = false;

  constructor(link: CheckedLink, log: Logger) {
    this.domain = link.domain;
    this.#link = link;
    this.#log = log;
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
    this.#link.write(serialise(stanza));
  }

  next(matches: (stanza: Element) => boolean, ms: number): Promise<Element | undefined> {
    return this.#awaited.next(matches, ms);
  }

  /** Where the stream ends meanwhile, the next is looked at. */
  async #check(era: number): Promise<void> {
    const owner = await domainOwner(this);
    if (era !== this.#era) return;
    this.#isDone = true;
    if (owner === "rooms") {
      this.#log.error(
        `The server's own rooms have the domain ${this.domain}, too, and get part of what is meant for the component. ` +
          'Give them another: in ejabberd.yml mod_muc: hosts: ["rooms.@HOST@"]; or give the component another (xmpp.domain).',
      );
    } else if (owner === "another") {
      this.#log.error(
        `Another connection serves ${this.domain}, too, and gets part of what is meant for this one. End it.`,
      );
    }
  }
}
