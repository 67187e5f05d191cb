/** Changes what accounts are to a room, as its owner's lists do; those inside are told, and new members invited. */
import { refuseChange, refuseCrowd, refuseOrphaning } from "../muc/admin/affiliation-change.js";
import { changeLists } from "../muc/admin/affiliations.js";
import type { Affiliation } from "../muc/room/affiliation.js";
import { cut } from "../muc/wire/text.js";
import { Refusal } from "../refusal.js";
import { actorIn, byIn, type AdministrationContext, type Done } from "./context.js";
import { inRoom, readAccounts, refusalOf } from "./in-room.js";

export interface SetAffiliation {
  readonly room: string;
  readonly affiliation: Affiliation;
  readonly users: readonly string[];
  readonly reason?: string | undefined;
}

export const MAX_REASON = 2000;

export async function setAffiliation(
  context: AdministrationContext,
  { room: name, affiliation, users, ...call }: SetAffiliation,
): Promise<Done | Refusal> {
  const accounts = readAccounts(context, users, "users");
  if (accounts instanceof Refusal) return accounts;
  const reason = reasonOf(call.reason);
  return await inRoom(context, name, (scope) => {
    const { room } = scope;
    const actor = actorIn(context, room);
    const changes = accounts.map((jid) => ({ jid, affiliation, reason }));
    for (const refusal of [
      ...changes.map((change) => refuseChange(room, actor, change)),
      refuseOrphaning(room, changes),
      refuseCrowd(context.muc, room, changes),
    ]) {
      if (refusal !== undefined) return refusalOf(refusal, "users");
    }
    changeLists(scope, changes, byIn(context, room));
    const who = accounts.length === 1 ? (accounts[0]?.text ?? "") : `${accounts.length} users`;
    return { told: `${WORDS[affiliation](who)} ${room.jid.text}.` };
  });
}

/** What those inside read; undefined for none. */
export function reasonOf(text: string | undefined): string | undefined {
  return text === undefined || text === "" ? undefined : cut(text, MAX_REASON);
}

const WORDS: Readonly<Record<Affiliation, (who: string) => string>> = {
  owner: (who) => `Now owning: ${who} in`,
  admin: (who) => `Now administrating: ${who} in`,
  member: (who) => `Now a member: ${who} in`,
  none: (who) => `No longer anything: ${who} in`,
  outcast: (who) => `Now banned: ${who} from`,
};
