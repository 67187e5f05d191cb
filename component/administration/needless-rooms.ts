/** Refuses posts that wait when an operator's change makes them undeliverable: rooms in which no bot is needed any more. */
import type { BotRoom, BotsStore } from "../../storage/bots-store.js";
import type { StoredHook } from "../../storage/hooks-store.js";
import { Refusal } from "../refusal.js";
import { counted } from "../wording.js";
import type { Context, OperationDone } from "./context.js";

/** The condition in the bounce of a post that an operator made undeliverable (RFC 6120 §8.3.3.13). */
const WITHDRAWN = "recipient-unavailable";

/** For each refused post, a function that counts and logs it, to be called after the commit. */
type Refused = (() => void)[];

/** Deletes a room of a bot, inside a transaction. @param why why the posts that wait for it are refused */
export function removeRoom(context: Context, { bot, room }: BotRoom, why: string): Refused {
  const { records, bounces, settings } = context;
  const { botRooms, hookMessages } = records;
  const sender = `${bot}@${settings.xmpp.domain}`;
  const reason = `${why} before ${room} had confirmed the message; it may have been said`;
  const refused = botRooms.posts(bot, room).map((post) => {
    const count = bounces.refuse({ id: post.id, sender, receiver: room, condition: WITHDRAWN, reason });
    hookMessages.noteTimes(post.id, undefined, Date.now());
    botRooms.removePost(post);
    return count;
  });
  botRooms.leave(bot, room, Date.now());
  return refused;
}

/**
 * Deletes rooms in which neither a webhook nor an operator needs the bot, as removeRoom().
 * @param without the webhook that is being removed; it is still there, so that the outcomes of its posts can be stored
 */
export function removeNeedlessRooms(
  context: Context,
  why: string,
  without?: Parameters<BotsStore["needlessRooms"]>[0],
): Refused {
  return context.records.bots.needlessRooms(without).flatMap((each) => removeRoom(context, each, why));
}

/** Refuses the posts of a hook whose files are being uploaded, as removeRoom(). The hook is about to be removed. */
export function refusePosts({ records, bounces, settings }: Context, hook: StoredHook): Refused {
  const { id: from, name, sender = `${hook.bot ?? ""}@${settings.xmpp.domain}`, receiver } = hook;
  const reason = `the hook ${name} was removed before the message was sent`;
  return records.hookFiles.waitingOf(from).map((id) => {
    const count = bounces.refuse({ id, sender, receiver, condition: WITHDRAWN, reason });
    records.hookFiles.remove(id);
    return count;
  });
}

/** Makes a change that may refuse waiting posts; then counts and logs them, and says how many there were. */
export async function changeRefusing<T extends OperationDone>(
  context: Context,
  change: (refused: Refused) => T | Refusal,
): Promise<T | Refusal> {
  const refused: Refused = [];
  const done = await context.change(() => {
    const result = change(refused);
    if (result instanceof Refusal || refused.length === 0) return result;
    const posts = counted(refused.length, "post that waited was", "posts that waited were");
    return { ...result, message: `${result.message} ${posts} refused.` };
  });
  if (!(done instanceof Refusal)) for (const count of refused) count();
  return done;
}
