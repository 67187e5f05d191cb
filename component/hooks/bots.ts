/** The bots of the component's own domain: who is one, and what it is called. */
import type { BotsStore, StoredBot } from "../../storage/bots-store.js";
import { ChangesBeside } from "../../storage/changes-beside.js";
import type { Jid } from "../address.js";

export class Bots {
  readonly #store: BotsStore;
  readonly #domain: string;
  #known = new Map<string, StoredBot>();
  readonly #changes: ChangesBeside;

  constructor(store: BotsStore, domain: string) {
    this.#store = store;
    this.#changes = new ChangesBeside(store);
    this.#domain = domain;
  }

  /** @param name the localpart of an address at the component's domain */
  has(name: string): boolean {
    return this.#current().has(name);
  }

  /** @param now whether a change of this very moment counts */
  find(name: string, now = false): StoredBot | undefined {
    return this.#current(now).get(name);
  }

  /** The bot at this address. */
  at(jid: Jid): StoredBot | undefined {
    return jid.local === undefined || jid.domain !== this.#domain ? undefined : this.find(jid.local);
  }

  #current(now = false): ReadonlyMap<string, StoredBot> {
    if (this.#changes.happened(now)) this.#known = new Map(this.#store.all().map((bot) => [bot.name, bot]));
    return this.#known;
  }
}
