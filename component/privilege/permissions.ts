/**
 * Which hosts permit messages in their users' names on this stream (XEP-0356 §4.2): each tells after the component has
 * connected, and whenever that changes.
 */
import { NS, type Element } from "../xml/builder.js";

export class Permissions {
  readonly #domain: string;
  readonly #hosts: ReadonlySet<string>;
  /** By host: whether messages may be sent in its users' names. */
  readonly #permissions = new Map<string, boolean>();

  /**
   * @param domain the component's
   * @param hosts whose word counts
   */
  constructor(domain: string, hosts: readonly string[]) {
    this.#domain = domain;
    this.#hosts = new Set(hosts);
  }

  /** Whether the host was heard on this stream. */
  isTold(host: string): boolean {
    return this.#permissions.has(host);
  }

  maySend(host: string): boolean {
    return this.#permissions.get(host) === true;
  }

  /** Consumes a host's word; undefined for every other stanza. @returns the host */
  consume(stanza: Element): string | undefined {
    const { type, from = "", to } = stanza.attrs;
    if (stanza.name !== "message" || type === "error" || to !== this.#domain || !this.#hosts.has(from))
      return undefined;
    const privilege = stanza.getChild("privilege", NS.privilege);
    if (privilege === undefined) return undefined;
    const isOutgoing = ({ attrs }: Element): boolean =>
      attrs.access === "message" && attrs.type === "outgoing";
    this.#permissions.set(from, privilege.getChildren("perm").some(isOutgoing));
    return from;
  }

  /** The host refused a message: it has taken back its permission. */
  revoke(host: string): void {
    this.#permissions.set(host, false);
  }

  /** The stream is down. */
  clear(): void {
    this.#permissions.clear();
  }
}
