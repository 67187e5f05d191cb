import { readFileSync } from "node:fs";
import { expect } from "chai";
import { openFolder } from "../../../../scripts/import/startalk/csv-folder.js";
import { openDump } from "../../../../scripts/import/startalk/dump.js";
import { DirectoryStore } from "../../../../storage/directory-store.js";
import { affiliation, copyBlock, dumpOf, optsOf } from "../../../support/startalk.js";
import { DOMAIN, HOSTS, USERS, Original } from "./original.js";

describe("An import of invalid data", () => {
  let original: Original;
  beforeEach(() => (original = new Original()));
  afterEach(() => original.end());

  it("lists every row that it can't take, with its line and the reason", async () => {
    const opts = optsOf(affiliation("zhangsan", "owner"));
    await original.move(
      original.dump(
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
    const lines = original.refused().map((line) => line.replace(/, line \d+/, ""));
    expect(lines).to.deep.equal([
      'host_info: the domain "elsewhere" is unknown',
      "host_info: the host is missing",
      "host_users: 4 columns, but the table has 3",
      "host_users: invalid UTF-8",
      'host_users: the domain "elsewhere" is unknown',
      "host_users: host_info has no host with the id 7",
      'host_users: "no good@qtalk" is not a valid address',
      "host_users: the user's id is missing",
      "vcard_version: host_users has no user nobody@qtalk",
      'muc_room: the domain "conference.elsewhere" is unknown',
      "muc_room: imported without options and affiliations: opts can't be read: unexpected end at character 11",
      'muc_room: imported without its owner: the domain "elsewhere" is unknown',
      'muc_room: "no good" is not a valid room ID',
      "muc_vcard_info: muc_room has no room gone",
      "muc_room_users: muc_room has no room gone",
      'muc_room_users: the domain "elsewhere" is unknown',
    ]);
    const text = readFileSync(original.folder.at("startalk.sql"), "utf8").split("\n");
    const last = Number(/line (\d+)/.exec(original.refused().at(-1) ?? "")?.[1]);
    expect(text[last - 1]).to.match(/^room1\tgood\telsewhere/);
    expect(original.affiliations("room1")).to.deep.equal(["zhangsan@qtalk owner", "last@qtalk member"]);
    expect(original.options("room3"), "an unreadable room lets nobody in unasked").to.include({
      membersOnly: true,
    });
  });

  it("says what to do about dumps of other kinds", () => {
    const fails = (content: string | Buffer, message: RegExp): void => {
      const path = original.folder.file("x.sql", content);
      expect(() => openDump(path, () => undefined)).to.throw(message);
    };
    fails("PGDMP\u0001\u0002", /pg_restore -f startalk\.sql/);
    fails(Buffer.from("1f8b0800", "hex"), /gunzip/);
    fails("INSERT INTO public.host_users VALUES (1);\n", /made with --inserts/);
    fails("SELECT 1;\n", /none of the original's tables/);
    fails(`SET client_encoding = 'GB18030';\n${dumpOf(copyBlock("host_info", HOSTS))}`, /--encoding=UTF8/);
    const twice = copyBlock("host_info", HOSTS);
    fails(dumpOf(twice, twice), /host_info in two schemas/);
    expect(() => openFolder(original.folder.path)).to.throw(/none of the original's tables/);
  });

  it("takes what is there of a dump that was cut off", async () => {
    const whole = dumpOf(copyBlock("host_info", HOSTS), copyBlock("host_users", USERS));
    const path = original.folder.file("cut.sql", whole.slice(0, whole.indexOf("wangwu") + 3));
    await original.move(openDump(path, () => undefined));
    expect(new DirectoryStore(original.db).nameOf("lisi", "qtalk")).to.equal("李 四");
    expect(original.refused().at(-1)).to.match(/columns?, but the table has/);
  });
});
