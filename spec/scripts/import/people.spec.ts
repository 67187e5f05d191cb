import { readFileSync } from "node:fs";
import { expect } from "chai";
import { createLogger } from "winston";
import { Administration } from "../../../component/administration/administration.js";
import type { Ground } from "../../../component/administration/context.js";
import { recordsOf } from "../../../component/administration/records.js";
import { USER_OPERATIONS } from "../../../component/administration/user.js";
import { hooksConfig, roomsConfig } from "../../../component/config.js";
import { loadSpeller, type PersonFields } from "../../../component/people/person.js";
import {
  importPeople,
  peopleSummary,
  type ImportedUsers,
  type PeopleCounts,
} from "../../../scripts/import/people.js";
import { RefusedRows } from "../../../scripts/import/refused-rows.js";
import { openDatabase, type Database } from "../../../storage/database.js";
import { DirectoryStore } from "../../../storage/directory-store.js";
import { GroupCommit } from "../../../storage/group-commit.js";
import { Folder } from "../../support/folder.js";

const LOG = createLogger({ silent: true });
const WHO = { name: "ann", way: "command line", may: ["all"] } as const;
const HOSTS = ["x.test", "second.test"];

describe("Importing a list of people", () => {
  let folder: Folder;
  let db: Database;
  let store: DirectoryStore;
  let refused: RefusedRows;

  beforeEach(() => {
    folder = new Folder();
    db = openDatabase(":memory:");
    store = new DirectoryStore(db);
    refused = new RefusedRows(folder.at("refused.txt"));
  });
  afterEach(() => folder.remove());

  async function take(
    content: string | Buffer,
    encoding = "utf-8",
    format: "csv" | "jsonl" = "csv",
  ): Promise<PeopleCounts> {
    const path = folder.file("people", content);
    const xmpp = { domain: "groups.x.test", hosts: HOSTS, host_aliases: { old: "second.test" } };
    const settings = {
      xmpp: { ...xmpp, foreign_senders: false, send_as_users: "auto" as const },
      rooms: roomsConfig.parse({}),
      hooks: hooksConfig.parse({}),
    };
    const ground = { settings, records: recordsOf(db), commit: new GroupCommit(db), log: LOG };
    const administration = new Administration(ground as unknown as Ground);
    const [operation] = USER_OPERATIONS.filter(({ name }) => name === "user import");
    const save = async (users: readonly PersonFields[]): Promise<ImportedUsers> =>
      (await administration.run(operation!, { users }, WHO)) as ImportedUsers;
    const progress = { update: () => undefined, stop: () => undefined };
    return await importPeople({ path, format, encoding, save, refused, progress });
  }
  const listed = (): string[] => readFileSync(folder.at("refused.txt"), "utf8").trim().split("\n");

  it("takes people of a host by its alias", async () => {
    const counts = await take("id,host,name\nzhangsan,old,张三\nlisi@OLD,,李四\n");
    expect(counts).to.include({ added: 2, refused: 0 });
    expect(store.nameOf("lisi", "second.test")).to.equal("李四");
  });

  it("reads CSV with Chinese headings, a byte order mark and unknown columns", async () => {
    const counts = await take(
      "\ufeff工号,姓名,部门,电话,在职\r\nzhangsan,张三,/研发,1,是\r\nLiSi,李四,,2,否\r\n",
    );
    expect(counts).to.include({ added: 2, refused: 0 });
    expect(counts.ignored).to.deep.equal(["电话"]);
    expect(store.find("zhangsan", "x.test")).to.deep.equal({
      local: "zhangsan",
      host: "x.test",
      name: "张三",
      pinyin: "zhangsan|zs",
      avatar: "",
      department: "/研发",
      employed: true,
    });
    expect(store.find("lisi", "x.test")).to.include({ employed: false });
  });

  it("reads what a Chinese Excel saves", async () => {
    // 工号,姓名 / ceshi,测试 in GB 18030.
    const bytes = Buffer.from("b9a4bac52cd0d5c3fb0a63657368692cb2e2cad40a", "hex");
    await take(bytes, "gb18030");
    expect(store.nameOf("ceshi", "x.test")).to.equal("测试");
  });

  it("reads JSON lines", async () => {
    const lines = [
      '{"id":"a@second.test","name":"甲","employed":false}',
      "",
      '{"id":7,"name":null,"more":[]}',
      "[]",
    ];
    const counts = await take(lines.join("\n"), "utf-8", "jsonl");
    expect(counts).to.deep.include({ added: 2, refused: 1, ignored: ["more"] });
    expect(listed()).to.deep.equal(["line 4: not a JSON object"]);
    expect(store.find("a", "second.test")).to.include({ name: "甲", employed: false });
    expect(store.find("7", "x.test")).to.include({ name: "7" });
  });

  it("changes the fields in the list, keeps the others, and removes no user", async () => {
    store.save({ local: "a", host: "x.test", name: "旧", department: "/研发", avatar: "file/a.jpg" });
    store.save({ local: "b", host: "x.test", name: "乙", pinyin: "yi|y" });
    const counts = await take("id,name,avatar\na,新,\nb,乙,\n");
    expect(counts).to.include({ added: 0, changed: 1, unchanged: 1 });
    expect(store.find("a", "x.test")).to.include({ name: "新", department: "/研发", avatar: "" });
    expect(await take("id,name\na,新\n")).to.include({ changed: 0, unchanged: 1 });
    expect(store.count()).to.equal(2);
  });

  it("lists every line that it can't take, and why", async () => {
    const lines = [
      "id,host,name,avatar,employed",
      "good,,好,,",
      ",,无,,",
      "no good,,坏,,",
      "a,elsewhere.test,甲,,",
      "b,,乙,javascript:x,",
      "c,,丙,,perhaps",
      `d,,${"长".repeat(300)},,`,
      "e,,戊",
      'f,,"己,,',
      "last,,末,,",
    ];
    const counts = await take(lines.join("\n"));
    expect(counts).to.include({ added: 2, refused: 8 });
    const wants = [
      /^line 3: id is missing$/,
      /^line 4: id must be ID or ID@HOST, not "no good"/,
      /^line 5: host must be one of xmpp.hosts \(x.test, second.test\), not "elsewhere.test"/,
      /^line 6: avatar must be an http or https URL or a relative one, not "javascript:x"/,
      /^line 7: employed must be yes or no, not "perhaps"/,
      /^line 8: name must have at most 256 characters/,
      /^line 9: 3 columns, but the header has 5/,
      /^line 10: a quote is not closed/,
    ];
    for (const [index, want] of wants.entries()) expect(listed()[index]).to.match(want);
    const summary = peopleSummary(counts, refused, true).join("\n");
    expect(summary).to.match(/^Would be: 2 added, 0 changed, 0 unchanged, 8 refused\./);
    expect(summary).to.include("line 10").and.to.include("refused.txt").and.to.include("Dry run");
  });

  it("shows the first refused lines, and lists all of them in the file", async () => {
    const counts = await take(`id\n${"no good\n".repeat(100)}`);
    const summary = peopleSummary(counts, refused, false);
    expect(summary).to.include("  and 80 more");
    expect(listed()).to.have.length(100);
  });

  it("takes more people than one transaction has", async () => {
    const ids = Array.from({ length: 1_234 }, (_, n) => `u${n}`);
    expect(await take(["id", ...ids].join("\n"))).to.include({ added: 1_234, refused: 0 });
    expect(ids.every((id) => store.find(id, "x.test") !== undefined)).to.equal(true);
  });

  it("wants to know which column holds the ids", async () => {
    await expectFailure(take("name,department\n张三,/\n"), /no column "id"/);
    await expectFailure(take(""), /no column "id"/);
  });
});

async function expectFailure(work: Promise<unknown>, message: RegExp): Promise<void> {
  const outcome = await work.then(
    () => "done",
    (error: unknown) => (error instanceof Error ? error.message : "?"),
  );
  expect(outcome).to.match(message);
}

describe("The spelling of names", () => {
  it("is what people type", async () => {
    const spell = await loadSpeller();
    expect(spell("张三")).to.equal("zhangsan|zs");
    expect(spell("吕布"), "ü is typed v").to.equal("lvbu|lb");
    expect(spell("单田芳"), "as a surname").to.equal("shantianfang|stf");
    expect(spell("王 Tom-2")).to.equal("wangtom2|wt2");
    expect(spell("John Smith")).to.equal("johnsmith|js");
    expect(spell("😀")).to.equal("");
  });
});
