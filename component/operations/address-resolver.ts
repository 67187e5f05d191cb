/** Parses addresses in calls, resolves domain aliases, and decides which senders and hosts are served. */
import { isAccount, Jid, type AccountJid } from "../addresses/address.js";
import type { DomainAliases } from "../addresses/domain-aliases.js";
import { badRequest, Errcode, Refusal } from "../refusal.js";
import { quoted } from "../wording.js";

export class AddressResolver {
  /**
   * @param foreignSenders whether users of hosts that aren't served may be senders (xmpp.foreign_senders)
   * @param isBot whether this localpart at the component's domain belongs to a bot, not to a room
   */
  constructor(
    private readonly aliases: DomainAliases,
    private readonly foreignSenders: boolean,
    private readonly isBot?: (local: string) => boolean,
  ) {}

  /** Parses any address and resolves an alias in it. @param field the field's name in the refusal */
  address(text: string, field: string, defaultHost = this.aliases.defaultHost): Jid | Refusal {
    const jid = Jid.parse(text, defaultHost);
    return jid === undefined
      ? badRequest(`${field}: ${quoted(text)} is not an address; expected id or id@host`)
      : this.aliases.resolve(jid);
  }

  /** Parses a user's account, on any host. @param host the host of a user given as an id only */
  account(text: string, field: string, host?: string): AccountJid | Refusal {
    const jid = this.address(text, field, host);
    if (jid instanceof Refusal) return jid;
    const { bare } = jid;
    return isAccount(bare)
      ? bare
      : badRequest(`${field}: ${quoted(text)} is not a user; expected id or id@host`);
  }

  /** Parses the account of a user of a served host. Other hosts are refused, because they are probably typos. */
  servedAccount(text: string, field: string, host?: string): AccountJid | Refusal {
    const account = this.account(text, field, host);
    if (account instanceof Refusal || this.isServed(account.domain)) return account;
    return new Refusal(
      Errcode.notFound,
      `${field}: the host ${quoted(account.domain)} is not served here; expected ${this.aliases.hosts.join(" or ")}`,
    );
  }

  isServed(host: string): boolean {
    return this.aliases.hosts.includes(host);
  }

  /** Parses the address of a sender: a user of a served host, or of any host if xmpp.foreign_senders is on. */
  sender(text: string, field: string, defaultHost?: string): Jid | Refusal {
    const { domain, hosts } = this.aliases;
    const jid = this.address(text, field, defaultHost);
    if (jid instanceof Refusal) return jid;
    if (this.foreignSenders && jid.domain !== domain) return jid;
    if (hosts.includes(jid.domain)) return jid;
    return new Refusal(
      Errcode.forbidden,
      `${field}: ${quoted(text)} is not a user of the hosts served here (${hosts.join(", ")})`,
    );
  }

  /** Resolves an alias in the address of an XML attribute; text that isn't an address is returned unchanged. */
  attribute(text: string): string {
    return this.aliases.resolveText(text);
  }

  /** The domains of the component's rooms: its own domain first, then its aliases. */
  get roomDomains(): readonly string[] {
    return this.aliases.roomDomains;
  }

  /** Returns the address of the component's room, with aliases resolved; undefined if the address isn't a room's. */
  roomAt(jid: Jid): AccountJid | undefined {
    const { local, domain } = this.aliases.resolve(jid);
    if (local === undefined || domain !== this.aliases.domain) return undefined;
    if (this.isBot?.(local) === true) return undefined;
    return Jid.of(local, domain) as AccountJid | undefined;
  }
}
