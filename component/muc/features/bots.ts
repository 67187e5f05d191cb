/**
 * Shows bots (hooks/known-bots.ts) as occupants of the rooms to which they post, with picture and profile. Nothing counts,
 * limits, invites or removes them, and a room ends without them. Changes of bots are noticed with the room's next entry
 * or message. The room stores what its occupants were told, so a restart repeats nothing.
 */
import { isDeepStrictEqual } from "node:util";
import type { BareJid } from "../../addresses/address.js";
import type { StoredRoomBot } from "../../../storage/rooms-store.js";
import type { RoomScope } from "../context.js";
import { freeNick, speakerOf } from "../occupancy/assigned-nick.js";
import type { Occupant } from "../room/occupants.js";
import { BOT_ROLE } from "../room/room-rules.js";
import { goneShape, notifyOthers, presenceShapeOf } from "../wire/fan-out.js";
import type { Feature, Speaker } from "./feature.js";

export const bots: Feature = {
  onMessage: followIfOccupied,
  refuseInvited: (room, jid) =>
    room.postingBots.some((bot) => bot.jid.bare.equals(jid.bare))
      ? room.error("not-allowed", `${jid.bare.text} is a bot of this room.`)
      : undefined,
};

/** Returns a bot as the speaker of a message. Occupants see the bot enter before the message. */
export function speakingBot(scope: RoomScope, account: BareJid, title: string): Speaker {
  const { context, room } = scope;
  followIfOccupied(scope);
  const bots = room.occupants.size > 0 ? [...room.bots.values()] : [];
  const shown = bots.find((bot) => bot.account.equals(account));
  return shown ?? speakerOf(room, account, freeNick(context, room, account, [title]));
}

function followIfOccupied(scope: RoomScope): void {
  if (scope.room.occupants.size > 0) followBots(scope);
}

export function followBots(scope: RoomScope): void {
  const { transaction, room } = scope;
  if (room.postingBots.length === 0 && room.bots.size === 0) return;
  const before = [...room.bots.values()];
  const shown = before.map(storedOf);
  const wanted = botsIn(scope);
  if (isDeepStrictEqual(shown, wanted)) return;
  room.setBots(transaction, wanted);
  const now = [...room.bots.values()];
  for (const bot of before) {
    const next = now.find(({ account }) => account.equals(bot.account));
    if (next?.nick.text === bot.nick.text) continue;
    const renamed = next && { codes: [303], newNick: next.nick.text, role: BOT_ROLE };
    notifyOthers(scope, bot, goneShape(bot, renamed));
  }
  for (const [at, bot] of now.entries()) {
    const isKnown = shown.some((old) => isDeepStrictEqual(old, wanted[at]));
    if (!isKnown) notifyOthers(scope, bot, presenceShapeOf(bot));
  }
}

/** Returns the bots that occupants should see now: none if presence in their role is hidden. */
function botsIn({ context, room }: RoomScope): StoredRoomBot[] {
  if (!room.isBroadcast(BOT_ROLE)) return [];
  return room.postingBots.flatMap(({ jid, title, presence }) => {
    const account = jid.bare;
    const affiliation = room.affiliationOf(account);
    if (affiliation === "outcast") return [];
    const reserved = room.affiliations.get(account.text)?.nick;
    const nick = freeNick(context, room, account, [reserved, title]).text;
    return [{ name: account.local ?? "", nick, affiliation, presence }];
  });
}

function storedOf({ account, nick, affiliation, presence }: Occupant): object {
  return { name: account.local, nick: nick.text, affiliation, presence };
}
