/** The hosts' permissions on this stream (XEP-0356), which each host sends after the connect and after each change. */
import { NS, type Element } from "../xml/builder.js";

/** The types of IQ requests, each with the namespaces in which they may be sent in users' names. */
type Requests = Readonly<Record<"get" | "set", ReadonlySet<string>>>;

interface Permitted {
  readonly messages: boolean;
  readonly requests: Requests;
}

const NO_REQUESTS: Requests = { get: new Set(), set: new Set() };

export class Permissions {
  readonly #hosts: ReadonlySet<string>;
  readonly #permissions = new Map<string, Permitted>();

  /** @param hosts the hosts whose permissions are accepted */
  constructor(
    private readonly domain: string,
    hosts: readonly string[],
  ) {
    this.#hosts = new Set(hosts);
  }

  isKnown(host: string): boolean {
    return this.#permissions.has(host);
  }

  maySend(host: string): boolean {
    return this.#permissions.get(host)?.messages === true;
  }

  /** Whether IQ gets of this namespace may be sent in the names of the host's users. */
  mayGet(host: string, namespace: string): boolean {
    return this.#permissions.get(host)?.requests.get.has(namespace) === true;
  }

  /** Whether IQ sets of this namespace may be sent in the names of the host's users. */
  maySet(host: string, namespace: string): boolean {
    return this.#permissions.get(host)?.requests.set.has(namespace) === true;
  }

  /** Consumes a host's permissions. @returns the host; undefined for any other stanza */
  consume(stanza: Element): string | undefined {
    const { type, from = "", to } = stanza.attrs;
    if (stanza.name !== "message" || type === "error" || to !== this.domain || !this.#hosts.has(from))
      return undefined;
    const privilege = stanza.getChild("privilege", NS.privilege);
    if (privilege === undefined) return undefined;
    const permissions = privilege.getChildren("perm");
    const isOutgoing = ({ attrs }: Element): boolean =>
      attrs.access === "message" && attrs.type === "outgoing";
    this.#permissions.set(from, {
      messages: permissions.some(isOutgoing),
      requests: requestsIn(permissions),
    });
    return from;
  }

  /** Removes a host's permission for messages. Called when the host has refused a message. */
  revoke(host: string): void {
    const { requests = NO_REQUESTS } = this.#permissions.get(host) ?? {};
    this.#permissions.set(host, { messages: false, requests });
  }

  /** Forgets all permissions. Called when the stream is down. */
  clear(): void {
    this.#permissions.clear();
  }
}

function requestsIn(permissions: readonly Element[]): Requests {
  const namespaces = permissions
    .filter(({ attrs }) => attrs.access === "iq")
    .flatMap((permission) => permission.getChildren("namespace"));
  const ofType = (type: string): ReadonlySet<string> => {
    const permitted = namespaces.filter(({ attrs }) => attrs.type === type || attrs.type === "both");
    return new Set(permitted.flatMap(({ attrs }) => attrs.ns ?? []));
  };
  return { get: ofType("get"), set: ofType("set") };
}
