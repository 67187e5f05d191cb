/** Calls about users: auth_uk, get_user_nick, clear_staff. */
import type { Acceptance } from "../outbox/outbox.js";
import { accountOf } from "../people/directory.js";
import type { Profile } from "../people/vcards.js";
import { Errcode, Refusal } from "../refusal.js";
import type { OperationContext } from "./context.js";
import { parseAccounts } from "./room-call.js";

export interface AuthUk {
  /** The user: id or id@host. */
  readonly user: string;
  readonly key: string;
  /** The caller's network address, by which guessing is throttled. */
  readonly address: string;
}

/** Checks a user's key for web services. Wrong, expired and unknown keys get the same message. */
export async function authUk(context: OperationContext, call: AuthUk): Promise<object | Refusal> {
  const { addresses, keys, keyThrottle } = context;
  const jid = addresses.address(call.user, "u");
  if (jid instanceof Refusal) return jid;
  const account = accountOf(jid);
  const verdict = account === undefined ? "wrong" : keys.judge(account, call.key);
  switch (verdict) {
    case "good":
      return {};
    case "wrong":
      await keyThrottle.failed(jid.bare.text, call.address);
      break;
    case "expired":
    // An expired key was right earlier, so this isn't guessing.
  }
  const why = verdict === "expired" ? "the key has expired" : "the key is wrong";
  return new Refusal(Errcode.request, "auth fail", undefined, `${jid.bare.text}: ${why}`);
}

export interface GetUserNick {
  /** The user: id, id@host or full address. */
  readonly id: string;
  /** The host of a user given as an id only; undefined: the default host. */
  readonly domain: string | undefined;
}

/** Returns a user's name and picture. */
export async function getUserNick(context: OperationContext, call: GetUserNick): Promise<Profile | Refusal> {
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
  return profile;
}

export interface ClearStaff {
  /** The users: ids, or id@host. */
  readonly users: readonly string[];
  /** The host of users who are given as an id only; undefined: the default host. */
  readonly host: string | undefined;
}

/**
 * Removes former employees from all rooms, and revokes their keys. The longest-standing administrator, or else member,
 * succeeds a room's only owner; a room without either is destroyed. The removal continues if it takes longer than the
 * call waits. A repeated call waits for the running removal. If the host of one of the users isn't served, which is
 * probably a typo, no user is removed.
 */
export async function clearStaff(context: OperationContext, call: ClearStaff): Promise<Acceptance> {
  const leaving = await parseAccounts(context, call.users, "users", (text, place) =>
    context.addresses.servedAccount(text, place, call.host),
  );
  if (leaving instanceof Refusal) return leaving;
  return await context.userRemoval.remove(leaving, () => {
    for (const account of leaving) context.keys.revoke(account);
  });
}
