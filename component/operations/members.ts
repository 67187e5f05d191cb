/** Calls about the members of a room: add_muc_user, del_muc_user, management/del_muc_user, muc_users. */
import { isAccount, Jid, type AccountJid, type BareJid } from "../addresses/address.js";
import { mapInSlices } from "../limits/meter.js";
import { refuseChanges, refuseCrowd, type AffiliationChange } from "../muc/admin/actor.js";
import { change } from "../muc/admin/changing.js";
import { handOver } from "../muc/user-removal.js";
import { isBanned } from "../muc/features/access.js";
import { inviteDirectly, inviterOf, invitationText } from "../muc/features/invitations/direct.js";
import { nickFor } from "../muc/occupancy/assigned-nick.js";
import type { RoomScope } from "../muc/context.js";
import { isAtLeast } from "../muc/room/affiliation.js";
import type { Acceptance } from "../outbox/outbox.js";
import { badRequest, Refusal, refuse } from "../refusal.js";
import type { OperationContext } from "./context.js";
import { findRoom, inRoom, parseAccounts, parseActor, type MembersCall, type RoomName } from "./room-call.js";

/** Makes users members, and invites them. Users with a higher affiliation keep it. Occupants and the acting user aren't invited. */
export async function addMucUser(context: OperationContext, call: MembersCall): Promise<Acceptance> {
  return await withMembers(context, call, (scope, actor, accounts) => {
    const { room } = scope;
    if (!isAtLeast(room.affiliationOf(actor), "member")) return refuse.forbidden("User not in Room");
    const banned = accounts.find((jid) => isBanned(room, jid));
    if (banned !== undefined) {
      return refuse.forbidden(`muc_member: ${banned.text} is banned from the room`);
    }
    const changes = accounts
      .filter((jid) => !isAtLeast(room.affiliations.affiliationOf(jid), "member"))
      .map((jid): AffiliationChange => ({ jid, affiliation: "member" }));
    const tooMany = refuseCrowd(scope, changes);
    if (tooMany !== undefined) return badRequest(`muc_member: ${tooMany.message}`);

    const nick = room.occupantsOf(actor)[0]?.nick.text;
    const invited = accounts
      .filter((jid) => !room.isInside(jid) && !jid.equals(actor))
      .map(({ text }) => text);
    change(scope, { affiliations: changes, by: { account: actor, nick } });
    const inviter = nickFor(context.muc, context.directory, room, actor).text;
    const body = invitationText(context.muc, room, "invited", inviter);
    inviteDirectly(scope, { from: inviterOf(context.muc, actor), body }, invited);
    return undefined;
  });
}

/**
 * Ends users' membership, and removes those who are inside. Owners, administrators and outcasts keep their affiliation.
 */
export async function delMucUser(context: OperationContext, call: MembersCall): Promise<Acceptance> {
  return await withMembers(context, call, (scope, account, accounts) => {
    const { room } = scope;
    const affiliation = room.affiliationOf(account);
    if (!isAtLeast(affiliation, "admin")) return refuse.forbidden("owner error");
    const actor = { account, affiliation, nick: room.occupantsOf(account)[0]?.nick.text };
    const stranger = accounts.find(
      ({ text, domain }) => !context.addresses.isServed(domain) && room.affiliations.get(text) === undefined,
    );
    if (stranger !== undefined) {
      const what = `${stranger.text} is not a member, and the host ${stranger.domain} is not served here`;
      return refuse.notFound(`muc_member: ${what}`);
    }
    const changes = accounts
      .filter(({ text }) => isAtLeast(room.affiliations.storedAffiliationOf(text), "member"))
      .map((jid): AffiliationChange => ({ jid, affiliation: "none" }));
    const refusal = refuseChanges(scope, actor, changes);
    if (refusal !== undefined) return refuse.forbidden(`muc_member: ${refusal.message}`);
    change(scope, { affiliations: changes, isRemoval: true, by: actor });
    return undefined;
  });
}

/** Parses the acting user and the named members, and changes the room. */
async function withMembers(
  context: OperationContext,
  call: MembersCall,
  work: (scope: RoomScope, actor: BareJid, accounts: readonly AccountJid[]) => Refusal | undefined,
): Promise<Acceptance> {
  const actor = parseActor(context, call.actor);
  if (actor instanceof Refusal) return actor;
  const accounts = await parseAccounts(context, call.members, "muc_member");
  if (accounts instanceof Refusal) return accounts;
  return await inRoom(context, call.room, (scope) => work(scope, actor, accounts));
}

/**
 * Removes a user of any affiliation from a room. The call has no acting user. If the user is the only owner, the
 * longest-standing administrator, or else member, becomes the owner first.
 */
export async function removeMember(
  context: OperationContext,
  room: RoomName,
  { user, host }: { readonly user: string; readonly host: string | undefined },
): Promise<Acceptance> {
  const account = context.addresses.account(user, "user", host);
  if (account instanceof Refusal) return account;
  return await inRoom(context, room, (scope) => {
    handOver(scope, [account]);
    return undefined;
  });
}

/** How many names are looked up in one query. */
const NAMES_PER_QUERY = 250;

/** Lists a room's owners, administrators and members, the oldest first. Names that aren't known are the ids. */
export async function mucUsers({ directory, ...context }: OperationContext, name: RoomName) {
  const room = findRoom(context, name);
  if (room instanceof Refusal) return room;
  const members = room.affiliations.atLeastMembers();
  const starts = Array.from(
    { length: Math.ceil(members.length / NAMES_PER_QUERY) },
    (_, i) => i * NAMES_PER_QUERY,
  );
  const users = await mapInSlices(starts, (start) => {
    const some = members
      .slice(start, start + NAMES_PER_QUERY)
      .map(({ jid }) => Jid.parse(jid))
      .filter((jid) => jid !== undefined && isAccount(jid));
    const names = directory.displayNames(some);
    return some.map(({ local, domain, text }) => ({
      user: local,
      host: domain,
      name: names.get(text) ?? local,
    }));
  });
  return users.flat();
}
