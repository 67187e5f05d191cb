/** The command that gives a room to other owners. */
import { linesOf } from "../../entity/command.js";
import { handOver } from "../hand-over.js";
import { done, ROOM, roomOf, type AdminCommand } from "./admin-command.js";

export const handOverCommand: AdminCommand = {
  node: "rooms#hand-over",
  name: "Hand a room over",
  start: (context) => ({
    kind: "stage",
    title: "Hand a room over",
    instructions: "Those who own it now become members.",
    fields: [
      ROOM,
      { name: "owners", type: "jid-multi", label: "New owners, a line each", isRequired: true, values: [] },
    ],
    isLast: true,
    submit: (values) => done(handOver(context, { room: roomOf(values), owners: linesOf(values, "owners") })),
  }),
};
