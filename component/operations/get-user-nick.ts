/** get_user_nick: somebody's name and picture. */
import { accountOf } from "../people/directory.js";
import { Errcode, Refusal } from "../refusal.js";
import type { OperationContext } from "./context.js";

export interface GetUserNick {
  /** The user's id; id@host and the session's full address are taken, too. */
  readonly id: string;
  /** Their host; the default host where absent. */
  readonly domain: string | undefined;
}

export interface UserNick {
  readonly nick: string;
  /** Where the picture is to be had; "" where there is none. */
  readonly vcard: string;
}

export async function getUserNick(context: OperationContext, call: GetUserNick): Promise<UserNick | Refusal> {
  const { addresses, directory } = context;
  const jid = addresses.address(call.id, "ID", call.domain);
  if (jid instanceof Refusal) return jid;
  const account = accountOf(jid);
  const profile = account && (await directory.find(account));
  if (profile === undefined) {
    const why = account === undefined ? "is no user's address" : "has no name, in the directory or a vCard";
    return new Refusal(Errcode.request, "get info fail", undefined, `${jid.bare.text} ${why}`);
  }
  return { nick: profile.name, vcard: profile.avatar };
}
