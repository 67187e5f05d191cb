/**
 * A cache of incoming webhooks, renewed when another process has changed the database. Reading a hook's row for each post
 * took a tenth of a post's time, and longer for a hook that exists than for one that doesn't.
 */
import { ExternalChanges } from "../../storage/external-changes.js";
import type { HooksStore, StoredHook } from "../../storage/hooks-store.js";
import type { Bots } from "./bots.js";
import { hookOf, type Hook } from "./hook.js";

export interface KnownHook {
  readonly secrets: Pick<StoredHook, "secret" | "test">;
  /** Undefined if its bot no longer exists. */
  readonly hook: Hook | undefined;
}

/** How often to look for changes, in milliseconds: shorter than the time until a new hook's first post. */
const LOOK_MS = 2;

export class KnownHooks {
  readonly #store: Pick<HooksStore, "version" | "list">;
  readonly #bots: Bots;
  readonly #domain: string;
  #known = new Map<string, KnownHook>();
  readonly #changes: ExternalChanges;

  /** @param domain the component's */
  constructor(store: Pick<HooksStore, "version" | "list">, bots: Bots, domain: string) {
    this.#store = store;
    this.#changes = new ExternalChanges(store, LOOK_MS);
    this.#bots = bots;
    this.#domain = domain;
  }

  find(id: string): KnownHook | undefined {
    if (this.#changes.haveOccurred()) this.#read();
    return this.#known.get(id);
  }

  #read(): void {
    this.#known = new Map(
      this.#store
        .list()
        .map((stored) => [stored.id, { secrets: stored, hook: hookOf(stored, this.#bots, this.#domain) }]),
    );
  }
}
