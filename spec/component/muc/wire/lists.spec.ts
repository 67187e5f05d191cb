/** Lists of a room and of the service that don't fit into a stanza (XEP-0059). */
import { expect } from "chai";
import { DOMAIN, errorOf, hag, onStage, ROOM } from "../play.js";

const RSM = "http://jabber.org/protocol/rsm";
const MEMBERS = 5_000;

describe("a list that is longer than a stanza may be", () => {
  const play = onStage();

  /** @param what the query without its end; `set`: what is asked of pages, nothing if undefined */
  const list = async (what: string, set?: string, to = ROOM) => {
    const rsm = set === undefined ? "" : `<set xmlns="${RSM}">${set}</set>`;
    const answer = await play.asks(hag, "get", `${what}${rsm}</query>`, to);
    const page = answer.getChild("query")?.getChild("set", RSM);
    const text = (name: string): string => page?.getChildText(name) ?? "";
    return {
      items: answer.getChild("query")?.getChildren("item").length ?? 0,
      error: errorOf(answer),
      text: answer.getChild("error")?.getChildText("text") ?? "",
      first: text("first"),
      last: text("last"),
      count: text("count"),
      index: page?.getChild("first")?.attrs.index,
    };
  };
  const ADMIN = `<query xmlns="http://jabber.org/protocol/muc#admin"><item affiliation="member"/>`;
  const member = (n: number): string => `member-number-${String(n).padStart(4, "0")}@${"x".repeat(40)}.test`;

  it("of members is refused as a whole, and returned by pages forwards and backwards", async () => {
    await play.makes("hag66", ...Array.from({ length: MEMBERS }, (_, n) => member(n)));
    const refused = await list(ADMIN);
    expect(refused.error).to.equal("modify/policy-violation");
    expect(refused.text).to.contain("XEP-0059");
    for (let after = "", seen = 0; seen < MEMBERS;) {
      const { items, first, last, count, index } = await list(ADMIN, after);
      expect([first, count, index]).to.deep.equal([member(seen), `${MEMBERS}`, `${seen}`]);
      seen += items;
      expect(last).to.equal(member(seen - 1));
      after = `<after>${last}</after>`;
    }
    const end = await list(ADMIN, "<before/><max>5</max>");
    expect([end.items, end.last, end.index]).to.deep.equal([5, member(MEMBERS - 1), `${MEMBERS - 5}`]);
    const before = await list(ADMIN, `<before>${end.first}</before><max>5</max>`);
    expect([before.items, before.last]).to.deep.equal([5, member(MEMBERS - 6)]);
    const counted = await list(ADMIN, "<max>0</max>");
    expect([counted.items, counted.count]).to.deep.equal([0, `${MEMBERS}`]);
    expect((await list(ADMIN, "<after>nobody@x.test</after>")).error).to.match(/item-not-found/);
  });

  it("of the service's rooms is returned as far as it fits, with the total", async () => {
    const row = `x'00', 0, 0, 1, '{"public":true,"name":"${"n".repeat(250)}"}'`;
    play.db.exec(`WITH RECURSIVE n(i) AS (SELECT 10000 UNION ALL SELECT i + 1 FROM n WHERE i < 12000)
      INSERT INTO rooms (name, secret, created_at, locked, listed, options) SELECT 'room' || i, ${row} FROM n`);
    play.db.exec(
      `INSERT INTO rooms (name, secret, created_at, locked, listed, options) VALUES ('a b', ${row})`,
    );
    const items = `<query xmlns="http://jabber.org/protocol/disco#items">`;
    const whole = await list(items, undefined, DOMAIN);
    expect(whole.items).to.be.within(100, 1_000);
    expect([whole.first, whole.count], "what has no address is left out").to.deep.equal([
      `room10000@${DOMAIN}`,
      "2002",
    ]);
    expect(whole.last).to.equal(`room${10_000 + whole.items - 1}@${DOMAIN}`);
    const next = await list(items, `<after>${whole.last}</after><max>5000</max>`, DOMAIN);
    expect(next.first).to.equal(`room${10_000 + whole.items}@${DOMAIN}`);
    expect((await list(items, "<before/>", DOMAIN)).last).to.equal(`room12000@${DOMAIN}`);
    const counted = await list(items, "<max>0</max>", DOMAIN);
    expect([counted.items, counted.count]).to.deep.equal([0, "2002"]);
    expect((await list(items, "<max>x</max>", DOMAIN)).error).to.equal("modify/bad-request");
  });
});
