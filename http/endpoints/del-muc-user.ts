import { refuseChanges } from "../../component/muc/admin/actor.js";
import { change } from "../../component/muc/admin/changing.js";
import { isAtLeast } from "../../component/muc/room/affiliation.js";
import { refuse } from "../../component/refusal.js";
import { endpoint } from "../endpoint.js";
import { field, userIds } from "./common/fields.js";
import { actorFields, roomCall, roomExample, withMembers } from "./common/room-call.js";

export default endpoint({
  ...roomCall("del_muc_user"),
  summary: { en: "Remove members from a room", zh: "删除群成员" },
  fields: {
    ...actorFields,
    muc_member: field(userIds, "the members to remove: id or id@host", "移出的成员：id 或 id@域名"),
  },
  example: { ...roomExample, muc_member: ["test1"] },
  // Members who are inside are removed. Owners, administrators and outcasts keep their affiliation.
  run: (context, call) =>
    withMembers(context, call, (scope, account, accounts) => {
      const { room } = scope;
      const affiliation = room.affiliationOf(account);
      if (!isAtLeast(affiliation, "admin")) return refuse.forbidden("owner error");
      const actor = { account, affiliation, nick: room.occupantsOf(account)[0]?.nick.text };
      const stranger = accounts.find(
        ({ text, domain }) =>
          !context.addresses.isServed(domain) && room.affiliations.get(text) === undefined,
      );
      if (stranger !== undefined) {
        const what = `${stranger.text} is not a member, and the host ${stranger.domain} is not served here`;
        return refuse.notFound(`muc_member: ${what}`);
      }
      const changes = accounts
        .filter(({ text }) => isAtLeast(room.affiliations.storedAffiliationOf(text), "member"))
        .map((jid) => ({ jid, affiliation: "none" as const }));
      const refusal = refuseChanges(scope, actor, changes);
      if (refusal !== undefined) return refuse.forbidden(`muc_member: ${refusal.message}`);
      change(scope, { affiliations: changes, isRemoval: true, by: actor });
      return undefined;
    }),
});
