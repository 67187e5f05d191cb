/** Reads the addresses that callers name, and says which senders the component speaks for. */
import { Jid, type AccountJid } from "../address.js";
import { Errcode, Refusal } from "../refusal.js";

export interface AddressResolverOptions {
  /** The component's own domain. */
  readonly domain: string;
  /** Whose users it speaks for; the first is the default host. */
  readonly hosts: readonly string[];
  readonly foreignSenders: boolean;
  /** Domains that callers name and mean the component's own. */
  readonly aliases?: readonly string[];
}

export class AddressResolver {
  readonly #options: AddressResolverOptions;

  constructor(options: AddressResolverOptions) {
    this.#options = options;
  }

  get defaultHost(): string {
    return this.#options.hosts[0] ?? this.#options.domain;
  }

  /** Anybody's address; a bare id means the default host. `field` names it in the refusal. */
  address(text: string, field: string, defaultHost = this.defaultHost): Jid | Refusal {
    const jid = Jid.parse(text, defaultHost);
    return (
      jid ??
      new Refusal(Errcode.request, `${field}: ${shown(text)} is not an address; expected id or id@host`)
    );
  }

  /** The address of somebody in whose name something is sent. */
  sender(text: string, field: string, defaultHost = this.defaultHost): Jid | Refusal {
    const jid = this.address(text, field, defaultHost);
    if (jid instanceof Refusal) return jid;
    if (this.#options.foreignSenders && jid.domain !== this.#options.domain) return jid;
    if (this.#options.hosts.includes(jid.domain)) return jid;
    const hosts = this.#options.hosts.join(", ");
    return new Refusal(
      Errcode.forbidden,
      `${field}: ${shown(text)} is not a user of the hosts served here (${hosts})`,
    );
  }

  /** The domains that name the component's rooms, its own first. */
  get roomDomains(): readonly string[] {
    return [this.#options.domain, ...(this.#options.aliases ?? [])];
  }

  /** The room that an address names; undefined where it would be none of the component's. */
  roomAt(jid: Jid): AccountJid | undefined {
    if (jid.local === undefined || !this.roomDomains.includes(jid.domain)) return undefined;
    return Jid.of(jid.local, this.#options.domain) as AccountJid | undefined;
  }
}

/** A caller's text in a sentence, cut where it is long. */
export function shown(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}
