/** auth_uk: whether a key is a user's own and still good. */
import { accountOf } from "../people/directory.js";
import { Errcode, Refusal } from "../refusal.js";
import type { OperationContext } from "./context.js";

export interface AuthUk {
  /** The user: id or id@host. */
  readonly user: string;
  /** The key's digits. */
  readonly key: string;
  /** Where the call comes from: wrong keys from one address are answered ever later. */
  readonly address: string;
}

/** Wrong, expired and unknown are told alike. */
export async function authUk(context: OperationContext, call: AuthUk): Promise<object | Refusal> {
  const { addresses, keys, keyThrottle } = context;
  const jid = addresses.address(call.user, "u");
  if (jid instanceof Refusal) return jid;
  const account = accountOf(jid);
  const verdict = account === undefined ? "wrong" : keys.judge(account, call.key);
  switch (verdict) {
    case "good":
      keyThrottle.succeeded(jid.bare.text);
      return {};
    case "wrong":
      await keyThrottle.failed(jid.bare.text, call.address);
      break;
    case "expired":
    // It was theirs: no guess.
  }
  const why = verdict === "expired" ? "the key has expired" : "the key is another's, or nobody's";
  return new Refusal(Errcode.request, "auth fail", undefined, `${jid.bare.text}: ${why}`);
}
