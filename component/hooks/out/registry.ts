/** The hooks that are told of what happens, by what they want to know; what is changed beside is noticed soon. */
import { ExternalChanges } from "../../../storage/external-changes.js";
import type { OutgoingHooksStore } from "../../../storage/outgoing-hooks-store.js";
import { EVENT_KINDS, outgoingHookOf, type EventKind, type OutgoingHook } from "./outgoing-hook.js";

type ByKind = Readonly<Record<EventKind, readonly OutgoingHook[]>>;

export class Registry {
  readonly #store: OutgoingHooksStore;
  #byKind: ByKind = sorted([]);
  readonly #changes: ExternalChanges;
  /** Somebody else has changed the database. */
  onChange: () => void = () => undefined;

  constructor(store: OutgoingHooksStore) {
    this.#store = store;
    this.#changes = new ExternalChanges(store);
  }

  /** Those that are told of this. */
  of(kind: EventKind): readonly OutgoingHook[] {
    this.refresh();
    return this.#byKind[kind];
  }

  refresh(): void {
    if (!this.#changes.haveOccurred()) return;
    this.#byKind = sorted(this.#store.list().map(outgoingHookOf));
    this.onChange();
  }
}

function sorted(hooks: readonly OutgoingHook[]): ByKind {
  const of = (kind: EventKind): OutgoingHook[] => hooks.filter(({ kinds }) => kinds.has(kind));
  return Object.fromEntries(EVENT_KINDS.map((kind) => [kind, of(kind)])) as Record<EventKind, OutgoingHook[]>;
}
