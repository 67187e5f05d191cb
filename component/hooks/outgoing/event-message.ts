/** Reads events that the component stored. */
import type { HookEvent } from "../../../storage/hook-events.js";
import type { Earlier } from "../sending.js";

/** Returns the message that an event tells; undefined if it tells none, or its room gives messages no ids. */
export function messageIn({ body, replyTo }: Pick<HookEvent, "body" | "replyTo">): Earlier | undefined {
  const { type, data = {} } = JSON.parse(body) as {
    readonly type?: string;
    readonly data?: Readonly<Partial<Record<"id" | "stanza_id" | "nick" | "sender", string>>>;
  };
  const { id = "", stanza_id: stanzaId, nick, sender } = data;
  if (type === "message" && id !== "") return { id, author: sender };
  if (type === "room-message" && stanzaId !== undefined)
    return { id, stanzaId, author: `${replyTo ?? ""}/${nick ?? ""}` };
  return undefined;
}
