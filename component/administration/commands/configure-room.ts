/** The command that configures a room by the room's own form. */
import type { Stage } from "../../entity/command.js";
import { MUC } from "../../muc/wire/ns.js";
import { Refusal } from "../../refusal.js";
import { configureRoom, roomForm } from "../configure-room.js";
import type { AdministrationContext } from "../context.js";
import { done, line, ROOM, roomOf, type AdminCommand } from "./admin-command.js";

export const configureRoomCommand: AdminCommand = {
  node: "rooms#configure",
  name: "Configure a room",
  start: (context) => ({
    kind: "stage",
    title: "Configure a room",
    fields: [ROOM],
    isLast: false,
    submit: (values) => form(context, roomOf(values)),
  }),
};

function form(context: AdministrationContext, room: string): Stage | Refusal {
  const fields = roomForm(context, room);
  if (fields instanceof Refusal) return fields;
  return {
    kind: "stage",
    title: `Configuration of ${room}`,
    formType: MUC.roomConfig,
    // A text first: Converse.js leaves what was typed before in a field of the same place.
    fields: [line(room, 0), ...fields],
    isLast: true,
    submit: (fields) => done(configureRoom(context, { room, fields })),
  };
}
