/** The command that makes a room. */
import { valueOf } from "../../entity/command.js";
import { makeRoom } from "../make-room.js";
import { done, ROOM, roomOf, type AdminCommand } from "./admin-command.js";

export const makeRoomCommand: AdminCommand = {
  node: "rooms#make",
  name: "Make a room",
  start: (context) => ({
    kind: "stage",
    title: "A new room",
    instructions: "It stays when everybody has left, and is for members only; configuring it changes that.",
    fields: [
      ROOM,
      { name: "title", type: "text-single", label: "Title", values: [] },
      { name: "description", type: "text-single", label: "Description", values: [] },
      { name: "owner", type: "jid-single", label: "Owner", isRequired: true, values: [] },
    ],
    isLast: true,
    submit: (values) =>
      done(
        makeRoom(context, {
          room: roomOf(values),
          title: valueOf(values, "title"),
          description: valueOf(values, "description"),
          owner: valueOf(values, "owner"),
          fields: new Map(),
        }),
      ),
  }),
};
