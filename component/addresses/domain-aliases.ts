import { Jid } from "./address.js";
import type { RoomsConfig, XmppConfig } from "../config.js";

/** The options of the configuration that define aliases. */
export interface AliasConfig {
  readonly xmpp: Pick<XmppConfig, "domain" | "hosts"> & Partial<Pick<XmppConfig, "host_aliases">>;
  readonly rooms?: Pick<RoomsConfig, "aliases">;
}

/** Resolves aliases of domains in calls: of hosts (xmpp.host_aliases) and of the component's domain (rooms.aliases). */
export class DomainAliases {
  readonly domain: string;
  /** The hosts whose users are served; the first is the default host. */
  readonly hosts: readonly string[];
  /** The component's own domain, and its aliases. */
  readonly roomDomains: readonly string[];
  /** The domain for each alias. */
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

  /** Returns the domain for an alias; any other name unchanged. @param name a normalised domain, as in a Jid */
  domainOf(name: string): string {
    return this.#meant.get(name) ?? name;
  }

  /** Replaces an alias in the address by the domain. */
  resolve(jid: Jid): Jid {
    const domain = this.#meant.get(jid.domain);
    return domain === undefined ? jid : (Jid.of(jid.local, domain, jid.resource) ?? jid);
  }

  /** Returns an address as resolve() does; a text that isn't an address is returned unchanged. */
  resolveText(text: string): string {
    const jid = this.#meant.size === 0 ? undefined : Jid.parse(text);
    return jid !== undefined && this.#meant.has(jid.domain) ? this.resolve(jid).text : text;
  }
}
