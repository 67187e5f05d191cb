import { expect } from "chai";
import { askArchive, MAM } from "../asking.js";
import { request } from "../features/moderating.js";
import { crone, hag, onStage, ROOM, wiccarocks } from "../play.js";

const FULLTEXT = "{urn:xmpp:fulltext:0}fulltext";
const LATER = 60_000;

/** All messages are indexed, or none. */
for (const isIndexed of [false, true]) {
  describe(`searching a room's archive ${isIndexed ? "with its index" : "before it is indexed"}`, () => {
    const play = onStage({}, (play) => play.coven());

    const say = async (...texts: readonly string[]): Promise<void> => {
      for (const [at, text] of texts.entries())
        await play.says(at % 2 === 0 ? crone : hag, text, `id-${text}`);
      if (isIndexed) while (play.service.housekeeping.index(Date.now() + LATER));
    };
    const ask = (who: string, fields: Readonly<Record<string, string>>, set = "", room = ROOM) =>
      askArchive(play, who, { fields, set, room });
    const found = async (text: string): Promise<readonly string[]> =>
      (await ask(wiccarocks, { [FULLTEXT]: text })).texts;
    const indexed = (): unknown => play.count("archive_grams('_' || (SELECT id FROM rooms))");

    it("finds Chinese and other words of one and more characters", async () => {
      await say("今天的会议改到三点", "会计不在", "The MEETING is at 3 o'clock", "a &lt;b&gt; c", "议会");
      expect(await found("会议")).to.deep.equal(["今天的会议改到三点"]);
      expect(await found("会")).to.deep.equal(["今天的会议改到三点", "会计不在", "议会"]);
      expect(await found("会议 三点")).to.deep.equal(["今天的会议改到三点"]);
      expect(await found("meeting")).to.deep.equal(["The MEETING is at 3 o'clock"]);
      expect(await found("o'clock")).to.deep.equal(["The MEETING is at 3 o'clock"]);
      expect(await found("&lt;b&gt;")).to.deep.equal(["a <b> c"]);
      expect(await found("groupchat")).to.deep.equal([]);
      expect(await found("明天")).to.deep.equal([]);
      expect(await found("")).to.have.length(5);
      if (isIndexed) expect(indexed()).to.equal(4);
    });

    it("can be combined with other filters and pages, and has ejabberd's field name", async () => {
      await say("会议一", "会议二", "会议三", "散会");
      expect((await ask(hag, { withtext: "会议" })).texts).to.deep.equal(["会议一", "会议二", "会议三"]);
      expect((await ask(hag, { [FULLTEXT]: "会议", with: `${ROOM}/crone` })).texts).to.deep.equal([
        "会议一",
        "会议三",
      ]);
      const first = await ask(hag, { [FULLTEXT]: "会议" }, "<max>2</max>");
      expect([first.texts, first.isComplete]).to.deep.equal([["会议一", "会议二"], false]);
      const rest = await ask(hag, { [FULLTEXT]: "会议" }, `<max>2</max><after>${first.ids[1]}</after>`);
      expect([rest.texts, rest.isComplete]).to.deep.equal([["会议三"], true]);
      const last = await ask(hag, { [FULLTEXT]: "会议" }, "<max>2</max><before/>");
      expect([last.texts, last.isComplete]).to.deep.equal([["会议二", "会议三"], false]);
    });

    it("finds only text that people read", async () => {
      const body = `<body>散会</body><body xmlns="urn:example:other">会议</body>`;
      await play.posts(hag, body);
      await say("会议二");
      expect(await found("会议")).to.deep.equal(["会议二"]);
    });

    it("finds nothing in other rooms", async () => {
      const other = ROOM.replace("coven", "cave");
      await play.enters(hag, "hag", "", other);
      await play.configures(hag, {}, other);
      await play.says(hag, "会议在洞里", "m", other);
      await say("会议");
      expect(await found("会议")).to.deep.equal(["会议"]);
      expect((await ask(wiccarocks, { [FULLTEXT]: "会议" }, "", other)).texts).to.deep.equal(["会议在洞里"]);
    });

    it("finds no retracted messages, and nothing of a destroyed room", async () => {
      await say("会议一", "会议二");
      const { ids } = await ask(hag, { [FULLTEXT]: "会议" });
      await play.asks(hag, "set", request(ids[0]!));
      expect(await found("会议")).to.deep.equal(["会议二"]);
      if (isIndexed) expect(indexed()).to.equal(1);
      await play.destroys(hag);
      expect(play.count("archive_grams('_1')")).to.equal(0);
    });

    it("refuses queries that are too long, and names the field", async () => {
      await say("会议");
      for (const text of ["x".repeat(256), "a b c d e f g h i j"])
        expect((await ask(hag, { [FULLTEXT]: text })).error).to.equal("");
      for (const text of ["x".repeat(257), "a b c d e f g h i j k"]) {
        const { error, errorText } = await ask(hag, { [FULLTEXT]: text });
        expect(error).to.equal("modify/bad-request by coven");
        expect(errorText).to.equal(`${FULLTEXT}: too many words, or too long a text.`);
      }
    });
  });
}

describe("the search index of rooms", () => {
  const play = onStage({}, (play) => play.coven());
  const indexed = (): unknown => play.count("archive_grams('_' || (SELECT id FROM rooms))");

  it("is advertised, and in the query's form", async () => {
    expect((await play.info(hag)).features).to.include("urn:xmpp:fulltext:0");
    const form = await play.asks(hag, "get", `<query xmlns="${MAM}"/>`);
    const fields = form.getChild("query")?.getChild("x")?.getChildren("field") ?? [];
    expect(fields.map(({ attrs }) => attrs.var)).to.include(FULLTEXT);
  });

  it("contains old messages of the database until they expire", async () => {
    for (let count = 0; count < 50; count++) await play.says(hag, `会议${count}`);
    play.db.prepare("UPDATE archive SET id = id - 3 * 86400 * 1000000").run();
    while (play.service.housekeeping.index(Date.now()));
    expect(indexed()).to.equal(50);
    await play.configures(hag, { "{urn:qtalk:rooms:0}archive_days": "2" });
    while (play.service.housekeeping.expire(Date.now()));
    expect(indexed()).to.equal(0);
  });
});
