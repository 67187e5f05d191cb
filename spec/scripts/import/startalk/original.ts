/** A small database of the original's, and moving in from it. */
import { readFileSync } from "node:fs";
import { roomsConfig } from "../../../../component/config.js";
import { openDump } from "../../../../scripts/import/startalk/dump.js";
import { moveIn, type MovedIn, type MoveIn } from "../../../../scripts/import/startalk/move-in.js";
import type { ImportSource } from "../../../../scripts/import/startalk/source.js";
import { openDatabase, type Database } from "../../../../storage/database.js";
import { RoomsStore } from "../../../../storage/rooms-store.js";
import { Folder } from "../../../support/folder.js";
import { affiliation, copyBlock, dumpOf, optsOf, type TableRows } from "../../../support/startalk.js";

export const SILENT = { update: () => undefined, stop: () => undefined };
export const DOMAIN = "conference.qtalk";

export const HOSTS: TableRows = [{ id: 1, host: "qtalk", description: "公司\t总部" }];
export const USERS: TableRows = [
  {
    id: 1,
    host_id: 1,
    user_id: "zhangsan",
    user_name: "张三",
    department: "/研发/后\\端",
    pinyin: "zhangsan|zs",
    hire_flag: 1,
  },
  { id: 2, host_id: 1, user_id: "LiSi", user_name: "李\n四", dep1: "研发", dep2: "前端", hire_flag: 0 },
  { id: 3, host_id: 1, user_id: "wangwu", user_name: null, hire_flag: null },
];
export const AVATARS: TableRows = [
  { username: "zhangsan", host: "qtalk", url: "file/v2/download/a.jpg?name=a.jpg", mood: "心\\情" },
  { username: "wangwu", host: "qtalk", url: null },
];
export const OWNERS = `${affiliation("zhangsan", "owner")},${affiliation("lisi", "outcast")}`;
export const ROOMS: TableRows = [
  {
    name: "Room1",
    host: DOMAIN,
    opts: optsOf(OWNERS, ",{max_users,600}"),
    created_at: "2020-09-02 17:55:44.010197",
  },
  {
    name: "room2",
    host: DOMAIN,
    opts: optsOf(affiliation("wangwu", "owner")).replaceAll(",{", ",\n {"),
    created_at: "2020-09-02 17:55:44+08",
  },
];
export const CARDS: TableRows = [
  { muc_name: `room1@${DOMAIN}`, show_name: "张三,李四", muc_desc: "群公告\n第二行", muc_title: null },
];
export const MEMBERS: TableRows = [
  { muc_name: "room1", username: "wangwu", host: "qtalk", domain: DOMAIN, id: 9 },
  { muc_name: "room1", username: "lisi", host: "qtalk", domain: DOMAIN, id: 7 },
  { muc_name: "room1", username: "zhaoliu", host: "qtalk", domain: null, id: 8 },
];
export const REGISTERED: TableRows = [
  {
    username: "zhangsan",
    host: "qtalk",
    muc_name: "room2",
    domain: DOMAIN,
    registed_flag: 1,
    created_at: "2021-01-01 00:00:00+08",
  },
  { username: "lisi", host: "qtalk", muc_name: "room2", domain: DOMAIN, registed_flag: 0 },
];
export const ALL: Readonly<Record<string, TableRows>> = {
  vcard_version: AVATARS,
  user_register_mucs: REGISTERED,
  muc_vcard_info: CARDS,
  muc_room_users: MEMBERS,
  muc_room: ROOMS,
  host_users: USERS,
  host_info: HOSTS,
};

export const blocksOf = (tables: Readonly<Record<string, TableRows>>): string[] =>
  Object.entries(tables).map(([name, rows]) => copyBlock(name, rows));

export class Original {
  readonly folder = new Folder();
  readonly db = openDatabase(":memory:");

  dump(...blocks: readonly string[]): ImportSource {
    return openDump(this.folder.file("startalk.sql", dumpOf(...blocks)), () => undefined);
  }

  move(source: ImportSource, change: Partial<MoveIn> = {}, to = this.db): Promise<MovedIn> {
    return moveIn(to, {
      source,
      xmpp: { hosts: ["qtalk"], domain: DOMAIN },
      rooms: roomsConfig.parse({}),
      renamed: new Map(),
      membersOnly: false,
      isAgain: false,
      refusedPath: this.folder.at("refused.txt"),
      progress: SILENT,
      ...change,
    });
  }

  /** The lines of the list of what wasn't taken. */
  refused(): string[] {
    return readFileSync(this.folder.at("refused.txt"), "utf8").trim().split("\n");
  }

  options(room: string): Record<string, unknown> {
    return JSON.parse(new RoomsStore(this.db).find(room)?.options ?? "{}") as Record<string, unknown>;
  }

  /** Who is what in a room, in the order in which they came. */
  affiliations(room: string): string[] {
    const store = new RoomsStore(this.db);
    const all = [...(store.load(room)?.affiliations ?? [])].sort((a, b) => a.since - b.since);
    return all.map(({ jid, affiliation: what }) => `${jid} ${what}`);
  }

  end(): void {
    this.folder.remove();
  }
}

/** All that was imported, but for rooms' secrets. */
export function everythingIn(db: Database): unknown[] {
  const select = (sql: string): unknown[] => db.prepare(sql).all();
  return [
    select("SELECT name, description FROM hosts"),
    select("SELECT local, name, pinyin, avatar, department, employed FROM users ORDER BY local"),
    select("SELECT name, created_at, locked, listed, options, subject FROM rooms ORDER BY name"),
    select(
      "SELECT name, jid, affiliation, since FROM affiliations JOIN rooms ON id = room ORDER BY name, jid",
    ),
  ];
}
