/** add_muc_user: adds members to a room and invites them. */
import type { DeliveryStatus } from "../outbox/outbox.js";
import { Errcode, Refusal } from "../refusal.js";
import { isAtLeast } from "../muc/room/affiliation.js";
import { refuseCrowd, type AffiliationChange } from "../muc/admin/affiliation-change.js";
import { changeAffiliations } from "../muc/admin/affiliations.js";
import { isBanned } from "../muc/features/access.js";
import { inviteDirectly, inviterOf } from "../muc/features/invitations/direct.js";
import { invitationText } from "../muc/features/invitations/texts.js";
import { nickFor } from "../muc/occupancy/assigned-nick.js";
import type { OperationContext } from "./context.js";
import { inRoom, parseAccounts, parseActor, type MembersCall } from "./room-call.js";

/** Makes users members. Users with a higher affiliation keep it. Occupants and the acting user aren't invited. */
export async function addMucUser(
  context: OperationContext,
  call: MembersCall,
): Promise<DeliveryStatus | Refusal> {
  const actor = parseActor(context, call.actor);
  if (actor instanceof Refusal) return actor;
  const accounts = await parseAccounts(context, call.members, "muc_member");
  if (accounts instanceof Refusal) return accounts;
  return await inRoom(context, call.room, (scope) => {
    const { room } = scope;
    if (!isAtLeast(room.affiliationOf(actor), "member"))
      return new Refusal(Errcode.forbidden, "User not in Room");
    const banned = accounts.find((jid) => isBanned(room, jid));
    if (banned !== undefined) {
      return new Refusal(Errcode.forbidden, `muc_member: ${banned.text} is banned from the room`);
    }
    const changes = accounts
      .filter((jid) => !isAtLeast(room.affiliations.affiliationOf(jid), "member"))
      .map((jid): AffiliationChange => ({ jid, affiliation: "member" }));
    const tooMany = refuseCrowd(scope, changes);
    if (tooMany !== undefined) return new Refusal(Errcode.request, `muc_member: ${tooMany.message}`);

    const nick = room.occupantsOf(actor)[0]?.nick.text;
    const invited = accounts
      .filter((jid) => !room.isInside(jid) && !jid.equals(actor))
      .map(({ text }) => text);
    changeAffiliations(scope, changes, { account: actor, nick });
    const inviter = nickFor(context.muc, context.directory, room, actor).text;
    const body = invitationText(context.muc, room, "invited", inviter);
    inviteDirectly(scope, { from: inviterOf(context.muc, actor), body }, invited);
    return undefined;
  });
}
