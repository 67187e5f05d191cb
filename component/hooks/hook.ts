/** A webhook as posts and alerts need it. */
import type { StoredHook } from "../../storage/hooks-store.js";
import { Jid, type AccountJid } from "../addresses/address.js";
import type { KnownBots } from "./known-bots.js";

export interface Hook extends StoredHook {
  readonly to: Jid;
  readonly from: AccountJid;
  /** The name of the hook's bot; undefined if the hook sends as a user. */
  readonly title: string | undefined;
  /** Whether the current post is a test (`hook test`). */
  readonly isTest?: boolean;
}

export function hookOf(
  stored: StoredHook,
  { bots, domain }: { readonly bots: Pick<KnownBots, "find">; readonly domain: string },
): Hook {
  const { bot, sender = "", receiver } = stored;
  const from = (bot === undefined ? Jid.parse(sender) : Jid.of(bot, domain)) as AccountJid;
  const title = bot === undefined ? undefined : (bots.find(bot)?.title ?? bot);
  return { ...stored, to: Jid.parse(receiver) as AccountJid, from, title };
}
