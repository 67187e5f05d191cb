/** Creates a room with an owner, as create_muc does, and configures it in the same transaction. */
import { z } from "zod";
import { reconfigure } from "../muc/admin/configuration.js";
import { makeRoomFor } from "../operations/rooms.js";
import { refuseText } from "../operations/limits.js";
import { Errcode, Refusal } from "../refusal.js";
import { fieldsType, readFields } from "./configure-room.js";
import { byIn } from "./context.js";
import { inTransaction, parseRoom } from "./in-room.js";
import { commandOf, operation, ROOM } from "./operation.js";

const MAX_TITLE = 255;
const MAX_DESCRIPTION = 2000;

export const makeRoom = operation({
  call: z.strictObject({
    room: z.string(),
    owner: z.string(),
    title: z.string().default(""),
    description: z.string().default(""),
    fields: fieldsType,
  }),
  async run(context, { title, description, ...call }) {
    const jid = parseRoom(context, call.room);
    if (jid instanceof Refusal) return jid;
    const owner = context.addresses.account(call.owner.trim(), "owner");
    if (owner instanceof Refusal) return owner;
    const refusal =
      refuseText("title", title, MAX_TITLE) ?? refuseText("description", description, MAX_DESCRIPTION);
    if (refusal !== undefined) return refusal;
    const fields = readFields(context, call.fields);
    if (fields instanceof Refusal) return fields;
    return await inTransaction(context, (work) => {
      if (context.muc.rooms.find(jid) !== undefined) {
        return new Refusal(Errcode.exists, `room: ${jid.text} exists already`);
      }
      makeRoomFor(work, jid, { owner, title, description, by: context.account }, (scope) => {
        if (fields.size > 0) reconfigure(scope, fields, byIn(context, scope.room));
      });
      return { message: `The room ${jid.text} was made; its owner is ${owner.text}.` };
    });
  },
});

export const makeRoomCommand = commandOf(makeRoom, {
  node: "rooms#make",
  name: "Make a room",
  instructions: "The room is persistent and members-only. Both can be changed by configuring it.",
  fields: [
    ROOM,
    { name: "title", type: "text-single", label: "Title", values: [] },
    { name: "description", type: "text-single", label: "Description", values: [] },
    { name: "owner", type: "jid-single", label: "Owner", isRequired: true, values: [] },
  ],
});
