/** Where a dump's users and rooms belong now: hosts may get other names on the way. */
import { Jid, type AccountJid } from "../../../component/address.js";
import type { DomainAliases } from "../../../component/domain-aliases.js";

export interface DomainRules {
  /** Whose users are served, where the rooms come to live, and what else these are called. */
  readonly aliases: DomainAliases;
  /** What the dump's hosts and room domains are called now. */
  readonly renamed: ReadonlyMap<string, string>;
}

const MOST_REMEMBERED = 100;

export class Domains {
  /** Domains that rows were refused for, and how many. */
  readonly #strange = new Map<string, number>();

  constructor(private readonly rules: DomainRules) {}

  /** The address of a user of the dump, or why there is none. */
  user(id: string | null, host: string | null): AccountJid | string {
    if (id === null || id === "") return "the user's id is missing";
    if (host === null || host === "") return "the user's host is missing";
    const { aliases, renamed } = this.rules;
    const named = Jid.of(id, renamed.get(host) ?? host);
    const jid = named && aliases.resolve(named);
    if (jid?.local === undefined) return `${shown(`${id}@${host}`)} can't be an address`;
    if (!renamed.has(host) && !aliases.hosts.includes(jid.domain)) return this.#refuse(host);
    return jid as AccountJid;
  }

  /** A host of the dump under its name now, or why it isn't taken. */
  host(name: string | null): string | { readonly reason: string } {
    if (name === null || name === "") return { reason: "the host's name is missing" };
    const { aliases, renamed } = this.rules;
    const named = Jid.of(undefined, renamed.get(name) ?? name);
    if (named === undefined) return { reason: `${shown(name)} is no domain` };
    const { domain } = aliases.resolve(named);
    if (!renamed.has(name) && !aliases.hosts.includes(domain)) return { reason: this.#refuse(name) };
    return domain;
  }

  /** The name of a room of the dump, which is its address's localpart; or why there is none. */
  room(id: string | null, domain: string | null): { readonly name: string } | string {
    if (id === null || id === "") return "the room's id is missing";
    const { renamed, aliases } = this.rules;
    const { domain: own } = aliases;
    // Older tables name no domain: there was one.
    const now = domain === null || domain === "" ? own : (renamed.get(domain) ?? domain);
    if (aliases.domainOf(now) !== own) return this.#refuse(domain ?? now);
    const jid = Jid.of(id, own);
    return jid?.local === undefined ? `${shown(id)} can't be a room's id` : { name: jid.local };
  }

  /** Lines for the summary: what to pass for domains that rows were refused for, and what to configure for old names. */
  advice(): string[] {
    const missing = [...this.#strange].map(([domain, count]) => {
      return `Rows of ${domain}: ${count}. Say what it is called now with --rename ${domain}=NAME.`;
    });
    return [...missing, ...this.#aliasAdvice()];
  }

  /** The configuration's lines by which programs may go on calling the renamed domains as before. */
  #aliasAdvice(): string[] {
    const { aliases, renamed } = this.rules;
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
    return ["For programs that go on using the old names, add to the configuration:", ...lines];
  }

  #refuse(domain: string): string {
    const count = this.#strange.get(domain);
    if (count !== undefined || this.#strange.size < MOST_REMEMBERED)
      this.#strange.set(domain, (count ?? 0) + 1);
    return `${shown(domain)} is not served here`;
  }
}

function shown(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}
