/** Imports the tables of rooms: muc_room, muc_vcard_info, muc_room_users, user_register_mucs. */
import { randomBytes } from "node:crypto";
import type { RoomsConfig } from "../../../component/config.js";
import { optionsOfMade, readOptions, type RoomOptions } from "../../../component/muc/options/room-options.js";
import type { Subject } from "../../../component/muc/room/subject.js";
import { xml } from "../../../component/xml/builder.js";
import { serialise } from "../../../component/xml/serialise.js";
import type { ImportStore } from "../../../storage/import-store.js";
import type { Domains } from "./domains.js";
import { cleanText, readRoomOptions, type KeptRoom } from "./room-options.js";
import type { ImportOutcome, SourceRow, ImportStep } from "./source.js";
import { cut } from "../../../storage/unicode.js";

/** The maximum lengths of texts, in characters. */
const MAX_CHARACTERS = { name: 256, description: 4096, subject: 4096 } as const;
const NOTHING_KEPT: KeptRoom = { options: {}, affiliations: [], subject: undefined };

/**
 * Returns the time of an affiliation, in microseconds since 1970.
 * @param createdAt the time of the room's creation, in milliseconds since 1970
 */
type Since = (createdAt: number) => number;

/** @param membersOnly whether to make every room members-only, whatever its options */
export function roomSteps(
  rooms: ImportStore,
  domains: Domains,
  config: RoomsConfig,
  membersOnly: boolean,
): ImportStep[] {
  const takeRoom = (row: SourceRow): ImportOutcome => {
    const room = domains.room(row.get("name"), row.get("host"));
    if (typeof room === "string") return { reason: room };
    const kept = readRoomOptions(row.get("opts"));
    const { options, affiliations, subject } = typeof kept === "string" ? NOTHING_KEPT : kept;
    const known = rooms.find(room.name);
    const before = known && readOptions(known.options, config);
    const after = merged(before, options);
    const createdAt = timeOf(row.get("created_at")) ?? known?.createdAt ?? Date.now();
    const fresh = {
      name: room.name,
      secret: randomBytes(16),
      createdAt,
      listed: after.public,
      options: JSON.stringify(after),
      subject: subject && JSON.stringify(subjectOf(subject, createdAt)),
    };
    const id = known?.id ?? rooms.addRoom(fresh);
    const same = JSON.stringify(before) === JSON.stringify(after);
    if (known !== undefined && !same)
      rooms.put({ ...known, options: JSON.stringify(after), listed: after.public });
    const taken = before === undefined ? "added" : same ? "unchanged" : "changed";
    const strangers = affiliate(id, createdAt, affiliations);
    if (typeof kept === "string") return { taken, but: `without options and affiliations: ${kept}` };
    return strangers.length === 0 ? taken : { taken, but: `without ${strangers.join("; ")}` };
  };

  /** Returns the options in the database, overridden by those of the dump. */
  const merged = (before: RoomOptions | undefined, kept: Partial<RoomOptions>): RoomOptions => {
    const { name = "", description = "" } = kept;
    const base = before ?? optionsOfMade(config, "", "");
    const options: RoomOptions = {
      ...base,
      ...kept,
      // A name in the database is kept: it may be from muc_vcard_info, which is newer than the title in opts.
      name: base.name || cut(name, MAX_CHARACTERS.name),
      description: base.description || cut(description, MAX_CHARACTERS.description),
      persistent: true,
      maxOccupants: Math.min(kept.maxOccupants ?? base.maxOccupants, config.max_occupants),
    };
    return membersOnly ? { ...options, membersOnly: true } : options;
  };

  /** Imports a room's affiliations. @returns the refused affiliations, each with the reason */
  const affiliate = (room: number, createdAt: number, affiliations: KeptRoom["affiliations"]): string[] =>
    affiliations.flatMap(({ user, host, rank }, index) => {
      // An affiliation of a whole domain is only supported for bans.
      if (user === "" && rank !== "outcast") return [];
      const who = user === "" ? domains.host(host) : domains.user(user, host);
      if (typeof who === "string") return [`its ${rank}: ${who}`];
      rooms.raise({ room, jid: who.text, affiliation: rank, since: createdAt * 1000 + index });
      return [];
    });

  const takeCard = (row: SourceRow): ImportOutcome => {
    const [id = "", domain = ""] = row.get("muc_name").split("@");
    const room = domains.room(id, domain);
    if (typeof room === "string") return { reason: room };
    const known = rooms.find(room.name);
    if (known === undefined) return { reason: `muc_room has no room ${room.name}` };
    const name = cut(cleanText(row.get("show_name")), MAX_CHARACTERS.name);
    const description = cut(cleanText(row.get("muc_desc")), MAX_CHARACTERS.description);
    const announcement = cut(cleanText(row.get("muc_title")), MAX_CHARACTERS.description);
    const before = readOptions(known.options, config);
    const after = {
      ...before,
      name: name === "" ? before.name : name,
      description: description || announcement || before.description,
    };
    const json = JSON.stringify(after);
    if (json === JSON.stringify(before)) return "unchanged";
    rooms.put({ ...known, options: json, listed: after.public });
    return "changed";
  };

  const takeMember = (row: SourceRow, since: Since): ImportOutcome => {
    const room = domains.room(row.get("muc_name"), row.get("domain"));
    if (typeof room === "string") return { reason: room };
    const jid = domains.user(row.get("username"), row.get("host"));
    if (typeof jid === "string") return { reason: jid };
    const known = rooms.find(room.name);
    if (known === undefined) return { reason: `muc_room has no room ${room.name}` };
    return rooms.addMember(known.id, jid.text, since(known.createdAt)) ? "added" : "unchanged";
  };

  return [
    { table: "muc_room", take: takeRoom },
    { table: "muc_vcard_info", take: takeCard },
    { table: "muc_room_users", take: (row) => takeMember(row, sinceById(row)) },
    {
      table: "user_register_mucs",
      // The flag "0" marks a former member, who isn't imported.
      take: (row) => (row.get("registed_flag") === "0" ? "over" : takeMember(row, sinceByTime(row))),
    },
  ];
}

function subjectOf({ text, author }: NonNullable<KeptRoom["subject"]>, at: number): Subject {
  const element = xml("subject", {}, cut(cleanText(text), MAX_CHARACTERS.subject));
  return { xml: serialise(element), nick: cleanText(author), at };
}

/** The highest id that is added to an affiliation's time as microseconds. Higher ids would make the time too late. */
const HIGHEST_ID = 1e12;

/** Orders members by their ids in the original, after the room's owners. */
function sinceById(row: SourceRow): Since {
  const id = Number(row.get("id"));
  const place = Number.isInteger(id) && id > 0 && id <= HIGHEST_ID ? id : 0;
  return (createdAt) => createdAt * 1000 + 1000 + place;
}

function sinceByTime(row: SourceRow): Since {
  const at = timeOf(row.get("created_at"));
  return (createdAt) => Math.max(at ?? 0, createdAt) * 1000 + 1000;
}

/** Parses a timestamp of PostgreSQL, in UTC if it has no zone. @returns milliseconds since 1970 */
function timeOf(text: string): number | undefined {
  const match = /^(\d{4,}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d(?:\.\d{1,6})?)([+-]\d\d)?(?::?(\d\d))?$/.exec(text);
  if (match === null) return undefined;
  const [, date = "", clock = "", hours, minutes = "00"] = match;
  const at = Date.parse(`${date}T${clock}${hours === undefined ? "Z" : `${hours}:${minutes}`}`);
  return Number.isNaN(at) ? undefined : at;
}
