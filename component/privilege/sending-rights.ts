/**
 * Detects the send modes for stanzas in users' names, on each stream: `privileged` for messages if the user's host
 * permits it (XEP-0356), else `direct` if the server accepts users' addresses as senders. Direct mode is tested only if
 * it is needed, because a server that checks senders closes the stream.
 */
import type { Logger } from "winston";
import type { Origin, SendMode } from "../../storage/outbox-row.js";
import { hostOf } from "../addresses/address.js";
import type { NotifyConfig, XmppConfig } from "../config.js";
import type { Link } from "../link/link.js";
import { Errcode, Refusal } from "../refusal.js";
import { refusalLine, sendingRefusal } from "../link/refusal.js";
import type { StreamEnd } from "../link/stream-end.js";
import { Exchange } from "../probes/exchange.js";
import type { Element } from "../xml/builder.js";
import { DirectModeTrial } from "./direct-mode-trial.js";
import { Permissions } from "./permissions.js";
import { inBackground } from "../background.js";

/**
 * How long a new stream waits for permissions, in milliseconds: the first stream, and streams that expect them.
 * ejabberd sends them from a separate process, mostly before the first ack; Prosody sends them immediately.
 */
const PERMISSION_MS = { first: 150, expected: 2_000 };

/** The configuration of sending in users' names. */
export interface SendingConfig {
  readonly xmpp: Pick<XmppConfig, "hosts" | "send_as_users" | "foreign_senders">;
  readonly notify: Pick<NotifyConfig, "carrier">;
}

/** What is known of the hosts: whether the server serves them, and when that changes. */
export interface ServedHosts {
  isUnserved(host: string): boolean;
  onServed(listener: () => void): void;
}

export class SendingRights {
  readonly domain: string;
  readonly permissions: Permissions;
  readonly #exchange: Exchange;
  readonly #direct: DirectModeTrial;
  readonly #xmpp: SendingConfig["xmpp"];
  readonly #notify: SendingConfig["notify"];
  readonly #listeners: (() => void)[] = [];
  #isKnown = false;
  #again: NodeJS.Timeout | undefined;
  /** Whether hosts sent permissions on the last stream; undefined before the first stream. */
  #isPermissionExpected: boolean | undefined;
  #logged = "";

  constructor(
    private readonly link: Pick<Link, "domain" | "write"> & Partial<Pick<Link, "server">>,
    { xmpp, notify }: SendingConfig,
    private readonly log: Logger,
    private readonly served?: ServedHosts,
  ) {
    this.domain = link.domain;
    this.#xmpp = xmpp;
    this.#notify = notify;
    served?.onServed(() => {
      if (this.#isKnown) this.#changed();
    });
    this.#exchange = new Exchange(link);
    this.#direct = new DirectModeTrial(this.#exchange);
    this.permissions = new Permissions(this.domain, xmpp.hosts);
  }

  get permitting(): number {
    return this.#xmpp.hosts.filter((host) => this.permissions.maySend(host)).length;
  }

  /** Why some stanzas can't be sent in users' names now, and what to change; undefined if all can be sent. */
  get reason(): string | undefined {
    if (!this.#isKnown) return "the send modes are being detected";
    if (this.#isNever) return undefined;
    const [xmpp, notify] = [this.#xmpp, this.#notify];
    const served = xmpp.hosts.filter((host) => !this.#isUnserved(host));
    const isUnable = served.some((host) => this.of("message", host) === "none");
    const isPresenceStuck =
      notify.carrier !== "auto" && notify.carrier !== "headline" && !this.#mayGoDirectly;
    const { server } = this.link;
    return isUnable || isPresenceStuck ? refusalLine(sendingRefusal(this.domain, server), server) : undefined;
  }

  /** Whether messages of this host's users have to wait, because neither send mode is allowed. */
  isDenied(host: string): boolean {
    return this.#isNever || (this.#isKnown && this.of("message", host) === "none");
  }

  /** Returns the mode for a stanza of this kind and sender; "none" if the sender's host allows no mode now. */
  of(kind: Origin["kind"], sender: string): SendMode | "none" {
    const host = hostOf(sender);
    if (host === this.domain) return "direct";
    const mode = this.#xmpp.send_as_users;
    // The server would take a message, and drop it: such a host's messages wait until somebody corrects its name.
    if (mode === "never" || this.#isUnserved(host)) return "none";
    if (kind === "message" && mode !== "direct" && this.permissions.maySend(host)) return "privileged";
    return this.#mayGoDirectly && (kind !== "message" || mode !== "privileged") ? "direct" : "none";
  }

  /** Returns a refusal if nothing is ever sent in this sender's name. */
  refuse(sender: string): Refusal | undefined {
    if (!this.#isNever || hostOf(sender) === this.domain) return undefined;
    return new Refusal(
      Errcode.forbidden,
      `the component sends nothing in users' names, as ${sender}'s (xmpp.send_as_users: never)`,
    );
  }

  /** Detects the modes on a new stream. @param onKnown called when they are known, unless the stream ends first */
  begin(onKnown: () => void): void {
    inBackground(this.#find(onKnown), "finding out how users' messages are sent", this.log);
  }

  end(closed: StreamEnd): void {
    this.#isKnown = false;
    clearTimeout(this.#again);
    this.permissions.clear();
    this.#direct.end(closed);
    this.#exchange.giveUp();
  }

  /** Notes that the host refused a privileged message. */
  forbidden(host: string): void {
    if (!this.permissions.maySend(host)) return;
    this.permissions.revoke(host);
    this.log.warn(`${host} has revoked its permission for messages in its users' names`);
    this.#changed();
  }

  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** Tests at once whether messages that wait can be sent, because an operator says that the server was reconfigured. */
  retest(): void {
    this.#direct.resume();
    if (this.#isKnown) this.#testAgain();
  }

  /** Consumes permissions, and the stanza of a test that came back. @returns false for any other stanza */
  consume(stanza: Element): boolean {
    if (this.permissions.consume(stanza) !== undefined) {
      this.#exchange.consume(stanza);
      if (this.#isKnown) this.#changed();
      return true;
    }
    return this.#exchange.consume(stanza);
  }

  stop(): void {
    clearTimeout(this.#again);
  }

  get #isNever(): boolean {
    return this.#xmpp.send_as_users === "never";
  }

  get #mayGoDirectly(): boolean {
    return this.#direct.state === "allowed";
  }

  #isUnserved(host: string): boolean {
    return this.served?.isUnserved(host) ?? false;
  }

  async #find(onKnown: () => void): Promise<void> {
    const { era } = this.#exchange;
    await this.#awaitPermissions();
    if (era !== this.#exchange.era) return;
    this.#isPermissionExpected = this.permitting > 0;
    const host = this.#hostNeedingDirect();
    if (host !== undefined) await this.#direct.try(host);
    if (era !== this.#exchange.era) return;
    this.#isKnown = true;
    this.#logModes();
    this.#testAgain();
    onKnown();
  }

  /** Waits until all hosts have sent their permissions, or the time is up. */
  async #awaitPermissions(): Promise<void> {
    const xmpp = this.#xmpp;
    if (xmpp.send_as_users === "direct" || this.#isNever || this.#isPermissionExpected === false) return;
    const isPatient = this.#isPermissionExpected === true || xmpp.send_as_users === "privileged";
    const end = performance.now() + (isPatient ? PERMISSION_MS.expected : PERMISSION_MS.first);
    const isHeard = (): boolean => xmpp.hosts.every((host) => this.permissions.isKnown(host));
    for (let left = end - performance.now(); left > 0 && !isHeard(); left = end - performance.now()) {
      const { era } = this.#exchange;
      await this.#exchange.next((stanza) => stanza.getChild("privilege") !== undefined, left);
      if (era !== this.#exchange.era) return;
    }
  }

  /** Returns a host whose users' stanzas can only be sent in direct mode; undefined if there is none. */
  #hostNeedingDirect(): string | undefined {
    const [xmpp, notify] = [this.#xmpp, this.#notify];
    if (this.#isNever) return undefined;
    const [first] = xmpp.hosts;
    const isForAll = xmpp.send_as_users === "direct" || xmpp.foreign_senders;
    if (isForAll || notify.carrier === "presence" || notify.carrier === "both") return first;
    if (xmpp.send_as_users !== "auto") return undefined;
    return xmpp.hosts.find((host) => !this.permissions.maySend(host));
  }

  #changed(): void {
    this.#logModes();
    for (const listener of this.#listeners) listener();
    this.#testAgain();
  }

  /** Schedules the next test of direct mode, because the server may be reconfigured in the meantime. */
  #testAgain(): void {
    clearTimeout(this.#again);
    const host = this.#hostNeedingDirect();
    if (host === undefined || this.#mayGoDirectly) return;
    const { era } = this.#exchange;
    this.#again = setTimeout(() => {
      const tried = this.#direct.try(host).then(() => {
        if (era !== this.#exchange.era) return;
        if (this.#mayGoDirectly) this.#changed();
        else this.#testAgain();
      });
      inBackground(tried, "testing direct mode", this.log);
    }, this.#direct.dueIn).unref();
  }

  /** Logs the send modes, unless the same line was logged last. */
  #logModes(): void {
    const { reason, domain } = this;
    const [log, xmpp] = [this.log, this.#xmpp];
    const by = (hosts: readonly string[], how: string): string[] =>
      hosts.length === 0 ? [] : [`${hosts.join(", ")}: ${how}`];
    const permitted =
      xmpp.send_as_users === "direct" ? [] : xmpp.hosts.filter((host) => this.permissions.maySend(host));
    const others = xmpp.hosts.filter((host) => !permitted.includes(host));
    const modes = [
      ...by(permitted, "privileged, by the host's permission (XEP-0356)"),
      ...by(others, "direct, from their addresses"),
    ];
    const how = this.#isNever
      ? `${domain} sends nothing in users' names (xmpp.send_as_users: never)`
      : `${domain} sends in the names of users of ${modes.join("; of ")}`;
    const line = reason ?? how;
    if (line === this.#logged) return;
    this.#logged = line;
    // If the server closed the stream because of the test, the link has logged this already.
    if (reason === undefined) log.info(line);
    else if (this.#direct.state !== "closed") log.error(line);
  }
}
