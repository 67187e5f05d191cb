/** get_user_nick: returns a user's name and picture. */
import { accountOf } from "../people/directory.js";
import { Errcode, Refusal } from "../refusal.js";
import type { OperationContext } from "./context.js";

export interface GetUserNick {
  /** The user: id, id@host or full address. */
  readonly id: string;
  /** The host of a user given as an id only; undefined: the default host. */
  readonly domain: string | undefined;
}

export interface UserNick {
  readonly nick: string;
  /** The path or URL of the picture; "" if the user has none. */
  readonly vcard: string;
}

export async function getUserNick(context: OperationContext, call: GetUserNick): Promise<UserNick | Refusal> {
  const { addresses, directory } = context;
  const jid = addresses.address(call.id, "ID", call.domain);
  if (jid instanceof Refusal) return jid;
  const account = accountOf(jid);
  const profile = account && (await directory.find(account));
  if (profile === undefined) {
    const why =
      account === undefined ? "is not a user's address" : "has no name, in the directory or a vCard";
    return new Refusal(Errcode.request, "get info fail", undefined, `${jid.bare.text} ${why}`);
  }
  return { nick: profile.name, vcard: profile.avatar };
}
