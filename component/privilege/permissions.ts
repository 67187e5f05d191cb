/**
 * What the hosts permit in their users' names on this stream (XEP-0356): messages, and requests by their namespace. Each
 * tells after the component has connected, and whenever that changes.
 */
import { NS, type Element } from "../xml/builder.js";

interface Permitted {
  /** Whether messages may be sent in users' names. */
  readonly messages: boolean;
  /** The namespaces of the requests of type "get" that may be made in users' names. */
  readonly gets: ReadonlySet<string>;
}

export class Permissions {
  readonly #hosts: ReadonlySet<string>;
  readonly #permissions = new Map<string, Permitted>();

  /**
   * @param domain the component's
   * @param hosts whose word counts
   */
  constructor(
    private readonly domain: string,
    hosts: readonly string[],
  ) {
    this.#hosts = new Set(hosts);
  }

  /** Whether the host was heard on this stream. */
  isTold(host: string): boolean {
    return this.#permissions.has(host);
  }

  maySend(host: string): boolean {
    return this.#permissions.get(host)?.messages === true;
  }

  /** Whether what is of this namespace may be asked for in the names of users of the host. */
  mayGet(host: string, namespace: string): boolean {
    return this.#permissions.get(host)?.gets.has(namespace) === true;
  }

  /** Consumes a host's word; undefined for every other stanza. @returns the host */
  consume(stanza: Element): string | undefined {
    const { type, from = "", to } = stanza.attrs;
    if (stanza.name !== "message" || type === "error" || to !== this.domain || !this.#hosts.has(from))
      return undefined;
    const privilege = stanza.getChild("privilege", NS.privilege);
    if (privilege === undefined) return undefined;
    const permissions = privilege.getChildren("perm");
    const isOutgoing = ({ attrs }: Element): boolean =>
      attrs.access === "message" && attrs.type === "outgoing";
    this.#permissions.set(from, { messages: permissions.some(isOutgoing), gets: getsIn(permissions) });
    return from;
  }

  /** The host refused a message: it has taken back its permission. */
  revoke(host: string): void {
    const gets = this.#permissions.get(host)?.gets ?? new Set();
    this.#permissions.set(host, { messages: false, gets });
  }

  /** The stream is down. */
  clear(): void {
    this.#permissions.clear();
  }
}

function getsIn(permissions: readonly Element[]): ReadonlySet<string> {
  const namespaces = permissions
    .filter(({ attrs }) => attrs.access === "iq")
    .flatMap((permission) => permission.getChildren("namespace"));
  const gets = namespaces.filter(({ attrs }) => attrs.type === "get" || attrs.type === "both");
  return new Set(gets.flatMap(({ attrs }) => attrs.ns ?? []));
}
