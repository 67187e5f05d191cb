/** Maps the addresses of a dump's users and rooms to addresses at the configured domains. */
import { counted, quoted } from "../../../component/wording.js";
import { Jid, type AccountJid } from "../../../component/addresses/address.js";
import type { DomainAliases } from "../../../component/addresses/domain-aliases.js";

const MAX_UNKNOWN_DOMAINS = 100;

export class Domains {
  /** How many rows were refused because of each unknown domain. */
  readonly #strange = new Map<string, number>();

  /**
   * @param aliases the hosts, the component's domain and their aliases
   * @param renamed the new names of the dump's hosts and room domains by their old names (--rename)
   */
  constructor(
    private readonly aliases: DomainAliases,
    private readonly renamed: ReadonlyMap<string, string>,
  ) {}

  /** Returns the new address of a user of the dump, or the reason why the row is refused. */
  user(id: string, host: string): AccountJid | string {
    if (id === "") return "the user's id is missing";
    return this.#address(id, host) as AccountJid | string;
  }

  /** Returns the new name of a host of the dump, or the reason why the row is refused. */
  host(name: string): Jid | string {
    return this.#address(undefined, name);
  }

  #address(id: string | undefined, host: string): Jid | string {
    if (host === "") return "the host is missing";
    const { aliases, renamed } = this;
    const named = Jid.of(id, renamed.get(host) ?? host);
    if (named === undefined)
      return `${quoted(id === undefined ? host : `${id}@${host}`)} is not a valid address`;
    const jid = aliases.resolve(named);
    return renamed.has(host) || aliases.hosts.includes(jid.domain) ? jid : this.#refuse(host);
  }

  /** Returns the localpart of a room of the dump, or the reason why the row is refused. */
  room(id: string, domain: string): { readonly name: string } | string {
    if (id === "") return "the room's id is missing";
    const { aliases, renamed } = this;
    const { domain: own } = aliases;
    // Older dumps have no domain in this table, because there was only one domain of rooms.
    const now = domain === "" ? own : (renamed.get(domain) ?? domain);
    if (aliases.domainOf(now) !== own) return this.#refuse(domain);
    const jid = Jid.of(id, own);
    return jid?.local === undefined ? `${quoted(id)} is not a valid room ID` : { name: jid.local };
  }

  /** Returns lines for the summary: missing --rename options, and aliases for old names in use. */
  advice(): string[] {
    const missing = [...this.#strange].map(([domain, count]) => {
      return `${counted(count, "row")} of the unknown domain ${domain} refused: pass its new name with --rename ${domain}=NAME.`;
    });
    return [...missing, ...this.#aliasAdvice()];
  }

  #aliasAdvice(): string[] {
    const { aliases, renamed } = this;
    const unknown = [...renamed].filter(([old, now]) => aliases.domainOf(old) !== now && old !== now);
    const hosts = unknown.filter(([, now]) => aliases.hosts.includes(now));
    const rooms = unknown.filter(([, now]) => aliases.domainOf(now) === aliases.domain).map(([old]) => old);
    const lines = [
      ...(hosts.length === 0
        ? []
        : [`  under xmpp:  host_aliases: { ${hosts.map((pair) => pair.join(": ")).join(", ")} }`]),
      ...(rooms.length === 0
        ? []
        : [`  under rooms: aliases: [${[...aliases.roomDomains.slice(1), ...rooms].join(", ")}]`]),
    ];
    if (lines.length === 0) return lines;
    return ["If programs still use the old names, add to the configuration:", ...lines];
  }

  #refuse(domain: string): string {
    const count = this.#strange.get(domain);
    if (count !== undefined || this.#strange.size < MAX_UNKNOWN_DOMAINS)
      this.#strange.set(domain, (count ?? 0) + 1);
    return `the domain ${quoted(domain)} is unknown`;
  }
}
