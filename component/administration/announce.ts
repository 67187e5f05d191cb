/** Announces a text in one room, or in all occupied rooms (XEP-0133 §4.23). The sender is the service, under its name. */
import { counted } from "../wording.js";
import { randomUUID } from "node:crypto";
import { z } from "zod";
import { valueOf, type Values } from "../entity/command.js";
import { SERVICE_NAME } from "../entity/disco.js";
import type { RoomScope } from "../muc/context.js";
import { serviceOf } from "../muc/features/invitations/direct.js";
import { freeNick, speakerOf } from "../muc/occupancy/assigned-nick.js";
import { sendMessage } from "../muc/relay/messages.js";
import { roomJid } from "../muc/rooms.js";
import type { FormField } from "../muc/wire/data-form.js";
import { refuseText } from "../operations/limits.js";
import { Errcode, Refusal } from "../refusal.js";
import { xml } from "../xml/builder.js";
import { inRoom, inTransaction } from "./in-room.js";
import { command, operation, ROOM, submit } from "./operation.js";

/** The maximum length of an announcement, in characters. */
const MAX_TEXT = 10_000;

export const announce = operation({
  /** Without `room`, the text goes to all rooms that have occupants. */
  call: z.strictObject({ room: z.string().optional(), text: z.string() }),
  async run(context, { room, text }) {
    if (text.trim() === "") return new Refusal(Errcode.request, "announcement: the text is empty");
    const refusal = refuseText("announcement", text, MAX_TEXT);
    if (refusal !== undefined) return refusal;
    if (room !== undefined) {
      return await inRoom(context, room, (scope) => {
        sendAsService(scope, text);
        return { message: `Announced in ${scope.room.jid.text}.` };
      });
    }
    let count = 0;
    context.commit.flush();
    for (const name of context.overview.occupied()) {
      const jid = roomJid(name, context.muc.domain);
      if (jid === undefined) continue;
      const result = await inTransaction(context, (work) => {
        const found = context.muc.rooms.find(jid);
        // The room may have been destroyed in the meantime.
        if (found !== undefined) sendAsService({ ...work, room: found }, text);
        return { message: `Announced in ${jid.text}.` };
      });
      if (result instanceof Refusal) {
        return result.withMessage(`${result.message}; announced in ${counted(count, "room")} before that`);
      }
      count += 1;
    }
    return { message: `Announced in ${counted(count, "room")}.` };
  },
});

/** Sends a text as the service, which is shown as an occupant: clients ignore messages without a nickname. */
function sendAsService(scope: RoomScope, text: string): void {
  const { context, room } = scope;
  const account = serviceOf(context).bare;
  const nick = freeNick(context, room, account, [SERVICE_NAME[context.messages.language]]);
  const message = xml("message", { id: randomUUID() }, xml("body", {}, text));
  sendMessage(scope, speakerOf(room, account, nick), message, Infinity);
}

const ADMIN = "http://jabber.org/protocol/admin";

const TEXT: FormField = {
  name: "announcement",
  type: "text-multi",
  label: "Text",
  isRequired: true,
  values: [],
};

export const announceInRoomCommand = command(
  {
    node: "rooms#announce",
    name: "Announce in a room",
    fields: [ROOM, TEXT],
  },
  (context, values) => submit(announce, context, { room: valueOf(values, ROOM.name), text: textOf(values) }),
  true,
);

export const announceInAllCommand = command(
  {
    node: `${ADMIN}#announce`,
    name: "Announce in all rooms",
    instructions:
      "The announcement goes to every room that has occupants. Its sender is the service, not a user.",
    formType: ADMIN,
    fields: [TEXT],
  },
  (context, values) => submit(announce, context, { text: textOf(values) }),
  true,
);

function textOf(values: Values): string {
  return (values.get(TEXT.name) ?? []).join("\n");
}
