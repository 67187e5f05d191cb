/**
 * The names that callers give to domains. A host, and the component's own domain, may have other names than their own:
 * those that they had before, or that callers have always used (xmpp.host_aliases, rooms.aliases). The one place that
 * knows which domain a name means.
 */
import { Jid } from "./address.js";
import type { RoomsConfig, XmppConfig } from "./config.js";

/** What of the configuration says it. */
export interface AliasConfig {
  readonly xmpp: Pick<XmppConfig, "domain" | "hosts"> & Partial<Pick<XmppConfig, "host_aliases">>;
  readonly rooms?: Pick<RoomsConfig, "aliases">;
}

export class DomainAliases {
  /** The component's own domain. */
  readonly domain: string;
  /** Whose users are served; the first is the default host. */
  readonly hosts: readonly string[];
  /** The domains that name the component's rooms, its own first. */
  readonly roomDomains: readonly string[];
  readonly #meant: ReadonlyMap<string, string>;

  constructor({
    xmpp: { domain, hosts, host_aliases = {} },
    rooms: { aliases } = { aliases: [] },
  }: AliasConfig) {
    this.domain = domain;
    this.hosts = hosts;
    this.roomDomains = [domain, ...aliases];
    this.#meant = new Map([
      ...Object.entries(host_aliases),
      ...aliases.map((alias): [string, string] => [alias, domain]),
    ]);
  }

  get defaultHost(): string {
    return this.hosts[0] ?? this.domain;
  }

  /** The domain that a name means; itself where it is no alias. @param name normalised, as in a Jid */
  domainOf(name: string): string {
    return this.#meant.get(name) ?? name;
  }

  /** The address that is meant. */
  resolve(jid: Jid): Jid {
    const domain = this.#meant.get(jid.domain);
    return domain === undefined ? jid : (Jid.of(jid.local, domain, jid.resource) ?? jid);
  }

  /** The same of an address as text; what is none, or at no alias, stays as it came. */
  resolveText(text: string): string {
    const jid = this.#meant.size === 0 ? undefined : Jid.parse(text);
    return jid !== undefined && this.#meant.has(jid.domain) ? this.resolve(jid).text : text;
  }
}
