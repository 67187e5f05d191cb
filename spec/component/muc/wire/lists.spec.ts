/** Lists of a room and of the service that don't fit into a stanza (XEP-0059). */
import { expect } from "chai";
import { DOMAIN } from "../play.js";
import { onStage } from "../stage.js";
import { HAG, hag } from "../../../plays/people.js";

const MEMBERS = 5_000;
const member = (n: number): string => `member-number-${String(n).padStart(4, "0")}@${"x".repeat(40)}.test`;
const members = (set: string): string =>
  `<query xmlns="admin"><item affiliation="member"/><set xmlns="rsm">${set}</set></query>`;
const rooms = (set: string): string =>
  `service <query xmlns="discoItems"><set xmlns="rsm">${set}</set></query>`;

describe("a list that is longer than a stanza may be", () => {
  const play = onStage();

  it("of members is refused as a whole, and returned by pages forwards and backwards", async () => {
    await play.acts([
      HAG.calls`create`,
      HAG.calls`add ${Array.from({ length: MEMBERS }, (_, n) => member(n)).join(" ")}`,
    ]);
    for (let at = 0, after = ""; at < MEMBERS; after = `<after>${member(at - 1)}</after>`) {
      play.names.clear();
      await play.acts([
        hag.asks`${members(after)} | <first index="${at}">${member(at)}</first> <last>$last</last> <count>${MEMBERS}</count>`,
      ]);
      at = Number(/\d+/.exec(play.names.get("last") ?? "")?.[0]) + 1;
    }
    await play.acts([
      hag.asks`<query xmlns="admin"><item affiliation="member"/></query> = modify/policy-violation | <text>/XEP-0059/</text>`,
      hag.asks`${members("<before/><max>5</max>")} | <first index="${MEMBERS - 5}">$first</first> <last>${member(MEMBERS - 1)}</last>`,
      hag.asks`${members("<before>$first</before><max>5</max>")} | <last>${member(MEMBERS - 6)}</last>`,
      hag.asks`${members("<max>0</max>")} | !<item jid="*"/> <count>${MEMBERS}</count>`,
      hag.asks`${members("<after>nobody@x.test</after>")} = cancel/item-not-found`,
    ]);
  });

  it("of the service's rooms is returned as far as it fits, with the total", async () => {
    const row = `x'00', 0, 0, 1, '{"public":true,"name":"${"n".repeat(250)}"}'`;
    play.db.exec(`WITH RECURSIVE n(i) AS (SELECT 10000 UNION ALL SELECT i + 1 FROM n WHERE i < 12000)
      INSERT INTO rooms (name, secret, created_at, locked, listed, options) SELECT 'room' || i, ${row} FROM n;
      INSERT INTO rooms (name, secret, created_at, locked, listed, options) VALUES ('a b', ${row})`);
    await play.acts([
      hag.asks`service items | <first>room10000@${DOMAIN}</first> <last>$last</last> <count>2002</count>`,
    ]);
    const last = Number(/\d+/.exec(play.names.get("last") ?? "")?.[0]);
    expect(last).to.be.within(10_100, 11_000);
    await play.acts([
      hag.asks`${rooms(`<after>$last</after><max>5000</max>`)} | <first>room${last + 1}@${DOMAIN}</first>`,
      hag.asks`${rooms("<before/>")} | <last>room12000@${DOMAIN}</last>`,
      hag.asks`${rooms("<max>0</max>")} | !<item/> <count>2002</count>`,
      hag.asks`${rooms("<max>x</max>")} = modify/bad-request`,
    ]);
  });
});
