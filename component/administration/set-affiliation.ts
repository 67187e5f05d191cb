/** Changes affiliations in a room. Occupants are notified, and new members are invited. */
import { z } from "zod";
import { refuseChange, refuseCrowd, refuseOrphaning } from "../muc/admin/affiliation-change.js";
import { changeLists } from "../muc/admin/affiliations.js";
import { reconfigure } from "../muc/admin/configuration.js";
import type { Affiliation } from "../muc/room/affiliation.js";
import { cut } from "../muc/wire/text.js";
import { Refusal } from "../refusal.js";
import { actorIn, byIn } from "./context.js";
import { inRoom, parseAccounts, refusalOf } from "./in-room.js";
import { commandOf, operation, REASON, ROOM } from "./operation.js";

/** The maximum length of a reason, in characters. */
const MAX_REASON = 2000;

export const setAffiliation = operation({
  call: z.strictObject({
    room: z.string(),
    affiliation: z.enum(["owner", "admin", "member", "none", "outcast"]),
    users: z.array(z.string()),
    reason: z.string().optional(),
  }),
  async run(context, { room: name, affiliation, users, ...call }) {
    const accounts = await parseAccounts(context, users, "users");
    if (accounts instanceof Refusal) return accounts;
    const reason = reasonOf(call.reason);
    return await inRoom(context, name, (scope) => {
      const { room } = scope;
      const actor = actorIn(context, room);
      const changes = accounts.map((jid) => ({ jid, affiliation, reason }));
      for (const refusal of [
        ...changes.map((change) => refuseChange(room, actor, change)),
        refuseOrphaning(room, changes),
        refuseCrowd(scope, changes),
      ]) {
        if (refusal !== undefined) return refusalOf(refusal, "users");
      }
      changeLists(scope, changes, byIn(context, room));
      const named = accounts.length === 1 ? (accounts[0]?.text ?? "") : `${accounts.length} users`;
      return { message: `${DONE[affiliation](named)} ${room.jid.text}.` };
    });
  },
});

export const setAffiliationCommand = commandOf(setAffiliation, {
  node: "rooms#affiliations",
  name: "Change affiliations in a room",
  fields: [
    ROOM,
    { name: "users", type: "jid-multi", label: "Users, one per line", isRequired: true, values: [] },
    {
      name: "affiliation",
      type: "list-single",
      label: "Affiliation",
      values: ["member"],
      choices: [
        { value: "member", label: "Member" },
        { value: "admin", label: "Administrator" },
        { value: "owner", label: "Owner" },
        { value: "none", label: "None: remove the membership or the ban" },
        { value: "outcast", label: "Banned" },
      ],
    },
    REASON,
  ],
});

/** Replaces a room's owners; the previous owners become members. */
export const handOver = operation({
  call: z.strictObject({ room: z.string(), owners: z.array(z.string()) }),
  async run(context, call) {
    const owners = await parseAccounts(context, call.owners, "owners");
    if (owners instanceof Refusal) return owners;
    return await inRoom(context, call.room, (scope) => {
      const names = owners.map(({ text }) => text);
      reconfigure(scope, new Map([["muc#roomconfig_roomowners", names]]), byIn(context, scope.room));
      return { message: `The room ${scope.room.jid.text} was handed over to ${names.join(", ")}.` };
    });
  },
});

export const handOverCommand = commandOf(handOver, {
  node: "rooms#hand-over",
  name: "Hand a room over",
  instructions: "The current owners become members.",
  fields: [
    ROOM,
    { name: "owners", type: "jid-multi", label: "New owners, one per line", isRequired: true, values: [] },
  ],
});

/** Returns the reason that users see, shortened; undefined if it is empty. */
export function reasonOf(text: string | undefined): string | undefined {
  return text === undefined || text === "" ? undefined : cut(text, MAX_REASON);
}

const DONE: Readonly<Record<Affiliation, (users: string) => string>> = {
  owner: (users) => `Added ${users} to the owners of`,
  admin: (users) => `Added ${users} to the administrators of`,
  member: (users) => `Added ${users} to the members of`,
  none: (users) => `Removed ${users} from`,
  outcast: (users) => `Banned ${users} from`,
};
