/** Lists rooms in pages, ordered by name; optionally only rooms whose name or title contains a given text. */
import { counted } from "../wording.js";
import type { FoundRoom, RoomsFilter } from "../../storage/rooms-overview.js";
import { valueOf, type Step } from "../entity/command.js";
import { readOptions } from "../muc/room/options.js";
import { roomJid } from "../muc/rooms.js";
import { parseBoolean } from "../room-option-kinds.js";
import { TimeSlice } from "../meter.js";
import type { AdministrationContext } from "./context.js";
import { command, line, report } from "./operation.js";
import type { Page, PageWanted } from "./page.js";

export interface ListRooms extends PageWanted {
  /** The text to search for in names and titles; "" lists all rooms. */
  readonly text: string;
  /** Whether only rooms in the public list are returned. */
  readonly listed: boolean;
}

export interface ListedRoom {
  /** The localpart of the room's address. */
  readonly name: string;
  readonly address: string;
  /** The room's title; "" if the room has none. */
  readonly title: string;
  /** How many members, administrators and owners the room has. */
  readonly members: number;
  /** How many sessions are inside. */
  readonly inside: number;
}

/** How many rooms are read from the database at a time. */
const CHUNK = 500;

export async function listRooms(context: AdministrationContext, call: ListRooms): Promise<Page<ListedRoom>> {
  const { overview, muc } = context;
  const text = plain(call.text);
  const filter: RoomsFilter = { listed: call.listed, limit: CHUNK };
  const rooms: ListedRoom[] = [];
  const slice = new TimeSlice();
  let { after } = call;
  for (;;) {
    const found = overview.list(filter, after);
    for (const room of found) {
      const title = readOptions(room.options, muc.config).name;
      if (!room.name.includes(text) && !plain(title).includes(text)) continue;
      if (rooms.length === call.limit) return { entries: rooms, next: rooms.at(-1)?.name };
      rooms.push(listedRoom(context, room, title));
    }
    const last = found.at(-1);
    if (last === undefined || found.length < CHUNK) return { entries: rooms, next: undefined };
    after = last.name;
    if (slice.isOver) await slice.yieldTurn();
  }
}

function listedRoom(
  { overview, muc }: AdministrationContext,
  { id, name }: FoundRoom,
  title: string,
): ListedRoom {
  const { affiliations, sessions } = overview.sizeOf(id);
  const members = affiliations.owner + affiliations.admin + affiliations.member;
  const address = roomJid(name, muc.domain)?.text ?? name;
  return { name, address, title, members, inside: sessions };
}

function plain(text: string): string {
  return text.normalize("NFC").trim().toLowerCase();
}

/** How many rooms a page of the command's form shows. */
const PAGE = 20;
const TITLE = "Rooms";

export const listRoomsCommand = command(
  {
    node: "rooms#list",
    name: "List or find rooms",
    title: TITLE,
    instructions: "Leave the text empty to list all rooms.",
    fields: [
      { name: "text", type: "text-single", label: "Id or title contains", values: [] },
      { name: "listed", type: "boolean", label: "Only rooms in the public list", values: ["0"] },
    ],
  },
  (context, values) => {
    const listed = parseBoolean(valueOf(values, "listed")) ?? false;
    return page(context, { text: valueOf(values, "text"), listed, after: "", limit: PAGE });
  },
);

async function page(context: AdministrationContext, call: ListRooms): Promise<Step> {
  const { entries, next } = await listRooms(context, call);
  if (entries.length === 0) return { kind: "completed", note: "No rooms found." };
  const texts = entries.map(textOf);
  if (next === undefined) return report(TITLE, texts);
  return {
    kind: "stage",
    title: TITLE,
    instructions: "More rooms follow.",
    fields: texts.map(line),
    isLast: false,
    submit: () => page(context, { ...call, after: next }),
  };
}

function textOf({ title, address, members, inside }: ListedRoom): string {
  const name = title === "" ? address : `${title} (${address})`;
  return `${name}: ${counted(members, "member")}, ${counted(inside, "session")} inside`;
}
