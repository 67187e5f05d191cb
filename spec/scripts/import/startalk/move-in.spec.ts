import { existsSync } from "node:fs";
import { expect } from "chai";
import { roomsConfig } from "../../../../component/config.js";
import { openFolder } from "../../../../scripts/import/startalk/csv-folder.js";
import { openDatabase } from "../../../../storage/database.js";
import { DirectoryStore } from "../../../../storage/directory-store.js";
import { RoomsStore } from "../../../../storage/rooms-store.js";
import { Folder } from "../../../support/folder.js";
import { copyBlock, csvOf, optsOf } from "../../../support/startalk.js";
import { ALL, DOMAIN, OWNERS, ROOMS, blocksOf, everythingIn, Original } from "./original.js";

describe("Moving in from the original", () => {
  let original: Original;
  beforeEach(() => (original = new Original()));
  afterEach(() => original.end());

  it("takes people with their names, pictures, departments, and whether they have left", async () => {
    await original.move(original.dump(...blocksOf(ALL)));
    const people = new DirectoryStore(original.db);
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
    const { ownerless } = await original.move(original.dump(...blocksOf(ALL)));
    expect(original.options("room1")).to.include({
      name: "张三,李四",
      description: "群公告 第二行",
      membersOnly: true,
      whois: "anyone",
      persistent: true,
      maxOccupants: 600,
    });
    expect(new RoomsStore(original.db).find("room1")).to.include({
      createdAt: Date.UTC(2020, 8, 2, 17, 55, 44, 10),
      locked: false,
      listed: false,
    });
    expect(new RoomsStore(original.db).find("room2")?.createdAt).to.equal(Date.UTC(2020, 8, 2, 9, 55, 44));
    expect(original.affiliations("room1")).to.deep.equal([
      "zhangsan@qtalk owner",
      "lisi@qtalk outcast",
      "zhaoliu@qtalk member",
      "wangwu@qtalk member",
    ]);
    expect(original.affiliations("room2")).to.deep.equal(["wangwu@qtalk owner", "zhangsan@qtalk member"]);
    expect(ownerless).to.equal(0);
  });

  it("counts what it took, and what is over", async () => {
    const { results } = await original.move(original.dump(...blocksOf(ALL)));
    const counts = results.map((each) => [each.table, each.added, each.changed, each.unchanged, each.over]);
    expect(counts).to.deep.equal([
      ["host_info", 1, 0, 0, 0],
      ["host_users", 3, 0, 0, 0],
      ["vcard_version", 0, 1, 1, 0],
      ["muc_room", 2, 0, 0, 0],
      ["muc_vcard_info", 0, 1, 0, 0],
      ["muc_room_users", 2, 0, 1, 0],
      ["user_register_mucs", 1, 0, 0, 1],
    ]);
    expect(existsSync(original.folder.at("refused.txt"))).to.equal(false);
  });

  it("takes the same from a folder of CSV files", async () => {
    await original.move(original.dump(...blocksOf(ALL)));
    const csv = new Folder();
    try {
      for (const [name, rows] of Object.entries(ALL)) csv.file(`${name}.csv`, csvOf(rows));
      csv.file("something_else.csv", "a,b\n");
      const other = openDatabase(":memory:");
      await original.move(openFolder(csv.path), {}, other);
      expect(everythingIn(other)).to.deep.equal(everythingIn(original.db));
    } finally {
      csv.remove();
    }
  });

  it("reads columns in any order, quoted names, any schema, and none of other tables", async () => {
    await original.move(
      original.dump(
        copyBlock("msg_history", [{ m: "COPY public.host_users (id) FROM stdin;" }, { m: "\\." }]),
        'COPY "IM"."host_info" ("host", extra, "id") FROM stdin;\nqtalk\tx\t1\n\\.\n',
        "COPY host_users (user_name,user_id , host_id) FROM stdin;\n测试\ttest\t1\n\\.\n",
      ),
    );
    expect(
      new DirectoryStore(original.db).listAfter("qtalk", "", 9).map(({ local, name }) => [local, name]),
    ).to.deep.equal([["test", "测试"]]);
  });

  it("moves to hosts that are called otherwise now", async () => {
    const renamed = new Map([
      ["qtalk", "chat.example.org"],
      [DOMAIN, "groups.example.org"],
    ]);
    const xmpp = { hosts: ["chat.example.org"], domain: "groups.example.org" };
    const { domains } = await original.move(original.dump(...blocksOf(ALL)), { renamed, xmpp });
    expect(new DirectoryStore(original.db).nameOf("zhangsan", "chat.example.org")).to.equal("张三");
    expect(original.affiliations("room2")).to.deep.equal([
      "wangwu@chat.example.org owner",
      "zhangsan@chat.example.org member",
    ]);
    expect(domains.advice(), "so that programs needn't be changed").to.deep.equal([
      "If programs still use the old names, add to the configuration:",
      "  under xmpp:  host_aliases: { qtalk: chat.example.org }",
      `  under rooms: aliases: [${DOMAIN}]`,
    ]);

    const other = openDatabase(":memory:");
    const { domains: strange } = await original.move(original.dump(...blocksOf(ALL)), { xmpp }, other);
    expect(strange.advice().join("\n"))
      .to.include("--rename qtalk=NAME")
      .and.include(`--rename ${DOMAIN}=NAME`);
  });

  it("takes hosts and rooms by their aliases, and has nothing to add then", async () => {
    const xmpp = {
      hosts: ["chat.example.org"],
      domain: "groups.example.org",
      host_aliases: { qtalk: "chat.example.org" },
    };
    const rooms = roomsConfig.parse({ aliases: [DOMAIN] });
    const renamed = new Map([["qtalk", "chat.example.org"]]);
    for (const names of [new Map<string, string>(), renamed]) {
      const { domains } = await original.move(original.dump(...blocksOf(ALL)), {
        xmpp,
        rooms,
        renamed: names,
      });
      expect(domains.advice()).to.deep.equal([]);
    }
    expect(original.affiliations("room2")).to.deep.equal([
      "wangwu@chat.example.org owner",
      "zhangsan@chat.example.org member",
    ]);
  });

  it("gives no room more places than rooms may have here", async () => {
    await original.move(original.dump(...blocksOf(ALL)), {
      rooms: roomsConfig.parse({ max_occupants: 500 }),
    });
    expect(original.options("room1")).to.include({ maxOccupants: 500 });
  });

  it("makes all rooms members-only with the option", async () => {
    const open = [{ ...ROOMS[0], opts: optsOf(OWNERS).replace("members_only,true", "members_only,false") }];
    await original.move(original.dump(...blocksOf({ ...ALL, muc_room: open })));
    expect(original.options("room1")).to.include({ membersOnly: false });
    await original.move(original.dump(...blocksOf({ ...ALL, muc_room: open })), { membersOnly: true });
    expect(original.options("room1")).to.include({ membersOnly: true });
  });
});
