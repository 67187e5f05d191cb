/** Changes of rooms cost as much as they make the component do; the default limits protect others. */
import { expect } from "chai";
import { onStage } from "../stage.js";
import { coven, db } from "../../../plays/component.js";
import { hag, stranger } from "../../../plays/people.js";

const MANY = 500;

describe("an owner who changes their room", () => {
  const play = onStage({}, [coven.meets()]);

  it(`saves ${MANY} members, one by one or at once, and configures it as often`, async () => {
    expect(await play.refuses(MANY, (i) => [hag.makes`W${i} member`])).to.equal(0);
    await play.acts([hag.makes`${Array.from({ length: MANY }, (_, i) => `X${i} member`).join("; ")}`]);
    await play.acts([db.has`affiliations WHERE affiliation = 'member' = ${2 * MANY}`]);
    expect(await play.refuses(MANY, (i) => [hag.configures`roomname=Coven${i}`])).to.equal(0);
  });

  it("is refused for now if the changes are sent to very many occupants", async () => {
    // So little, that a slow machine doesn't give time for it.
    await play.begins({ rooms: { messages_per_second: 1 } });
    await play.acts([coven.meets`${Array.from({ length: 120 }, (_, i) => `guest${i}`).join(" ")}`]);
    const reason = `<reason>${"x".repeat(2_000)}</reason>`;
    const roles = (i: number) => [hag.makes`crone ${i % 2 === 0 ? "moderator" : "participant"} ${reason}`];
    expect(await play.refuses(MANY, roles)).to.be.greaterThan(MANY / 2);
  });

  it("has a rate limit for changes that they may not make", async () => {
    expect(
      await play.refuses(MANY, (i) => [stranger.makes`W${i} member = auth/forbidden by coven`]),
    ).to.be.greaterThan(MANY / 2);
  });
});
