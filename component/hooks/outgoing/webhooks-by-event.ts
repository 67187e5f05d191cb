/** Outgoing webhooks by the events they want; changes by commands are noticed soon. */
import { ExternalChanges } from "../../../storage/external-changes.js";
import type { OutgoingHooksStore } from "../../../storage/outgoing-hooks-store.js";
import { EVENT_KINDS, outgoingWebhookOf, type EventKind, type OutgoingWebhook } from "./outgoing-webhook.js";

type ByKind = Readonly<Record<EventKind, readonly OutgoingWebhook[]>>;

export class WebhooksByEvent {
  readonly #store: OutgoingHooksStore;
  #byKind: ByKind = sorted([]);
  readonly #changes: ExternalChanges;
  /** Called when another process has changed the database. */
  onChange: () => void = () => undefined;

  constructor(store: OutgoingHooksStore) {
    this.#store = store;
    this.#changes = new ExternalChanges(store);
  }

  /** Returns the webhooks that want this kind of event. */
  of(kind: EventKind): readonly OutgoingWebhook[] {
    this.refresh();
    return this.#byKind[kind];
  }

  refresh(): void {
    if (!this.#changes.haveOccurred()) return;
    this.#byKind = sorted(this.#store.list().map(outgoingWebhookOf));
    this.onChange();
  }
}

function sorted(hooks: readonly OutgoingWebhook[]): ByKind {
  const of = (kind: EventKind): OutgoingWebhook[] => hooks.filter(({ kinds }) => kinds.has(kind));
  return Object.fromEntries(EVENT_KINDS.map((kind) => [kind, of(kind)])) as Record<
    EventKind,
    OutgoingWebhook[]
  >;
}
