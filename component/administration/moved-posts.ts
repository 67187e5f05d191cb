/** Moves posts that wait for a room of another service to the hook's new room (`hook set --move-waiting`). */
import type { Move } from "../../storage/bot-rooms-store.js";
import { movedStanza } from "../hooks/remote/post-stanza.js";
import type { Context } from "./context.js";

/**
 * Moves the posts of a hook, inside a transaction. Corrections of a message that moves too stay corrections; the first
 * correction of a message that the old room has said is a new message in the new room, and the later ones correct that.
 * @returns how many posts were moved
 */
export function movePosts(
  { records: { botRooms } }: Context,
  { hook, bot }: { readonly hook: string; readonly bot: string },
  move: Move,
): number {
  const posts = botRooms.waitingOf(hook, bot, move.from);
  /** The ids of moved messages, and for messages that stay the ids of what is said anew in their place. */
  const there = new Map<string, string>();
  for (const post of posts) {
    const { id } = post;
    const stanza = movedStanza(post.stanza, move.to, (corrected) => {
      const known = there.get(corrected);
      if (known !== undefined) return known;
      there.set(corrected, id);
      botRooms.beginAnew(id, corrected, move);
      return undefined;
    });
    there.set(id, id);
    botRooms.movePost({ ...post, stanza }, move);
  }
  return posts.length;
}
