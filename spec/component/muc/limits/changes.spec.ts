/** Changes of rooms cost as much as they make the component do; the default limits protect others. */
import { expect } from "chai";
import { errorOf, hag, onStage, ROOM, stranger } from "../play.js";

const MANY = 500;

describe("an owner who changes their room", () => {
  const play = onStage({}, (play) => play.coven());

  const changes = async (
    who: string,
    count: number,
    items: (i: number) => string,
  ): Promise<(string | undefined)[]> => {
    const answers = Array.from({ length: count }, (_, i) => play.administers(who, items(i)));
    return (await Promise.all(answers)).map(({ attrs }) => attrs.type);
  };
  const member = (i: number): string => `<item affiliation="member" jid="w${i}@qtalk.test.org"/>`;
  const failed = (types: readonly (string | undefined)[]): number =>
    types.filter((type) => type !== "result").length;

  it(`saves ${MANY} members, one by one or at once`, async () => {
    expect(failed(await changes(hag, MANY, member))).to.equal(0);
    const all = Array.from({ length: MANY }, (_, i) => member(MANY + i)).join("");
    expect(failed(await changes(hag, 1, () => all))).to.equal(0);
    const members = play.count("affiliations WHERE affiliation = 'member'");
    expect(members).to.be.at.least(2 * MANY);
  });

  it(`configures it ${MANY} times at once`, async () => {
    const answers = Array.from({ length: MANY }, (_, i) =>
      play.configures(hag, { "muc#roomconfig_roomname": `Coven ${i}` }),
    );
    expect(failed((await Promise.all(answers)).map(({ attrs }) => attrs.type))).to.equal(0);
  });

  it("is refused for now if the changes are sent to very many occupants", async () => {
    // So little, that a slow machine doesn't give time for it.
    await play.begins({ rooms: { messages_per_second: 1 } });
    await play.coven();
    for (let i = 0; i < 120; i++) await play.enters(`guest${i}@qtalk.test.org/pda`, `guest ${i}`);
    const roles = await changes(
      hag,
      MANY,
      (i) =>
        `<item nick="crone" role="${i % 2 === 0 ? "moderator" : "participant"}"><reason>${"x".repeat(2_000)}</reason></item>`,
    );
    expect(failed(roles)).to.be.greaterThan(MANY / 2);
  });

  it("has a rate limit for changes that they may not make", async () => {
    const refused = Array.from({ length: MANY }, (_, i) =>
      play.asks(
        stranger,
        "set",
        `<query xmlns="http://jabber.org/protocol/muc#admin">${member(i)}</query>`,
        ROOM,
      ),
    );
    const errors = (await Promise.all(refused)).map(errorOf);
    expect(errors.filter((error) => error.startsWith("wait/resource-constraint")).length).to.be.greaterThan(
      MANY / 2,
    );
  });
});
