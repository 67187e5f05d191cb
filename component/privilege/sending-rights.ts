/**
 * In which way stanzas may be sent in users' names: messages by the permission of their host (XEP-0356) where it gives
 * one, everything else with the users' addresses as senders where the server lets that through. Found out on each
 * stream before anything is written to it. Where permission is given, the other isn't tried unless it is needed, as a
 * server that checks senders closes the stream for it.
 */
import type { Logger } from "winston";
import type { Origin, SendMode } from "../../storage/outbox-row.js";
import { hostOf } from "../address.js";
import type { NotifyConfig, XmppConfig } from "../config.js";
import { refusalLine, sendingRefusal } from "../link/refusal.js";
import type { KnownServer } from "../link/server-lines.js";
import type { StreamEnd } from "../link/stream-end.js";
import type { SendModes } from "../outbox/send-modes.js";
import { Awaited } from "../probes/awaited.js";
import type { Exchange } from "../probes/domain-owner.js";
import type { Element } from "../xml/builder.js";
import { serialise } from "../xml/serialise.js";
import type { WireText } from "../xml/wire-text.js";
import { DirectModeTrial } from "./direct-mode-trial.js";
import { Permissions } from "./permissions.js";

/**
 * How long a new stream is given to say what is permitted, in milliseconds. ejabberd says it from a process of its own,
 * mostly before the first barrier is back; Prosody at once.
 */
const WORD_MS = { first: 150, expected: 2_000 };

export class SendingRights implements SendModes, Exchange {
  readonly domain: string;
  readonly permissions: Permissions;
  readonly #awaited = new Awaited();
  readonly #forging = new DirectModeTrial(this);
  readonly #listeners: (() => void)[] = [];
  /** Tells one stream from the next, and from none. */
  #era = 0;
  #isKnown = false;
  #again: NodeJS.Timeout | undefined;
  /** Whether an earlier stream was permitted something, or was seen not to be. */
  #isWordExpected: boolean | undefined;
  #said = "";

  constructor(
    private readonly link: {
      readonly domain: string;
      readonly server?: KnownServer | undefined;
      write(stanza: WireText): boolean;
    },
    private readonly xmpp: Pick<XmppConfig, "hosts" | "send_as_users" | "foreign_senders">,
    private readonly notify: Pick<NotifyConfig, "carrier">,
    private readonly log: Logger,
  ) {
    this.domain = link.domain;
    this.permissions = new Permissions(this.domain, xmpp.hosts);
  }

  /** How many hosts permit messages in their users' names. */
  get permitting(): number {
    return this.xmpp.hosts.filter((host) => this.permissions.maySend(host)).length;
  }

  /** Why nothing, or not everything, can be sent in users' names now, and what to change; undefined where it can. */
  get reason(): string | undefined {
    if (!this.#isKnown)
      return "it is being found out whether the server lets messages be sent in users' names";
    const { xmpp, notify } = this;
    const isUnable = xmpp.hosts.some((host) => this.of("message", host) === "none");
    const isPresenceStuck = notify.carrier !== "auto" && notify.carrier !== "headline" && !this.#mayForge;
    const { server } = this.link;
    return isUnable || isPresenceStuck ? refusalLine(sendingRefusal(this.domain, server), server) : undefined;
  }

  /** Whether it is known that nothing can be sent in the names of this host's users now. */
  isDenied(host: string): boolean {
    return this.#isKnown && this.of("message", host) === "none";
  }

  of(kind: Origin["kind"], sender: string): SendMode | "none" {
    const host = hostOf(sender);
    if (host === this.domain) return "direct";
    const mode = this.xmpp.send_as_users;
    if (kind === "message" && mode !== "forge" && this.permissions.maySend(host)) return "privileged";
    return this.#mayForge && (kind !== "message" || mode !== "privilege") ? "direct" : "none";
  }

  begin(onKnown: () => void): void {
    void this.#find(this.#era, onKnown);
  }

  end(closed: StreamEnd): void {
    this.#era += 1;
    this.#isKnown = false;
    clearTimeout(this.#again);
    this.permissions.clear();
    this.#forging.end(closed);
    this.#awaited.giveUp();
  }

  forbidden(host: string): void {
    if (!this.permissions.maySend(host)) return;
    this.permissions.revoke(host);
    this.log.warn(`${host} doesn't permit messages in its users' names any more`);
    this.#changed();
  }

  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** Consumes a host's word on what it permits, and what came back of a trial; false for every other stanza. */
  consume(stanza: Element): boolean {
    if (this.permissions.consume(stanza) !== undefined) {
      this.#awaited.consume(stanza);
      if (this.#isKnown) this.#changed();
      return true;
    }
    return this.#awaited.consume(stanza);
  }

  send(stanza: Element): void {
    this.link.write(serialise(stanza));
  }

  next(matches: (stanza: Element) => boolean, ms: number): Promise<Element | undefined> {
    return this.#awaited.next(matches, ms);
  }

  stop(): void {
    clearTimeout(this.#again);
  }

  get #mayForge(): boolean {
    return this.#forging.state === "allowed";
  }

  get #unpermitted(): readonly string[] {
    return this.xmpp.hosts.filter((host) => !this.permissions.maySend(host));
  }

  async #find(era: number, onKnown: () => void): Promise<void> {
    await this.#hear();
    if (era !== this.#era) return;
    this.#isWordExpected = this.permitting > 0;
    const needing = this.#needsForging();
    if (needing !== undefined) await this.#forging.try(needing);
    if (era !== this.#era) return;
    this.#isKnown = true;
    this.#say();
    this.#tryAgain(era);
    onKnown();
  }

  /** Gives the hosts time to say what they permit. */
  async #hear(): Promise<void> {
    const { xmpp } = this;
    if (xmpp.send_as_users === "forge" || this.#isWordExpected === false) return;
    const isPatient = this.#isWordExpected === true || xmpp.send_as_users === "privilege";
    const end = performance.now() + (isPatient ? WORD_MS.expected : WORD_MS.first);
    const isHeard = (): boolean => xmpp.hosts.every((host) => this.permissions.isTold(host));
    for (let left = end - performance.now(); left > 0 && !isHeard(); left = end - performance.now()) {
      const era = this.#era;
      await this.next((stanza) => stanza.getChild("privilege") !== undefined, left);
      if (era !== this.#era) return;
    }
  }

  /** A host whose users' stanzas go with their addresses as senders, or not at all; undefined where there is none. */
  #needsForging(): string | undefined {
    const { xmpp, notify } = this;
    const [first] = xmpp.hosts;
    const isForAll = xmpp.send_as_users === "forge" || xmpp.foreign_senders;
    if (isForAll || notify.carrier === "presence" || notify.carrier === "both") return first;
    return xmpp.send_as_users === "auto" ? this.#unpermitted[0] : undefined;
  }

  /** Something changed while the stream is up. */
  #changed(): void {
    this.#say();
    for (const listener of this.#listeners) listener();
    this.#tryAgain(this.#era);
  }

  /** What can't be sent is tried again now and then: the server may have been changed meanwhile. */
  #tryAgain(era: number): void {
    clearTimeout(this.#again);
    const needing = this.#needsForging();
    if (needing === undefined || this.#mayForge) return;
    this.#again = setTimeout(() => {
      void this.#forging.try(needing).then(() => {
        if (era !== this.#era) return;
        if (this.#mayForge) this.#changed();
        else this.#tryAgain(era);
      });
    }, this.#forging.dueIn).unref();
  }

  /** What was said last isn't said again at each connect. */
  #say(): void {
    const { reason, domain } = this;
    const { log, xmpp } = this;
    const by = (hosts: readonly string[], how: string): string[] =>
      hosts.length === 0 ? [] : [`${hosts.join(", ")}: ${how}`];
    const permitted =
      xmpp.send_as_users === "forge" ? [] : xmpp.hosts.filter((host) => this.permissions.maySend(host));
    const others = xmpp.hosts.filter((host) => !permitted.includes(host));
    const ways = [
      ...by(permitted, "by the host's permission (XEP-0356)"),
      ...by(others, "with their addresses as senders"),
    ];
    const sentence = reason ?? `${domain} sends in users' names, of ${ways.join("; of ")}`;
    if (sentence === this.#said) return;
    this.#said = sentence;
    // Where the stream was closed for it, the link has said so.
    if (reason === undefined) log.info(sentence);
    else if (this.#forging.state !== "closed") log.error(sentence);
  }
}
