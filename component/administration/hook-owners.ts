/** The hooks that owners of rooms make for their rooms: which are theirs, and what owners may not make. */
import { isAccount, Jid, type AccountJid } from "../addresses/address.js";
import { refuse, type Refusal } from "../refusal.js";
import type { StoredHook } from "../../storage/hooks-store.js";
import type { Context } from "./context.js";
import { isOwner } from "./rights.js";

/** Refuses to an owner everything but a hook of an own room with a bot of its own. Operators are refused nothing. */
export function refuseToOwner(
  context: Context,
  name: string,
  given: { readonly as?: string | undefined },
  to: AccountJid | undefined,
): Refusal | undefined {
  if (!isOwner(context.who)) return undefined;
  if (to === undefined || !owns(context, to))
    return refuse.forbidden(`to: ${to?.text ?? "this"} is no room that you own: ask one of its owners`);
  if (given.as !== undefined)
    return refuse.forbidden("as: a hook of a room's owner sends as a bot of its own");
  // Else the hook would speak in the name of another hook's bot, and could give it another picture.
  return context.records.bots.find(name) === undefined
    ? undefined
    : refuse.exists(`name: there is a bot ${name} already: choose another name`);
}

/** Refuses an owner's hook if the room has as many as it may have, or has another owner by now; in the transaction. */
export function refuseFull(context: Context, to: AccountJid): Refusal | undefined {
  if (!isOwner(context.who)) return undefined;
  const { per_room: most } = context.settings.hooks;
  if (context.records.hooks.ofOwners(to.text).length >= most)
    return refuse.forbidden(
      `to: the owners of ${to.text} made ${most} hooks, the limit (hooks.per_room): remove one first`,
    );
  return owns(context, to) ? undefined : refuse.forbidden(`to: you no longer own ${to.text}`);
}

/** Returns the hooks that owners made for the rooms that the account owns now, by name. */
export function ownHooks({ records, settings, commit, who }: Context): StoredHook[] {
  const { domain } = settings.xmpp;
  commit.flush();
  return ownedRooms(records, who.name)
    .flatMap((room) => records.hooks.ofOwners(`${room}@${domain}`))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The most rooms of one owner whose hooks are listed. */
const MAX_ROOMS = 1000;

/** Returns the names of the rooms that an account owns. @param account the bare address */
export function ownedRooms({ overview }: Pick<Context["records"], "overview">, account: string): string[] {
  return overview.list({ listed: false, owner: account, limit: MAX_ROOMS }, "").map(({ name }) => name);
}

/** Whether an actor may see, test and remove an incoming hook. */
export function mayUse(context: Context, { receiver, madeBy }: StoredHook): boolean {
  return !isOwner(context.who) || (madeBy !== undefined && owns(context, Jid.parse(receiver)));
}

/** Whether the account owns a room of the component now, by its affiliation. */
export function owns({ running, settings, who }: Context, room: Jid | undefined): boolean {
  const { account } = who;
  if (account === undefined || room?.domain !== settings.xmpp.domain || !isAccount(room)) return false;
  return running?.muc.rooms.find(room)?.affiliations.affiliationOf(account) === "owner";
}
