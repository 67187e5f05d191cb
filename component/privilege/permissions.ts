/** What hosts permit the component on this stream (XEP-0356 §4.2): each tells after connecting, and whenever it changes. */
import { NS, type Element } from "../xml/builder.js";

/** Of IQs, by namespace. */
type IqPermission = "get" | "set" | "both";

interface Permission {
  /** Whether messages may be sent in its users' names. */
  readonly messages: boolean;
  readonly iqs: ReadonlyMap<string, IqPermission>;
}

export class Permissions {
  readonly #domain: string;
  readonly #hosts: ReadonlySet<string>;
  readonly #permissions = new Map<string, Permission>();

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
    return this.#permissions.get(host)?.messages === true;
  }

  /** Whether users of the host may be asked, or changed, in their own names. */
  mayAsk(host: string, type: "get" | "set", namespace: string): boolean {
    const permission = this.#permissions.get(host)?.iqs.get(namespace);
    return permission === type || permission === "both";
  }

  /** Consumes a host's word; undefined for every other stanza. @returns the host */
  consume(stanza: Element): string | undefined {
    const { type, from = "", to } = stanza.attrs;
    if (stanza.name !== "message" || type === "error" || to !== this.#domain || !this.#hosts.has(from))
      return undefined;
    const privilege = stanza.getChild("privilege", NS.privilege);
    if (privilege === undefined) return undefined;
    this.#permissions.set(from, permissionIn(privilege));
    return from;
  }

  /** The host refused a message: it has taken back its permission. */
  revoke(host: string): void {
    const permission = this.#permissions.get(host);
    if (permission !== undefined) this.#permissions.set(host, { ...permission, messages: false });
  }

  /** The stream is down. */
  clear(): void {
    this.#permissions.clear();
  }
}

function permissionIn(privilege: Element): Permission {
  const iqs = new Map<string, IqPermission>();
  let messages = false;
  for (const perm of privilege.getChildren("perm")) {
    const { access, type } = perm.attrs;
    if (access === "message") messages = type === "outgoing";
    if (access !== "iq") continue;
    for (const { attrs } of perm.getChildren("namespace")) {
      const { ns, type: kind } = attrs;
      if (ns !== undefined && (kind === "get" || kind === "set" || kind === "both")) iqs.set(ns, kind);
    }
  }
  return { messages, iqs };
}
