/** An incoming webhook with parsed addresses. */
import type { StoredHook } from "../../storage/hooks-store.js";
import { isAccount, Jid, type AccountJid } from "../address.js";
import type { Bots } from "./bots.js";

export interface Hook extends StoredHook {
  readonly to: Jid;
  readonly from: AccountJid;
  /** The bot's name; undefined if the sender is a user. */
  readonly title: string | undefined;
  /** Whether it is posted to by `hook test`. */
  readonly isTest?: boolean;
}

/** Returns undefined if the bot no longer exists. @param domain the component's */
export function hookOf(stored: StoredHook, bots: Bots, domain: string): Hook | undefined {
  const to = Jid.parse(stored.receiver);
  const from = stored.bot === undefined ? Jid.parse(stored.sender ?? "") : Jid.of(stored.bot, domain);
  if (to === undefined || from === undefined || !isAccount(from)) return undefined;
  const bot = stored.bot === undefined ? undefined : bots.find(stored.bot, true);
  if (stored.bot !== undefined && bot === undefined) return undefined;
  return { ...stored, to, from, title: bot?.title };
}
