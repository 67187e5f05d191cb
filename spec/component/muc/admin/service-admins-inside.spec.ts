/** Rooms follow the list of the service's administrators, whoever is inside. */
import { expect } from "chai";
import { CRONE, crone, HAG, hag, Play, told } from "../play.js";

describe("an administrator of the service", () => {
  let play: Play;
  beforeEach(async () => {
    play = await new Play().ready();
    await play.roomOf(hag, "hag");
  });
  afterEach(() => play.close());

  it("is one at once also where they have only just come in", async () => {
    const entering = play.enters(crone, "crone");
    await play.service.setAdmins([CRONE]);
    const heard = [...(await entering), ...play.hears(crone)].map(told);
    expect(heard).to.include("presence coven/crone owner/moderator 110");
  });

  it("is shown to nobody anew who is an owner already", async () => {
    await play.enters(crone, "crone");
    for (const who of [hag, crone]) play.hears(who);
    await play.service.setAdmins([HAG]);
    for (const who of [hag, crone]) expect(play.hears(who), who).to.deep.equal([]);
  });

  it("is one in the end where rooms couldn't be told at first, which the log says", async () => {
    await play.enters(crone, "crone");
    play.hears(crone);
    play.db.exec("CREATE TRIGGER full BEFORE INSERT ON outbox BEGIN SELECT RAISE(ABORT, 'disk full'); END");
    await play.service.setAdmins([CRONE]);
    expect(play.log.about("Rooms could not be told who administers the service")).to.have.length(1);
    play.db.exec("DROP TRIGGER full");
    expect(play.hears(crone)).to.deep.equal([]);
    play.close();
    play = await new Play({ db: play.db, rooms: { admins: [CRONE] } }).ready();
    const heard = await play.until(() => {
      const news = play.hears(crone).map(told);
      return news.length > 0 ? news : undefined;
    });
    expect(heard).to.deep.equal(["presence coven/crone owner/moderator 110"]);
  });
});
