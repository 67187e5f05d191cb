/**
 * Which versions of an alert's message answers name, once it was corrected. XEP-0444 wants reactions to name the first one, and
 * Gajim knows no other; Dino and Converse.js show nothing but beside the newest one. So reactions name both: each client shows
 * those that it knows. A reply would stand there twice, so it names the newest; without that message, it is still readable.
 */
import type { AlertsStore } from "../../../storage/alerts-store.js";
import type { Earlier, PostMessage } from "../sending.js";

/** An alert's message in a room or chat. */
export interface SaidAlert {
  readonly alert: number;
  readonly receiver: string;
  /** The id of the first version. */
  readonly message: string;
  /** Whether the receiver is a room: there, only versions whose id in the room is known can be named. */
  readonly isRoom: boolean;
}

/** The versions that answers name. */
export interface Versions {
  readonly replied: Earlier;
  /** Without twins; empty if none can be named. */
  readonly reacted: readonly Earlier[];
  /** Whether the newest one says in its first line who has taken the alert, or that it is silenced. */
  readonly showsState: boolean;
}

export function versionsOf(store: Pick<AlertsStore, "messagesOf">, place: SaidAlert): Versions {
  const { alert, receiver, message, isRoom } = place;
  const there = store.messagesOf(alert).filter((each) => each.receiver === receiver);
  const shown =
    there.findLast(({ corrects }) => corrects === message) ?? there.find(({ id }) => id === message);
  const known = there.filter((each) => !isRoom || each.stanzaId !== undefined);
  const first: Earlier | undefined =
    known.find(({ id }) => id === message) ?? (isRoom ? undefined : { id: message });
  const newest = known.findLast(({ corrects }) => corrects === message);
  const reacted = [newest, first].filter((each) => each !== undefined);
  return { replied: reacted[0] ?? { id: message }, reacted, showsState: shown?.showsState === true };
}

/** Returns the messages that set a sender's reactions to an alert's message. */
export function reactionsTo(
  { reacted }: Versions,
  signs: readonly string[],
  newId: () => string,
): readonly PostMessage[] {
  return reacted.map((to) => ({ id: newId(), text: "", reactions: { to, signs } }));
}
