import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { expect } from "chai";
import { roomsConfig } from "../../../../component/config.js";
import { openFolder } from "../../../../scripts/import/startalk/csv-folder.js";
import { openDump } from "../../../../scripts/import/startalk/dump.js";
import { moveIn, type MovedIn, type MoveIn } from "../../../../scripts/import/startalk/move-in.js";
import type { Source } from "../../../../scripts/import/startalk/source.js";
import { openDatabase, type Database } from "../../../../storage/database.js";
import { DirectoryStore } from "../../../../storage/directory-store.js";
import { RoomsStore } from "../../../../storage/rooms-store.js";
import { Folder } from "../../../support/folder.js";
import { affiliation, copyBlock, csvOf, dumpOf, optsOf, type TableRows } from "../../../support/startalk.js";

const SILENT = { update: () => undefined, stop: () => undefined };
const DOMAIN = "conference.qtalk";

const HOSTS: TableRows = [{ id: 1, host: "qtalk", description: "公司\t总部" }];
const USERS: TableRows = [
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
const AVATARS: TableRows = [
  { username: "zhangsan", host: "qtalk", url: "file/v2/download/a.jpg?name=a.jpg", mood: "心\\情" },
  { username: "wangwu", host: "qtalk", url: null },
];
const OWNERS = `${affiliation("zhangsan", "owner")},${affiliation("lisi", "outcast")}`;
const ROOMS: TableRows = [
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
const CARDS: TableRows = [
  { muc_name: `room1@${DOMAIN}`, show_name: "张三,李四", muc_desc: "群公告\n第二行", muc_title: null },
];
const MEMBERS: TableRows = [
  { muc_name: "room1", username: "wangwu", host: "qtalk", domain: DOMAIN, id: 9 },
  { muc_name: "room1", username: "lisi", host: "qtalk", domain: DOMAIN, id: 7 },
  { muc_name: "room1", username: "zhaoliu", host: "qtalk", domain: null, id: 8 },
];
const REGISTERED: TableRows = [
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
const ALL: Readonly<Record<string, TableRows>> = {
  vcard_version: AVATARS,
  user_register_mucs: REGISTERED,
  muc_vcard_info: CARDS,
  muc_room_users: MEMBERS,
  muc_room: ROOMS,
  host_users: USERS,
  host_info: HOSTS,
};

const blocksOf = (tables: Readonly<Record<string, TableRows>>): string[] =>
  Object.entries(tables).map(([name, rows]) => copyBlock(name, rows));

describe("Moving in from the original", () => {
  let folder: Folder;
  let db: Database;

  beforeEach(() => {
    folder = new Folder();
    db = openDatabase(":memory:");
  });
  afterEach(() => folder.remove());

  const dump = (...blocks: readonly string[]): Source =>
    openDump(folder.file("startalk.sql", dumpOf(...blocks)), () => undefined);

  function move(source: Source, change: Partial<MoveIn> = {}, to = db): Promise<MovedIn> {
    return moveIn(to, {
      source,
      xmpp: { hosts: ["qtalk"], domain: DOMAIN },
      rooms: roomsConfig.parse({}),
      renamed: new Map(),
      membersOnly: false,
      refusedPath: folder.at("refused.txt"),
      progress: SILENT,
      ...change,
    });
  }
  const refused = (): string[] => readFileSync(folder.at("refused.txt"), "utf8").trim().split("\n");
  const options = (room: string, from = db): Record<string, unknown> =>
    JSON.parse(new RoomsStore(from).find(room)?.options ?? "{}") as Record<string, unknown>;
  /** Who is what in a room, in the order in which they came. */
  const affiliations = (room: string, from = db): string[] => {
    const store = new RoomsStore(from);
    const all = store.affiliationsOf(store.find(room)?.id ?? 0).sort((a, b) => a.since - b.since);
    return all.map(({ jid, affiliation: what }) => `${jid} ${what}`);
  };
  /** All that was imported, but for rooms' secrets. */
  const everything = (from: Database): unknown[] => {
    const select = (sql: string): unknown[] => from.prepare(sql).all();
    return [
      select("SELECT name, description FROM hosts"),
      select("SELECT local, name, pinyin, avatar, department, employed FROM users ORDER BY local"),
      select("SELECT name, created_at, locked, listed, options, subject FROM rooms ORDER BY name"),
      select(
        "SELECT name, jid, affiliation, since FROM affiliations JOIN rooms ON id = room ORDER BY name, jid",
      ),
      select("SELECT * FROM import_progress"),
    ];
  };

  it("takes people with their names, pictures, departments, and whether they have left", async () => {
    await move(dump(...blocksOf(ALL)));
    const people = new DirectoryStore(db);
    expect(people.hosts()).to.deep.equal([{ name: "qtalk", description: "公司 总部" }]);
    expect(people.find("zhangsan", "qtalk")).to.include({
      name: "张三",
      pinyin: "zhangsan|zs",
      avatar: "file/v2/download/a.jpg?name=a.jpg",
      department: "/研发/后\\端",
      employed: true,
    });
    expect(people.find("lisi", "qtalk")).to.include({
      name: "李 四",
      pinyin: "lisi|ls",
      avatar: "",
      department: "/研发/前端",
      employed: false,
    });
    expect(people.find("wangwu", "qtalk")).to.include({ name: "wangwu", employed: true });
  });

  it("takes rooms with their titles and options, owners and members, in the order in which they came", async () => {
    const { ownerless } = await move(dump(...blocksOf(ALL)));
    expect(options("room1")).to.include({
      name: "张三,李四",
      description: "群公告 第二行",
      membersOnly: true,
      whois: "anyone",
      persistent: true,
      maxOccupants: 600,
    });
    expect(new RoomsStore(db).find("room1")).to.include({
      createdAt: Date.UTC(2020, 8, 2, 17, 55, 44, 10),
      locked: false,
      listed: false,
    });
    expect(new RoomsStore(db).find("room2")?.createdAt).to.equal(Date.UTC(2020, 8, 2, 9, 55, 44));
    expect(affiliations("room1")).to.deep.equal([
      "zhangsan@qtalk owner",
      "lisi@qtalk outcast",
      "zhaoliu@qtalk member",
      "wangwu@qtalk member",
    ]);
    expect(affiliations("room2")).to.deep.equal(["wangwu@qtalk owner", "zhangsan@qtalk member"]);
    expect(ownerless).to.equal(0);
  });

  it("counts what it took, and what is over", async () => {
    const { results } = await move(dump(...blocksOf(ALL)));
    const counts = results.map(({ table, added, changed, unchanged, over }) => [
      table,
      added,
      changed,
      unchanged,
      over,
    ]);
    expect(counts).to.deep.equal([
      ["host_info", 1, 0, 0, 0],
      ["host_users", 3, 0, 0, 0],
      ["vcard_version", 0, 1, 1, 0],
      ["muc_room", 2, 0, 0, 0],
      ["muc_vcard_info", 0, 1, 0, 0],
      ["muc_room_users", 2, 0, 1, 0],
      ["user_register_mucs", 1, 0, 0, 1],
    ]);
    expect(existsSync(folder.at("refused.txt"))).to.equal(false);
  });

  it("takes the same from a folder of CSV files", async () => {
    await move(dump(...blocksOf(ALL)));
    const csv = new Folder();
    try {
      for (const [name, rows] of Object.entries(ALL)) csv.file(`${name}.csv`, csvOf(rows));
      csv.file("something_else.csv", "a,b\n");
      const other = openDatabase(":memory:");
      await move(openFolder(csv.path), {}, other);
      expect(everything(other)).to.deep.equal(everything(db));
    } finally {
      csv.remove();
    }
  });

  it("reads columns in any order, quoted names, any schema, and none of other tables", async () => {
    await move(
      dump(
        copyBlock("msg_history", [{ m: "COPY public.host_users (id) FROM stdin;" }, { m: "\\." }]),
        'COPY "IM"."host_info" ("host", extra, "id") FROM stdin;\nqtalk\tx\t1\n\\.\n',
        "COPY host_users (user_name,user_id , host_id) FROM stdin;\n测试\ttest\t1\n\\.\n",
      ),
    );
    expect(
      new DirectoryStore(db).list({ limit: 9, offset: 0 }).map(({ local, name }) => [local, name]),
    ).to.deep.equal([["test", "测试"]]);
  });

  it("finds everything there when it is run again, and takes what is new", async () => {
    await move(dump(...blocksOf(ALL)));
    const before = everything(db);
    const { results } = await move(dump(...blocksOf(ALL)));
    expect(everything(db)).to.deep.equal(before);
    expect(results.every(({ added, changed }) => added === 0 && changed === 0)).to.equal(true);

    const cards = [{ ...CARDS[0], show_name: "新名" }];
    const owners = optsOf(`${OWNERS},${affiliation("wangwu", "admin")}`);
    const rooms = [{ ...ROOMS[0], opts: owners }];
    await move(dump(...blocksOf({ ...ALL, muc_vcard_info: cards, muc_room: rooms })));
    expect(options("room1")).to.include({ name: "新名" });
    expect(affiliations("room1")).to.include("wangwu@qtalk admin");
    await move(dump(...blocksOf(ALL)));
    expect(affiliations("room1"), "nobody is lowered").to.include("wangwu@qtalk admin");
  });

  it("goes on after an interruption as if there had been none, its list of refused rows too", async () => {
    const many = Array.from({ length: 200 }, (_, i) => ({
      ...{
        muc_name: i % 7 === 0 ? "gone" : "room1",
        username: `user${i}`,
        host: "qtalk",
        domain: DOMAIN,
        id: i + 1,
      },
    }));
    const tables = { ...ALL, muc_room_users: many };
    await move(dump(...blocksOf(tables)), { batch: 10 });
    const expected = everything(db);
    const list = refused();

    const other = openDatabase(":memory:");
    let interruptions = 0;
    for (let done = false; !done;) {
      let steps = 0;
      // Each time it gets a few transactions further; a finished table takes one.
      const update = (): void => {
        if ((steps += 1) > 9) throw new Error("interrupted");
      };
      const outcome = await move(
        dump(...blocksOf(tables)),
        { batch: 10, progress: { ...SILENT, update } },
        other,
      ).then(
        (moved) => moved.wentOn,
        () => undefined,
      );
      done = outcome !== undefined;
      if (done) expect(outcome, "it knew that it went on").to.equal(true);
      else {
        interruptions += 1;
        // What was listed after the last transaction.
        appendFileSync(folder.at("refused.txt"), "not committed\n");
      }
    }
    expect(interruptions).to.be.above(3);
    expect(everything(other)).to.deep.equal(expected);
    expect(refused()).to.deep.equal(list);
    expect(list).to.have.length(29);
  });

  it("begins anew where the dump or what is asked for has changed", async () => {
    const stop = (): void => {
      throw new Error("interrupted");
    };
    await move(dump(...blocksOf(ALL)), { progress: { ...SILENT, update: stop } }).catch(() => undefined);
    const { wentOn } = await move(dump(...blocksOf({ ...ALL, host_users: USERS.slice(1) })));
    expect(wentOn).to.equal(false);
    const { wentOn: other } = await move(dump(...blocksOf(ALL)), { membersOnly: true });
    expect(other).to.equal(false);
  });

  it("lists every row that it can't take, with its line and the reason", async () => {
    const opts = optsOf(affiliation("zhangsan", "owner"));
    await move(
      dump(
        copyBlock("host_info", [
          { id: 1, host: "qtalk" },
          { id: 2, host: "elsewhere" },
          { id: 3, host: null },
        ]),
        copyBlock("host_users", [
          { host_id: 1, user_id: "good", user_name: "好" },
          { host_id: 2, user_id: "a", user_name: "甲" },
          { host_id: 7, user_id: "b", user_name: "乙" },
          { host_id: 1, user_id: "no good", user_name: "丙" },
          { host_id: 1, user_id: null, user_name: "丁" },
        ]).replace("1\tgood", "1\t2\t3\t4\n1\t\\377\t坏\n1\tgood"),
        copyBlock("vcard_version", [{ username: "nobody", host: "qtalk", url: "x" }]),
        copyBlock("muc_room", [
          { name: "room1", host: DOMAIN, opts },
          { name: "room2", host: "conference.elsewhere", opts },
          { name: "room3", host: DOMAIN, opts: "[{title,<<" },
          { name: "room4", host: DOMAIN, opts: optsOf(affiliation("x", "owner", "elsewhere")) },
          { name: "no good", host: DOMAIN, opts },
        ]),
        copyBlock("muc_vcard_info", [{ muc_name: `gone@${DOMAIN}`, show_name: "x" }]),
        copyBlock("muc_room_users", [
          { muc_name: "gone", username: "good", host: "qtalk", domain: DOMAIN },
          { muc_name: "room1", username: "good", host: "elsewhere", domain: DOMAIN },
          { muc_name: "room1", username: "last", host: "qtalk", domain: DOMAIN },
        ]),
      ),
    );
    const lines = refused().map((line) => line.replace(/, line \d+/, ""));
    expect(lines).to.deep.equal([
      'host_info: "elsewhere" is not served here',
      "host_info: the host's name is missing",
      "host_users: 4 columns, where the table has 3",
      "host_users: not UTF-8 text",
      'host_users: "elsewhere" is not served here',
      "host_users: host_id 7 is no host of host_info",
      'host_users: "no good@qtalk" can\'t be an address',
      "host_users: the user's id is missing",
      "vcard_version: there is no user nobody@qtalk in host_users",
      'muc_room: "conference.elsewhere" is not served here',
      "muc_room: taken, but without its options and owners: opts can't be read: it ends too early at character 11",
      'muc_room: taken, but without its owner: "elsewhere" is not served here',
      "muc_room: \"no good\" can't be a room's id",
      "muc_vcard_info: there is no room gone in muc_room",
      "muc_room_users: there is no room gone in muc_room",
      'muc_room_users: "elsewhere" is not served here',
    ]);
    const text = readFileSync(folder.at("startalk.sql"), "utf8").split("\n");
    const last = Number(/line (\d+)/.exec(refused().at(-1) ?? "")?.[1]);
    expect(text[last - 1]).to.match(/^room1\tgood\telsewhere/);
    expect(affiliations("room1")).to.deep.equal(["zhangsan@qtalk owner", "last@qtalk member"]);
    expect(options("room3"), "an unreadable room lets nobody in unasked").to.include({ membersOnly: true });
  });

  it("moves to hosts that are called otherwise now", async () => {
    const renamed = new Map([
      ["qtalk", "chat.example.org"],
      [DOMAIN, "groups.example.org"],
    ]);
    const xmpp = { hosts: ["chat.example.org"], domain: "groups.example.org" };
    const { domains } = await move(dump(...blocksOf(ALL)), { renamed, xmpp });
    expect(new DirectoryStore(db).nameOf("zhangsan", "chat.example.org")).to.equal("张三");
    expect(affiliations("room2")).to.deep.equal([
      "wangwu@chat.example.org owner",
      "zhangsan@chat.example.org member",
    ]);
    expect(domains.advice(), "so that programs needn't be changed").to.deep.equal([
      "For programs that go on using the old names, add to the configuration:",
      "  under xmpp:  host_aliases: { qtalk: chat.example.org }",
      `  under rooms: aliases: [${DOMAIN}]`,
    ]);

    const other = openDatabase(":memory:");
    const { domains: strange } = await move(dump(...blocksOf(ALL)), { xmpp }, other);
    expect(strange.advice().join("\n"))
      .to.include("--rename qtalk=NAME")
      .and.include(`--rename ${DOMAIN}=NAME`);
  });

  it("takes hosts and rooms by their aliases, and has nothing to add then", async () => {
    const xmpp = {
      ...{ hosts: ["chat.example.org"], domain: "groups.example.org" },
      host_aliases: { qtalk: "chat.example.org" },
    };
    const rooms = roomsConfig.parse({ aliases: [DOMAIN] });
    const renamed = new Map([["qtalk", "chat.example.org"]]);
    for (const names of [new Map<string, string>(), renamed]) {
      const { domains } = await move(dump(...blocksOf(ALL)), { xmpp, rooms, renamed: names });
      expect(domains.advice()).to.deep.equal([]);
    }
    expect(affiliations("room2")).to.deep.equal([
      "wangwu@chat.example.org owner",
      "zhangsan@chat.example.org member",
    ]);
  });

  it("takes the component's aliases for its own domain", async () => {
    const xmpp = { hosts: ["qtalk"], domain: "groups.qtalk" };
    await move(dump(...blocksOf(ALL)), { xmpp, rooms: roomsConfig.parse({ aliases: [DOMAIN] }) });
    expect(affiliations("room2")).to.have.length(2);
  });

  it("keeps strangers out of every room where that is asked for", async () => {
    const open = [{ ...ROOMS[0], opts: optsOf(OWNERS).replace("members_only,true", "members_only,false") }];
    await move(dump(...blocksOf({ ...ALL, muc_room: open })));
    expect(options("room1")).to.include({ membersOnly: false });
    await move(dump(...blocksOf({ ...ALL, muc_room: open })), { membersOnly: true });
    expect(options("room1")).to.include({ membersOnly: true });
  });

  it("says what to do about dumps of other kinds", () => {
    const fails = (content: string | Buffer, message: RegExp): void => {
      const path = folder.file("x.sql", content);
      expect(() => openDump(path, () => undefined)).to.throw(message);
    };
    fails("PGDMP\u0001\u0002", /pg_restore -f startalk\.sql/);
    fails(Buffer.from("1f8b0800", "hex"), /gunzip/);
    fails("INSERT INTO public.host_users VALUES (1);\n", /made with --inserts/);
    fails("SELECT 1;\n", /none of the original's tables/);
    fails(`SET client_encoding = 'GB18030';\n${dumpOf(copyBlock("host_info", HOSTS))}`, /--encoding=UTF8/);
    const twice = copyBlock("host_info", HOSTS);
    fails(dumpOf(twice, twice), /host_info twice/);
    expect(() => openFolder(folder.path)).to.throw(/none of the original's tables/);
  });

  it("takes what is there of a dump that was cut off", async () => {
    const whole = dumpOf(copyBlock("host_info", HOSTS), copyBlock("host_users", USERS));
    const path = folder.file("cut.sql", whole.slice(0, whole.indexOf("wangwu") + 3));
    await move(openDump(path, () => undefined));
    expect(new DirectoryStore(db).nameOf("lisi", "qtalk")).to.equal("李 四");
    expect(refused().at(-1)).to.match(/columns, where the table has/);
  });
});
