/** Caches incoming webhooks, so that posts are faster and response times don't reveal whether a hook exists. */
import type { HooksStore, StoredHook } from "../../storage/hooks-store.js";
import { isAccount, Jid, type AccountJid } from "../addresses/address.js";
import type { Bots } from "./known-bots.js";

export interface Hook extends StoredHook {
  readonly to: Jid;
  readonly from: AccountJid;
  /** The name of the hook's bot; undefined if the hook sends as a user. */
  readonly title: string | undefined;
  /** Whether the current post is a test (`hook test`). */
  readonly isTest?: boolean;
}

export class KnownHooks {
  #known = new Map<string, Hook>();
  /** Whether the webhooks must be read again. */
  #isStale = true;

  constructor(
    private readonly store: HooksStore,
    private readonly bots: Bots,
    private readonly domain: string,
  ) {}

  /** Called when webhooks or bots have changed. */
  forget(): void {
    this.#isStale = true;
  }

  /** Returns the hook with this id; undefined if there is none, or if its bot no longer exists. */
  find(id: string): Hook | undefined {
    if (this.#isStale) {
      const hooks = this.store.list().flatMap((stored) => this.#hookOf(stored) ?? []);
      this.#known = new Map(hooks.map((hook) => [hook.id, hook]));
      this.#isStale = false;
    }
    return this.#known.get(id);
  }

  #hookOf(stored: StoredHook): Hook | undefined {
    const to = Jid.parse(stored.receiver);
    const from = stored.bot === undefined ? Jid.parse(stored.sender ?? "") : Jid.of(stored.bot, this.domain);
    if (to === undefined || from === undefined || !isAccount(from)) return undefined;
    const bot = stored.bot === undefined ? undefined : this.bots.find(stored.bot);
    if (stored.bot !== undefined && bot === undefined) return undefined;
    return { ...stored, to, from, title: bot?.title };
  }
}
