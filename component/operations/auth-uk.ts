/** auth_uk: checks a user's key for web services. */
import { accountOf } from "../people/directory.js";
import { Errcode, Refusal } from "../refusal.js";
import type { OperationContext } from "./context.js";

export interface AuthUk {
  /** The user: id or id@host. */
  readonly user: string;
  readonly key: string;
  /** The caller's network address, by which guessing is throttled. */
  readonly address: string;
}

/** Checks the key. Wrong, expired and unknown keys get the same message. */
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
    // An expired key was right earlier, so this isn't guessing.
  }
  const why = verdict === "expired" ? "the key has expired" : "the key is wrong";
  return new Refusal(Errcode.request, "auth fail", undefined, `${jid.bare.text}: ${why}`);
}
