/**
 * Aliases of domains in calls, for hosts (xmpp.host_aliases) and for the component's own domain (rooms.aliases), such as
 * old names that callers still use.
 */
import { Jid } from "./address.js";
import type { RoomsConfig, XmppConfig } from "./config.js";

/** The part of the configuration about aliases. */
export interface AliasConfig {
  readonly xmpp: Pick<XmppConfig, "domain" | "hosts"> & Partial<Pick<XmppConfig, "host_aliases">>;
  readonly rooms?: Pick<RoomsConfig, "aliases">;
}

export class DomainAliases {
  /** The component's own domain. */
  readonly domain: string;
  /** The hosts of the users that are served; the first is the default host. */
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

  /** The domain of a name, which is itself if it is no alias. @param name normalised, as in a Jid */
  domainOf(name: string): string {
    return this.#meant.get(name) ?? name;
  }

  /** The address with its domain's alias resolved. */
  resolve(jid: Jid): Jid {
    const domain = this.#meant.get(jid.domain);
    return domain === undefined ? jid : (Jid.of(jid.local, domain, jid.resource) ?? jid);
  }

  /** The same for an address as text; text that is no address stays unchanged. */
  resolveText(text: string): string {
    const jid = this.#meant.size === 0 ? undefined : Jid.parse(text);
    return jid !== undefined && this.#meant.has(jid.domain) ? this.resolve(jid).text : text;
  }
}
