import { expect } from "chai";
import { roomsConfig } from "../../../component/config.js";
import { optionsOfEntered, optionsOfMade } from "../../../component/muc/room/options.js";
import type { RoomOptions } from "../../../component/room-options.js";
import { timeText } from "../../../scripts/local-time.js";
import { openDatabase } from "../../../storage/database.js";
import { RoomsArchive } from "../../../storage/rooms-archive.js";
import { RoomsStore } from "../../../storage/rooms-store.js";
import { CommandLine } from "../../support/command-line.js";

const CONFIG = roomsConfig.parse({});
const DOMAIN = "conference.x.test";

describe("The commands for rooms", () => {
  let line: CommandLine;
  beforeEach(() => {
    line = new CommandLine({ rooms: { aliases: ["old.x.test"] } });
    inDatabase((rooms, archive) => {
      add(rooms, 1, "dev", {
        ...optionsOfMade(CONFIG, "研发", "两行\n说明"),
        password: "SESAME",
        public: true,
      });
      add(rooms, 2, "ad-hoc", optionsOfEntered(CONFIG));
      const member = { nick: undefined, reason: undefined, invited: false };
      for (const [since, jid, affiliation] of [
        [1, "boss@x.test", "owner"],
        [3, "lisi@x.test", "member"],
        [2, "zhangsan@x.test", "member"],
        [4, "spam.test", "outcast"],
      ] as const)
        rooms.putAffiliation(1, { ...member, since, jid, affiliation });
      rooms.putAffiliation(2, { ...member, since: 1, jid: "zhangsan@x.test", affiliation: "owner" });
      const session = { role: "participant", presence: "", isShown: true } as const;
      rooms.putOccupant(1, { ...session, jid: "lisi@x.test/desk", nick: "李四", presentAt: 2 });
      rooms.putOccupant(1, { ...session, jid: "lisi@x.test/phone", nick: "李四", presentAt: 1 });
      for (const [id, kept] of [
        [60_000_000, true],
        [120_000_000, true],
        [180_000_000, false],
      ] as const)
        archive.add(1, { kept, said: true }, { id, sender: "lisi@x.test", nick: "李四", stanza: "<会议/>" });
    });
  });
  afterEach(() => line.remove());

  const inDatabase = (work: (rooms: RoomsStore, archive: RoomsArchive) => void): void => {
    const db = openDatabase(line.database);
    work(new RoomsStore(db), new RoomsArchive(db));
    db.close();
  };
  const add = (rooms: RoomsStore, id: number, name: string, options: RoomOptions): void => {
    const subject = { xml: "<subject>今天 &amp; tomorrow\n\u009b2J</subject>", nick: "Boss", at: 0 };
    rooms.put({
      id,
      name,
      secret: Buffer.alloc(16),
      createdAt: 0,
      locked: !options.persistent,
      listed: options.public,
      options: JSON.stringify(options),
      subject: options.persistent ? JSON.stringify(subject) : undefined,
    });
  };
  const printed = async (...args: string[]): Promise<string[]> => {
    const { code, stdout, stderr } = await line.run("room", ...args);
    expect(stderr).to.equal("");
    expect(code).to.equal(0);
    return stdout.trimEnd().split("\n");
  };

  it("list them by name, with how many are in them and what they are like", async () => {
    expect(await printed("list")).to.deep.equal([
      "ROOM                      MEMBERS  INSIDE  PUBLIC  MEMBERS ONLY  PERSISTENT  TITLE",
      "ad-hoc@conference.x.test  1        0       no      no            no",
      "dev@conference.x.test     3        2       yes     yes           yes         研发",
    ]);
  });

  it("list a user's, the public ones, and page after page", async () => {
    const rooms = async (...args: string[]): Promise<string[]> =>
      (await printed("list", ...args)).slice(1).map((text) => text.split("@")[0] ?? "");
    expect(await rooms("--owner", "zhangsan")).to.deep.equal(["ad-hoc"]);
    expect(await rooms("--member", "zhangsan@x.test")).to.deep.equal(["ad-hoc", "dev"]);
    expect(await rooms("--listed")).to.deep.equal(["dev"]);
    expect(await rooms("--after", `ad-hoc@${DOMAIN}`)).to.deep.equal(["dev"]);
    expect(await printed("list", "--owner", "nobody")).to.deep.equal(["No rooms."]);
    expect((await printed("list", "--limit", "1"))[2]).to.equal(
      `More than 1 match; use --limit, or continue with --after ad-hoc@${DOMAIN}.`,
    );
    expect((await line.run("room", "list", "--limit", "none")).code).to.equal(64);
  });

  it("find them by name and by title", async () => {
    expect((await printed("search", "AD-"))[1]).to.match(/^ad-hoc@/);
    expect((await printed("search", "研"))[1]).to.match(/^dev@.* 研发$/);
    expect(await printed("search", "研", "--owner", "zhangsan")).to.deep.equal(["No rooms."]);
    expect((await printed("search", "", "--limit", "1"))[2]).to.equal("More than 1 match; use --limit.");
  });

  it("show one: its options in words, its subject, its people and its archive", async () => {
    const lines = await printed("show", "dev", "--limit", "1");
    expect(lines.slice(0, 8)).to.deep.equal([
      `dev@${DOMAIN}`,
      "  Name: 研发",
      "  Description: 两行 说明",
      "  Language:",
      "  The room stays when everybody has left: yes",
      "  The room is in the public list: yes",
      "  Only members may enter: yes",
      "  A password is needed to enter: yes",
    ]);
    expect(lines).to.include("  Who sees real addresses: All occupants");
    expect(lines.slice(lines.findIndex((text) => text.startsWith("  Subject")))).to.deep.equal([
      `  Subject: 今天 & tomorrow 2J (Boss, ${timeText(0)})`,
      `  Created: ${timeText(0)}`,
      "  Owners: 1",
      "    boss@x.test",
      "  Administrators: 0",
      "  Members: 2",
      "    zhangsan@x.test",
      "    and 1 more; use --limit",
      "  Banned: 1",
      "    spam.test",
      "  Sessions inside: 2",
      "    lisi@x.test/phone (participant): 李四",
      "    and 1 more; use --limit",
      `  Messages in the archive: 2, from ${timeText(60_000)} to ${timeText(120_000)}; 18 bytes`,
    ]);
    expect(lines.join("\n"), "the password is nobody's business").not.to.include("SESAME");
  });

  it("find messages in one, the newest if there are more", async () => {
    inDatabase((_rooms, archive) => {
      for (const [at, text] of ["会议改到三点", "好", "会议取消"].entries()) {
        const message = { id: (at + 4) * 60_000_000, sender: "lisi@x.test", nick: "李四" };
        const stanza = `<message><body>${text}</body></message>`;
        archive.add(1, { kept: true, said: true }, { ...message, stanza, text });
      }
    });
    const found = `${timeText(360_000)} 李四 (lisi@x.test): 会议取消`;
    expect(await printed("grep", "dev", "会议")).to.deep.equal([
      `${timeText(240_000)} 李四 (lisi@x.test): 会议改到三点`,
      found,
    ]);
    const newest = await printed("grep", "dev", "会议", "--limit", "1");
    expect(newest).to.deep.equal(["Only the newest 1 message; use --limit for more.", found]);
    expect(await printed("grep", "dev", "明天")).to.deep.equal(["No messages found."]);
  });

  it("know a room by its whole address, also that of an alias, and one that is not configured yet", async () => {
    expect(await printed("show", "ad-hoc@old.x.test"))
      .to.include(`ad-hoc@${DOMAIN}`)
      .and.include("  Locked: not configured yet since it was created by entering it")
      .and.include("  Subject:")
      .and.include("  Messages in the archive: 0");
  });

  it("tell who took the subject away", async () => {
    inDatabase((rooms) => {
      const room = rooms.find("dev")!;
      rooms.put({ ...room, subject: JSON.stringify({ xml: "<subject/>", nick: "李四", at: 1000 }) });
    });
    expect(await printed("show", "dev")).to.include(`  Subject: removed (李四, ${timeText(1_000)})`);
  });

  it("say what is no room, and which there isn't", async () => {
    const none = await line.run("room", "show", "nowhere");
    expect(none).to.deep.equal({
      code: 65,
      stdout: "",
      stderr: `There is no room nowhere@${DOMAIN}: run "room search" to find it.\n`,
    });
    const elsewhere = await line.run("room", "show", "dev@elsewhere.test");
    expect(elsewhere.stderr).to.equal(
      `There is no room dev@elsewhere.test: this component's rooms are at ${DOMAIN}.\n`,
    );
    expect(elsewhere.code).to.equal(65);
    const odd = await line.run("room", "show", "dev@conference.x.test/nick");
    expect(odd.stderr).to.match(/is not a room's address: use ID or ID@DOMAIN\.\n$/);
    expect(odd.code).to.equal(64);
  });
});
