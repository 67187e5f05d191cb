/**
 * `room`: shows rooms. These commands only read the database, because the component holds rooms in memory and would
 * miss changes. Commands that change rooms send operations to the component (room-change.ts).
 */
import type { Command } from "commander";
import { isAccount, Jid, type AccountJid } from "../../component/address.js";
import { DomainAliases } from "../../component/domain-aliases.js";
import { readOptions } from "../../component/muc/room/options.js";
import { RoomsOverview, type FoundRoom, type RoomSize } from "../../storage/rooms-overview.js";
import { wordsOf } from "../../storage/text-search.js";
import type { Config } from "../config/sections.js";
import { dataFailure, usageFailure } from "../failure.js";
import { say } from "../output.js";
import { sayTable } from "../table.js";
import { configOf, configured, type Flags } from "./configured.js";
import { inStorage } from "./in-storage.js";
import { limitOf } from "./numbers.js";
import { grepRoom } from "./room-grep.js";
import { addRoomChanges } from "./room-change.js";
import { showRoom } from "./room-show.js";
import { userOf } from "./user.js";

type Options = Flags & { readonly limit: string };
type RoomsConfig = Pick<Config, "xmpp" | "storage" | "rooms">;

interface ListOptions extends Options {
  readonly listed?: boolean;
  readonly owner?: string;
  readonly member?: string;
  readonly after?: string;
}

const SECTIONS = ["xmpp", "storage", "rooms"] as const;
const HEADINGS = ["room", "members", "inside", "public", "members only", "persistent", "title"];

export function addRoom(program: Command): void {
  const room = program
    .command("room")
    .description("show rooms; create, change and destroy them while the component is running");
  listing(room.command("list"))
    .description("list rooms, ordered by id, with the numbers of members and of sessions inside")
    .option("--after <room>", "only rooms that follow this one in the order of ids")
    .action((options: ListOptions) => list(options));
  listing(room.command("search"))
    .description("find rooms whose id or title contains the given text")
    .argument("<text>", "part of the id or title")
    .action((text: string, options: ListOptions) => list(options, text));
  configured(room.command("show"), SECTIONS)
    .description("show a room's options, subject, affiliations, sessions inside and the size of its archive")
    .argument("<room>", "ID or ID@DOMAIN")
    .option("--limit <count>", "maximum entries per list", "20")
    .action(show);
  configured(room.command("grep"), SECTIONS)
    .description("search the messages of a room")
    .argument("<room>", "ID or ID@DOMAIN")
    .argument("<text>", "words that must all occur; a phrase in double quotation marks")
    .option("--limit <count>", "maximum messages to show, the newest", "100")
    .action(grep);
  addRoomChanges(room);
}

function listing(command: Command): Command {
  return configured(command, SECTIONS)
    .option("--listed", "only public rooms")
    .option("--owner <user>", "only rooms that this user owns")
    .option("--member <user>", "only rooms of which this user is a member, administrator or owner")
    .option("--limit <count>", "maximum entries to show", "100");
}

async function list(options: ListOptions, text?: string): Promise<void> {
  const config = configOf(options, SECTIONS);
  const { storage, xmpp } = config;
  const limit = limitOf(options);
  const after = options.after === undefined ? "" : roomOf(options.after, config).local;
  const accountOf = (user?: string) => (user === undefined ? undefined : userOf(user, xmpp).text);
  const filter = {
    listed: options.listed === true,
    owner: accountOf(options.owner),
    member: accountOf(options.member),
    limit: limit + 1,
  };
  const titleOf = (stored: string): string => readOptions(stored, config.rooms).name;
  await inStorage(storage.path, (db) => {
    const overview = new RoomsOverview(db);
    // One transaction gives all reads the same state of the database.
    const rows = db.transaction(() => {
      const found =
        text === undefined ? overview.list(filter, after) : overview.search(text, filter, titleOf);
      return found.map((room) => rowOf(room, overview.sizeOf(room.id), config));
    })();
    sayTable("No rooms.", HEADINGS, rows.slice(0, limit));
    if (rows.length <= limit) return;
    const further =
      text === undefined ? `--limit, or continue with --after ${rows[limit - 1]?.[0] ?? ""}` : "--limit";
    say(`More than ${limit} match; use ${further}.`);
  });
}

function rowOf(
  { name, options }: FoundRoom,
  { affiliations, sessions }: RoomSize,
  config: RoomsConfig,
): string[] {
  const { name: title, public: isPublic, membersOnly, persistent } = readOptions(options, config.rooms);
  const members = affiliations.owner + affiliations.admin + affiliations.member;
  const words = [isPublic, membersOnly, persistent].map((is) => (is ? "yes" : "no"));
  // The title is the last column, because padEnd() ignores that Chinese characters are two columns wide.
  return [`${name}@${config.xmpp.domain}`, String(members), String(sessions), ...words, title];
}

async function show(text: string, options: Options): Promise<void> {
  const config = configOf(options, SECTIONS);
  const limit = limitOf(options);
  const jid = roomOf(text, config);
  await inStorage(config.storage.path, (db) => {
    const lines = db.transaction(() => showRoom(db, jid, config.rooms, limit))();
    if (lines === undefined) throw dataFailure(`There is no room ${jid.text}: run "room search" to find it.`);
    say(...lines);
  });
}

async function grep(room: string, text: string, options: Options): Promise<void> {
  const config = configOf(options, SECTIONS);
  const limit = limitOf(options);
  const jid = roomOf(room, config);
  if (wordsOf(text).length === 0) throw usageFailure("The text to search for contains no words.");
  await inStorage(config.storage.path, (db) => {
    const lines = db.transaction(() => grepRoom(db, jid, { text, limit }))();
    if (lines === undefined) throw dataFailure(`There is no room ${jid.text}: run "room search" to find it.`);
    say(...lines);
  });
}

/** Parses a room's id or address. @throws Failure unless the address is at the component's domain */
function roomOf(text: string, config: RoomsConfig): AccountJid {
  const aliases = new DomainAliases(config);
  const named = Jid.parse(text, aliases.domain);
  if (named === undefined || !isAccount(named)) {
    throw usageFailure(`${JSON.stringify(text)} is not a room's address: use ID or ID@DOMAIN.`);
  }
  const room = aliases.resolve(named);
  if (room.domain === aliases.domain && isAccount(room)) return room;
  throw dataFailure(`There is no room ${room.text}: this component's rooms are at ${aliases.domain}.`);
}
