/** The command that deletes what was said in a room. */
import { valueOf } from "../../entity/command.js";
import { purgeArchive } from "../purge-archive.js";
import { done, ROOM, roomOf, type AdminCommand } from "./admin-command.js";

export const purgeArchiveCommand: AdminCommand = {
  node: "rooms#purge",
  name: "Delete what was said in a room",
  start: (context) => ({
    kind: "stage",
    title: "Delete what was said in a room",
    instructions: "It goes from the archive and from the history. This can't be undone.",
    fields: [
      ROOM,
      {
        name: "before",
        type: "text-single",
        label: "Only what was said before this date, such as 2026-01-31; all where left empty",
        values: [],
      },
    ],
    isLast: true,
    submit: (values) =>
      done(purgeArchive(context, { room: roomOf(values), before: valueOf(values, "before") })),
  }),
};
