/** Calls about users: auth_uk, get_user_nick, clear_staff. */
import type { Acceptance } from "../outbox/outbox.js";
import { accountOf } from "../people/directory.js";
import type { Profile } from "../people/vcards.js";
import { Errcode, Refusal } from "../refusal.js";
import type { OperationContext } from "./context.js";
import { parseAccounts } from "./room-call.js";

/**
 * Checks a user's key for web services. Wrong, expired and unknown keys get the same message.
 * @param user id or id@host
 * @param address the caller's network address, by which guessing is throttled
 */
export async function authUk(
  { addresses, keys, keyThrottle }: OperationContext,
  { user, key, address }: { readonly user: string; readonly key: string; readonly address: string },
): Promise<object | Refusal> {
  const jid = addresses.address(user, "u");
  if (jid instanceof Refusal) return jid;
  const account = accountOf(jid);
  const verdict = account === undefined ? "wrong" : keys.judge(account, key);
  switch (verdict) {
    case "good":
      return {};
    case "wrong":
      await keyThrottle.failed(jid.bare.text, address);
      break;
    case "expired":
    // An expired key was right earlier, so this isn't guessing.
  }
  const why = verdict === "expired" ? "the key has expired" : "the key is wrong";
  return new Refusal(Errcode.request, "auth fail", undefined, `${jid.bare.text}: ${why}`);
}

/** Returns a user's name and picture. @param id id, id@host or full address @param host the host of an id only */
export async function getUserNick(
  { addresses, directory }: OperationContext,
  id: string,
  host: string | undefined,
): Promise<Profile | Refusal> {
  const jid = addresses.address(id, "ID", host);
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

/**
 * Removes former employees from all rooms, and revokes their keys. The longest-standing administrator, or else member,
 * succeeds a room's only owner; a room without either is destroyed. The removal continues if it takes longer than the
 * call waits. A repeated call waits for the running removal. If the host of one of the users isn't served, which is
 * probably a typo, no user is removed.
 */
export async function clearStaff(
  context: OperationContext,
  { users, host }: { readonly users: readonly string[]; readonly host: string | undefined },
): Promise<Acceptance> {
  const leaving = await parseAccounts(context, users, "users", (text, place) =>
    context.addresses.servedAccount(text, place, host),
  );
  if (leaving instanceof Refusal) return leaving;
  return await context.userRemoval.remove(leaving, () => {
    for (const account of leaving) context.keys.revoke(account);
  });
}
