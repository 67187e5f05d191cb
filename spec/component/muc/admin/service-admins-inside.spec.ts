/** Rooms follow the list of the service's administrators, whoever is inside. */
import { expect } from "chai";
import { CRONE, crone, HAG, hag, onStage, told } from "../play.js";

describe("an administrator of the service", () => {
  const play = onStage({}, (play) => play.roomOf(hag, "hag"));

  it("is one at once also where they have only just come in", async () => {
    const entering = play.enters(crone, "crone");
    await play.service.setAdmins([CRONE]);
    const heard = [...(await entering), ...play.hears(crone)].map(told);
    expect(heard).to.include("presence coven/crone owner/moderator 110");
  });

  it("is shown to nobody anew who is an owner already", async () => {
    await play.enters(crone, "crone");
    play.hush();
    await play.service.setAdmins([HAG]);
    for (const who of [hag, crone]) play.told(who);
  });

  it("is one in the end where rooms couldn't be told at first, which the log says", async () => {
    await play.enters(crone, "crone");
    play.hears(crone);
    play.fillsDisk("INSERT ON outbox");
    await play.service.setAdmins([CRONE]);
    expect(play.log.about("Rooms could not follow the change of rooms.admins")).to.have.length(1);
    play.freesDisk();
    play.told(crone);
    await play.restarts({ rooms: { admins: [CRONE] } });
    const heard = await play.until(() => {
      const news = play.lines(crone);
      return news.length > 0 ? news : undefined;
    });
    expect(heard).to.deep.equal(["presence coven/crone owner/moderator 110"]);
  });
});
