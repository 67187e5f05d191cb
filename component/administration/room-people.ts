/** Changes who is what in a room: affiliations, owners, and who is inside. Occupants are notified. */
import { z } from "zod";
import { refuseChanges, refuseRole } from "../muc/admin/actor.js";
import { change, changeLists } from "../muc/admin/changing.js";
import { reconfigure } from "../muc/admin/configuration.js";
import type { Affiliation } from "../muc/room/affiliation.js";
import type { Occupant } from "../muc/room/occupants.js";
import type { Room } from "../muc/room/room.js";
import { nickKeyOf } from "../addresses/nick.js";
import { badRequest, Refusal, refuse } from "../refusal.js";
import type { Translated } from "../translated.js";
import { quoted } from "../wording.js";
import { users } from "./accounts.js";
import { actorIn, byIn, type RunningContext } from "./context.js";
import { changing, word } from "./operation.js";
import { inRoomByAddress, REASON, refusalOfError, ROOM } from "./room-parts.js";

const USERS = users("users: id or id@host", "用户：id 或 id@域名", "zhangsan lisi");

function affiliate(
  verb: string,
  affiliation: Affiliation,
  summary: Translated,
  done: (users: string) => string,
) {
  return changing({
    name: `room ${verb}`,
    ...summary,
    arguments: { room: ROOM, users: USERS, reason: REASON },
    needs: "component",
    run: (context, { room: jid, users, reason }) =>
      inRoomByAddress(context, jid, (scope) => {
        const { room } = scope;
        const changes = users.map((user) => ({ jid: user, affiliation, reason }));
        const refusal = refuseChanges(scope, actorIn(context, room), changes);
        if (refusal !== undefined) return refusalOfError(refusal, "users");
        changeLists(scope, { affiliations: changes, by: byIn(context, room) });
        const named = users.length === 1 ? (users[0]?.text ?? "") : `${users.length} users`;
        return { message: `${done(named)} ${room.jid.text}.` };
      }),
  });
}

/** The operations that give an affiliation, by the affiliation. */
export const AFFILIATE = {
  owner: affiliate(
    "owner",
    "owner",
    { en: "make users owners of a room", zh: "把用户设为群主" },
    (users) => `Added ${users} to the owners of`,
  ),
  admin: affiliate(
    "admin",
    "admin",
    { en: "make users administrators of a room", zh: "把用户设为群管理员" },
    (users) => `Added ${users} to the administrators of`,
  ),
  member: affiliate(
    "member",
    "member",
    {
      en: "make users members of a room; a members-only room invites them",
      zh: "把用户设为群成员；仅限成员的群会邀请他们",
    },
    (users) => `Added ${users} to the members of`,
  ),
  none: affiliate(
    "expel",
    "none",
    {
      en: "end users' affiliation with a room (owner, administrator or member), or lift their ban",
      zh: "取消用户在群中的身份（群主、管理员或成员），或解除封禁",
    },
    (users) => `Removed ${users} from`,
  ),
  outcast: affiliate(
    "ban",
    "outcast",
    { en: "ban users from a room; those inside are removed", zh: "封禁用户；在群内的会被移出" },
    (users) => `Banned ${users} from`,
  ),
} as const;

const handOver = changing({
  name: "room hand-over",
  en: "replace the owners of a room; the current owners become members",
  zh: "更换群主；现任群主成为普通成员",
  arguments: {
    room: ROOM,
    owners: users("new owners: id or id@host", "新群主：id 或 id@域名", "lisi"),
  },
  needs: "component",
  run: (context, { room, owners }) =>
    inRoomByAddress(context, room, (scope) => {
      const names = owners.map(({ text }) => text);
      reconfigure(scope, new Map([["muc#roomconfig_roomowners", names]]), byIn(context, scope.room));
      return { message: `The room ${room.text} was handed over to ${names.join(", ")}.` };
    }),
});

const kick = changing({
  name: "room kick",
  en: "remove occupants from a room; they may enter again unless the room's settings forbid it",
  zh: "把在群用户移出；除非群的设置禁止，他们可以再次进入",
  example: 'plan zhangsan --reason "Calm down"',
  arguments: {
    room: ROOM,
    occupants: word(
      z.array(z.string()),
      "nicknames, or users: id or id@host",
      "昵称，或用户：id 或 id@域名",
      {
        placed: "zhangsan",
      },
    ),
    reason: REASON,
  },
  needs: "component",
  run: (context, { room: jid, occupants, reason }) =>
    inRoomByAddress(context, jid, (scope) => {
      const { room } = scope;
      const actor = actorIn(context, room);
      const kicked = new Set<Occupant>();
      for (const text of occupants) {
        const found = occupantsNamed(context, room, text);
        if (found instanceof Refusal) return found;
        for (const occupant of found) kicked.add(occupant);
      }
      if (kicked.size === 0) return badRequest("occupants: no occupant is given");
      for (const occupant of kicked) {
        const refusal = refuseRole(room, actor, { occupant, role: "none", reason });
        if (refusal !== undefined) return refusalOfError(refusal, "occupants");
      }
      const nicks = [...kicked].map(({ nick }) => nick.text);
      const roles = [...kicked].map((occupant) => ({ occupant, role: "none" as const, reason }));
      change(scope, { roles, by: byIn(context, room) });
      return { message: `Kicked from ${room.jid.text}: ${nicks.join(", ")}.` };
    }),
});

function occupantsNamed(context: RunningContext, room: Room, text: string): readonly Occupant[] | Refusal {
  const byNick = room.occupants.get(nickKeyOf(text));
  if (byNick !== undefined) return [byNick];
  const account = context.addresses.account(text.trim(), "occupants");
  const byAccount = account instanceof Refusal ? [] : room.occupantsOf(account);
  return byAccount.length > 0
    ? byAccount
    : refuse.notFound(`occupants: there is no occupant ${quoted(text)}`);
}

export const ROOM_PEOPLE = [...Object.values(AFFILIATE), handOver, kick];
