/** The command that lists and finds rooms, by pages. */
import type { Stage, Step } from "../../entity/command.js";
import { valueOf } from "../../entity/command.js";
import { readBoolean } from "../../room-option-kinds.js";
import type { AdministrationContext } from "../context.js";
import { listRooms, type ListedRoom, type ListRooms } from "../list-rooms.js";
import { line, report, type AdminCommand } from "./admin-command.js";

const PAGE = 20;
const TITLE = "Rooms";

export const listRoomsCommand: AdminCommand = {
  node: "rooms#list",
  name: "List or find rooms",
  start: (context) => ({
    kind: "stage",
    title: TITLE,
    instructions: "Leave the text empty to list all rooms.",
    fields: [
      { name: "text", type: "text-single", label: "Name or title holds", values: [] },
      { name: "listed", type: "boolean", label: "Only those in the public list", values: ["0"] },
    ],
    isLast: false,
    submit: (values) =>
      page(context, {
        text: valueOf(values, "text"),
        listed: readBoolean(valueOf(values, "listed")) ?? false,
        after: "",
        limit: PAGE,
      }),
  }),
};

async function page(context: AdministrationContext, call: ListRooms): Promise<Step> {
  const { rooms, more } = await listRooms(context, call);
  if (rooms.length === 0) return { kind: "completed", note: "There are no such rooms." };
  const fields = rooms.map((room, index) => line(textOf(room), index));
  const last = rooms.at(-1);
  if (!more || last === undefined) return report(TITLE, fields);
  const next: Stage = {
    kind: "stage",
    title: TITLE,
    instructions: "There are more after these.",
    fields,
    isLast: false,
    submit: () => page(context, { ...call, after: last.name }),
  };
  return next;
}

function textOf({ title, address, members, inside }: ListedRoom): string {
  const name = title === "" ? address : `${title} (${address})`;
  return `${name}: ${members} ${members === 1 ? "member" : "members"}, ${inside} inside`;
}
