/** Announces texts in rooms, deletes rooms' messages, and destroys rooms. */
import { randomUUID } from "node:crypto";
import { z } from "zod";
import { Jid } from "../addresses/address.js";
import { SERVICE_NAME } from "../entity/disco.js";
import { destroy } from "../muc/admin/destroying.js";
import type { RoomScope } from "../muc/context.js";
import { serviceOf } from "../muc/features/invitations/direct.js";
import { freeNick, speakerOf } from "../muc/occupancy/assigned-nick.js";
import { roomJid } from "../muc/rooms.js";
import { relayMessage } from "../muc/relay/messages.js";
import { refuseText } from "../operations/limits.js";
import { badRequest, Errcode, Refusal } from "../refusal.js";
import { counted, quoted } from "../wording.js";
import { xml } from "../xml/builder.js";
import { changing, destroying, word } from "./operation.js";
import { inRoomByAddress, LOADED_ROOM, REASON, ROOM } from "./room-parts.js";

/** The maximum length of an announcement, in characters. */
const MAX_TEXT = 10_000;

export const announce = changing({
  name: "room announce",
  en: "send a message to a room, or to all rooms with occupants (XEP-0133); its sender is the service, not a user",
  zh: "向一个群或所有有人在内的群发消息（XEP-0133）；发送者是群聊服务，而不是用户",
  example: '--all "Maintenance at noon"',
  arguments: {
    room: ROOM.optional(),
    announcement: word(z.string(), "text", "文本", { placed: '"Maintenance at noon"', long: true }),
    all: word(z.boolean().default(false), "all rooms with occupants", "所有有人在内的群"),
  },
  needs: "component",
  async run(context, { room, announcement: text, all }) {
    if ((room === undefined) !== all) return badRequest("room: pass one room, or all");
    if (text.trim() === "") return badRequest("announcement: the text is empty");
    const refusal = refuseText("announcement", text, MAX_TEXT);
    if (refusal !== undefined) return refusal;
    const send = (scope: RoomScope) => {
      sendAsService(scope, text);
      return { message: `Announced in ${scope.room.jid.text}.` };
    };
    if (room !== undefined) return await inRoomByAddress(context, room, send);
    let count = 0;
    context.commit.flush();
    for (const name of context.records.overview.occupied()) {
      const jid = roomJid(name, context.muc.domain);
      const result = jid && (await inRoomByAddress(context, jid, send, false));
      // The room may have been destroyed in the meantime.
      if (result instanceof Refusal && result.errcode !== Errcode.notFound)
        return result.withMessage(`${result.message}; announced in ${counted(count, "room")} before that`);
      if (!(result instanceof Refusal)) count += 1;
    }
    const message = `Announced in ${counted(count, "room")}.`;
    await context.commit.run(() => context.record.write(message));
    return { message };
  },
});

/** Sends a text as the service, which is shown as an occupant: clients ignore messages without a nickname. */
function sendAsService(scope: RoomScope, text: string): void {
  const { context, room } = scope;
  const account = serviceOf(context).bare;
  const nick = freeNick(context, room, account, [SERVICE_NAME[context.messages.language]]);
  const message = xml("message", { id: randomUUID() }, xml("body", {}, text));
  relayMessage(scope, speakerOf(room, account, nick), message, Infinity);
}

/** How many messages are deleted in one transaction; this takes a few milliseconds. */
const PURGED_ROWS = 50;
const WANTED = "expected a date such as 2026-01-31, or a time such as 2026-01-31T12:00";
/** A local date, or a time, in milliseconds since 1970. */
const TIME = z.union([
  z.iso.date(WANTED).transform((day) => Date.parse(`${day}T00:00`)),
  z.iso.datetime({ local: true, offset: true, error: WANTED }).transform((time) => Date.parse(time)),
]);

const purge = destroying({
  name: "room purge",
  en: "delete messages of a room, from its archive and from the history that users get on entering",
  zh: "删除群的聊天记录，包括存档和进群时收到的最近消息",
  example: "plan --before 2026-01-31",
  arguments: {
    room: LOADED_ROOM,
    before: word(
      TIME.optional(),
      "only messages before this time: 2026-01-31, or 2026-01-31T12:00 (default: all messages)",
      "只删除此时间之前的消息：2026-01-31 或 2026-01-31T12:00（默认：全部）",
    ),
  },
  needs: "component",
  async run({ muc, commit, record }, { room, before = Date.now() }) {
    muc.rooms.settle(room);
    let deleted = 0;
    for (;;) {
      // Each slice is deleted in a separate transaction, so that other work isn't delayed.
      const count = await commit.run(() => {
        record.write();
        return muc.stores.archive.expireIn(room.id, before * 1000, PURGED_ROWS);
      });
      if (count === 0) break;
      deleted += count;
    }
    const message = `Deleted ${counted(deleted, "message")} of ${room.jid.text}.`;
    await commit.run(() => record.write(message));
    return { message };
  },
});

const destroyRoom = destroying({
  name: "room destroy",
  en: "destroy a room, and delete its settings, affiliations and messages",
  zh: "销毁群，并删除其设置、群内身份和聊天记录",
  example: "plan --alternate caldron --reason Moved",
  arguments: {
    room: ROOM,
    alternate: word(
      z.string().default(""),
      "room that users can enter instead: id or address",
      "替代群：id 或地址",
    ),
    reason: REASON,
  },
  needs: "component",
  run: (context, { room, alternate, reason }) =>
    inRoomByAddress(context, room, (scope) => {
      const alternative = alternativeOf(context.muc.domain, alternate, room);
      if (alternative instanceof Refusal) return alternative;
      destroy(scope, { alternative, reason });
      const instead = alternative === undefined ? "" : `; its alternative is ${alternative.text}`;
      return { message: `The room ${room.text} was destroyed${instead}.` };
    }),
});

function alternativeOf(domain: string, alternate: string, room: Jid): Jid | Refusal | undefined {
  const text = alternate.trim();
  if (text === "") return undefined;
  const jid = Jid.parse(text, domain);
  if (jid?.local === undefined || jid.resource !== undefined)
    return badRequest(`alternate: ${quoted(text)} is not a room; expected id or id@domain`);
  return jid.equals(room) ? badRequest("alternate: this is the room that is destroyed") : jid;
}

export const ROOM_MESSAGES = [announce, purge, destroyRoom];
