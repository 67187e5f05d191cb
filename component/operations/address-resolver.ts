/** Reads the addresses that callers name, and says which senders the component speaks for. */
import { isAccount, Jid, type AccountJid } from "../address.js";
import type { DomainAliases } from "../domain-aliases.js";
import { Errcode, Refusal } from "../refusal.js";

export interface AddressResolverOptions {
  readonly aliases: DomainAliases;
  readonly foreignSenders: boolean;
  /** Whether the localpart of an address at the component's domain is a bot's, and names no room. */
  readonly isBot?: (local: string) => boolean;
}

export class AddressResolver {
  readonly #aliases: DomainAliases;
  readonly #foreignSenders: boolean;
  readonly #isBot: (local: string) => boolean;

  constructor({ aliases, foreignSenders, isBot = () => false }: AddressResolverOptions) {
    this.#aliases = aliases;
    this.#foreignSenders = foreignSenders;
    this.#isBot = isBot;
  }

  get defaultHost(): string {
    return this.#aliases.defaultHost;
  }

  /** Anybody's address, aliases resolved; a bare id means the default host. `field` names it in the refusal. */
  address(text: string, field: string, defaultHost = this.defaultHost): Jid | Refusal {
    const jid = Jid.parse(text, defaultHost);
    return jid === undefined
      ? new Refusal(Errcode.request, `${field}: ${shown(text)} is not an address; expected id or id@host`)
      : this.#aliases.resolve(jid);
  }

  /** A user's account, of whatever host; a bare id means this host, or the default host. */
  account(text: string, field: string, host?: string): AccountJid | Refusal {
    const jid = this.address(text, field, host);
    if (jid instanceof Refusal) return jid;
    const { bare } = jid;
    return isAccount(bare)
      ? bare
      : new Refusal(Errcode.request, `${field}: ${shown(text)} is no user; expected id or id@host`);
  }

  /** The account of a user of the hosts served: another host's name is a typo, or none of ours. */
  servedAccount(text: string, field: string, host?: string): AccountJid | Refusal {
    const account = this.account(text, field, host);
    if (account instanceof Refusal || this.isServed(account.domain)) return account;
    return new Refusal(
      Errcode.notFound,
      `${field}: the host ${shown(account.domain)} is not served here; expected ${this.#aliases.hosts.join(" or ")}`,
    );
  }

  isServed(host: string): boolean {
    return this.#aliases.hosts.includes(host);
  }

  /** The address of somebody in whose name something is sent. */
  sender(text: string, field: string, defaultHost = this.defaultHost): Jid | Refusal {
    const { domain, hosts } = this.#aliases;
    const jid = this.address(text, field, defaultHost);
    if (jid instanceof Refusal) return jid;
    if (this.#foreignSenders && jid.domain !== domain) return jid;
    if (hosts.includes(jid.domain)) return jid;
    return new Refusal(
      Errcode.forbidden,
      `${field}: ${shown(text)} is not a user of the hosts served here (${hosts.join(", ")})`,
    );
  }

  /** An address in an attribute: at an alias it becomes the one that is meant, all else stays. */
  attribute(text: string): string {
    return this.#aliases.resolveText(text);
  }

  /** The domains that name the component's rooms, its own first. */
  get roomDomains(): readonly string[] {
    return this.#aliases.roomDomains;
  }

  /** The room that an address names; undefined where it would be none of the component's. */
  roomAt(jid: Jid): AccountJid | undefined {
    const { local, domain } = this.#aliases.resolve(jid);
    if (local === undefined || domain !== this.#aliases.domain || this.#isBot(local)) return undefined;
    return Jid.of(local, domain) as AccountJid | undefined;
  }
}

/** A caller's text in a sentence, cut where it is long. */
export function shown(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}
