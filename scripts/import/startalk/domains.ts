/** Where a dump's users and rooms belong now: hosts may get other names on the way. */
import { Jid, type AccountJid } from "../../../component/address.js";

export interface DomainRules {
  /** Whose users are served. */
  readonly hosts: readonly string[];
  /** The component's domain, where the rooms come to live. */
  readonly domain: string;
  /** Other names of the component's domain. */
  readonly aliases: readonly string[];
  /** What the dump's hosts and room domains are called now. */
  readonly renamed: ReadonlyMap<string, string>;
}

const MOST_REMEMBERED = 100;

export class Domains {
  readonly #rules: DomainRules;
  /** Domains that rows were refused for, and how many. */
  readonly #strange = new Map<string, number>();

  constructor(rules: DomainRules) {
    this.#rules = rules;
  }

  /** The address of a user of the dump, or why there is none. */
  user(id: string | null, host: string | null): AccountJid | string {
    if (id === null || id === "") return "the user's id is missing";
    if (host === null || host === "") return "the user's host is missing";
    const renamed = this.#rules.renamed.get(host);
    const jid = Jid.of(id, renamed ?? host);
    if (jid?.local === undefined) return `${shown(`${id}@${host}`)} can't be an address`;
    if (renamed === undefined && !this.#rules.hosts.includes(jid.domain)) return this.#refuse(host);
    return jid as AccountJid;
  }

  /** A host of the dump under its name now, or why it isn't taken. */
  host(name: string | null): string | { readonly reason: string } {
    if (name === null || name === "") return { reason: "the host's name is missing" };
    const renamed = this.#rules.renamed.get(name);
    const domain = Jid.of(undefined, renamed ?? name)?.domain;
    if (domain === undefined) return { reason: `${shown(name)} is no domain` };
    if (renamed === undefined && !this.#rules.hosts.includes(domain)) return { reason: this.#refuse(name) };
    return domain;
  }

  /** The name of a room of the dump, which is its address's localpart; or why there is none. */
  room(id: string | null, domain: string | null): { readonly name: string } | string {
    if (id === null || id === "") return "the room's id is missing";
    const { renamed, aliases, domain: own } = this.#rules;
    // Older tables name no domain: there was one.
    const now = domain === null || domain === "" ? own : (renamed.get(domain) ?? domain);
    if (now !== own && !aliases.includes(now)) return this.#refuse(domain ?? now);
    const jid = Jid.of(id, own);
    return jid?.local === undefined ? `${shown(id)} can't be a room's id` : { name: jid.local };
  }

  /** Lines for the summary: what to pass for domains that rows were refused for. */
  advice(): string[] {
    return [...this.#strange].map(([domain, count]) => {
      return `Rows of ${domain}: ${count}. Say what it is called now with --rename ${domain}=NAME.`;
    });
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
