/** A hook as the component works with it, its addresses read. */
import type { StoredHook } from "../../storage/hooks-store.js";
import { isAccount, Jid, type AccountJid } from "../address.js";
import type { Bots } from "./bots.js";

export interface Hook extends StoredHook {
  readonly to: Jid;
  readonly from: AccountJid;
  /** What its bot is called; undefined: a user speaks. */
  readonly title: string | undefined;
  /** Whether a test of it posts (`hook test`). */
  readonly isTest?: boolean;
}

/** Undefined where a part of it has gone. @param domain the component's own */
export function hookOf(stored: StoredHook, bots: Bots, domain: string): Hook | undefined {
  const to = Jid.parse(stored.receiver);
  const from = stored.bot === undefined ? Jid.parse(stored.sender ?? "") : Jid.of(stored.bot, domain);
  if (to === undefined || from === undefined || !isAccount(from)) return undefined;
  const bot = stored.bot === undefined ? undefined : bots.find(stored.bot, true);
  if (stored.bot !== undefined && bot === undefined) return undefined;
  return { ...stored, to, from, title: bot?.title };
}
