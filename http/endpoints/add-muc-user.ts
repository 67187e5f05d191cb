import { refuseAdded } from "../../component/muc/admin/actor.js";
import { change } from "../../component/muc/admin/changing.js";
import { isBanned } from "../../component/muc/features/access.js";
import {
  inviteDirectly,
  inviterOf,
  invitationText,
} from "../../component/muc/features/invitations/direct.js";
import { nickFor } from "../../component/muc/occupancy/assigned-nick.js";
import { isAtLeast } from "../../component/muc/room/affiliation.js";
import { badRequest, refuse } from "../../component/refusal.js";
import { endpoint } from "../endpoint.js";
import { field, userIds } from "./common/fields.js";
import { actorFields, roomCall, roomExample, withMembers } from "./common/room-call.js";

export default endpoint({
  ...roomCall("add_muc_user"),
  summary: { en: "Add members to a room and invite them", zh: "添加群成员并邀请他们" },
  fields: {
    ...actorFields,
    muc_member: field(userIds, "the new members: id or id@host", "群成员：id 或 id@域名"),
  },
  example: { ...roomExample, muc_member: ["test1", "test2"] },
  // Users with a higher affiliation keep it. Occupants and the acting user aren't invited.
  run: (context, call) =>
    withMembers(context, call, (scope, actor, accounts) => {
      const { room } = scope;
      if (!isAtLeast(room.affiliationOf(actor), "member")) return refuse.forbidden("User not in Room");
      const banned = accounts.find((jid) => isBanned(room, jid));
      if (banned !== undefined) return refuse.forbidden(`muc_member: ${banned.text} is banned from the room`);
      const changes = accounts
        .filter((jid) => !isAtLeast(room.affiliations.affiliationOf(jid), "member"))
        .map((jid) => ({ jid, affiliation: "member" as const }));
      const refusal = refuseAdded(scope, changes);
      if (refusal !== undefined) return badRequest(`muc_member: ${refusal.message}`);

      const nick = room.occupantsOf(actor)[0]?.nick.text;
      const invited = accounts
        .filter((jid) => !room.isInside(jid) && !jid.equals(actor))
        .map(({ text }) => text);
      change(scope, { affiliations: changes, by: { account: actor, nick } });
      const inviter = nickFor(context.muc, context.directory, room, actor).text;
      const body = invitationText(context.muc, room, "invited", inviter);
      inviteDirectly(scope, { from: inviterOf(context.muc, actor), body }, invited);
      return undefined;
    }),
});
