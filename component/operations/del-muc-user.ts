/** del_muc_user: ends users' membership of a room, and removes those who are inside. */
import type { DeliveryStatus } from "../outbox/outbox.js";
import { Errcode, Refusal } from "../refusal.js";
import { isAtLeast } from "../muc/room/affiliation.js";
import { refuseChange, refuseOrphaning, type AffiliationChange } from "../muc/admin/affiliation-change.js";
import { removeMembers } from "../muc/api/removal.js";
import type { OperationContext } from "./context.js";
import { inRoom, parseAccounts, parseActor, type MembersCall } from "./room-call.js";

/** Removes members. Owners, administrators and outcasts keep their affiliation. */
export async function delMucUser(
  context: OperationContext,
  call: MembersCall,
): Promise<DeliveryStatus | Refusal> {
  const account = parseActor(context, call.actor);
  if (account instanceof Refusal) return account;
  const accounts = await parseAccounts(context, call.members, "muc_member");
  if (accounts instanceof Refusal) return accounts;
  return await inRoom(context, call.room, (scope) => {
    const { room } = scope;
    const affiliation = room.affiliationOf(account);
    if (!isAtLeast(affiliation, "admin")) return new Refusal(Errcode.forbidden, "owner error");
    const actor = { account, affiliation, nick: room.occupantsOf(account)[0]?.nick.text };
    const stranger = accounts.find(
      ({ text, domain }) => !context.addresses.isServed(domain) && room.affiliations.get(text) === undefined,
    );
    if (stranger !== undefined) {
      const what = `${stranger.text} is not a member, and the host ${stranger.domain} is not served here`;
      return new Refusal(Errcode.notFound, `muc_member: ${what}`);
    }
    const changes = accounts
      .filter(({ text }) => isAtLeast(room.affiliations.get(text)?.affiliation ?? "none", "member"))
      .map((jid): AffiliationChange => ({ jid, affiliation: "none" }));
    for (const change of changes) {
      const refusal = refuseChange(room, actor, change);
      if (refusal !== undefined) return new Refusal(Errcode.forbidden, `muc_member: ${refusal.message}`);
    }
    const orphaning = changes.length > 0 ? refuseOrphaning(room, changes) : undefined;
    if (orphaning !== undefined) return new Refusal(Errcode.forbidden, `muc_member: ${orphaning.message}`);
    removeMembers(
      scope,
      changes.map(({ jid }) => jid),
      actor,
    );
    return undefined;
  });
}
