/** A bot of ops@ the service, which says something in the coven's room. */
import { Jid, type AccountJid } from "../../../component/addresses/address.js";
import { sendPost } from "../../../component/hooks/sending.js";
import { Refusal } from "../../../component/refusal.js";
import type { Play } from "./play.js";
import { placeOf } from "../../plays/cast.js";

const NOWHERE = {
  ...{ has: () => false, hasLeft: () => false, nickOf: () => undefined },
  post: () => Promise.resolve(undefined),
};

/**
 * @param bot the bot's name
 * @param said the text, which is the message's id, too; in front of it `instead of id: `, if it corrects a message, or
 *   `anew instead of id: `, if it may be a message of its own
 */
export async function announce(play: Play, bot: string, said: string): Promise<"said" | "refused"> {
  const account = (local: string): AccountJid => Jid.parse(placeOf(local)) as AccountJid;
  const [, anew, corrects, text = ""] = /^(?:(anew )?instead of (\S+): )?([^]*)$/.exec(said) ?? [];
  const messages = [{ id: text, text, corrects, mayBeNew: anew !== undefined }];
  const post = { from: account("ops"), to: account("coven"), bot, messages, note: () => undefined };
  return (await sendPost(play.context, post, NOWHERE)) instanceof Refusal ? "refused" : "said";
}
