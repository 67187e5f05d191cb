/** The subject that newcomers are told (XEP-0045 §7.2.15, XEP-0421). */
import { expect } from "chai";
import { crone, hag, Play, ROOM, wiccarocks } from "../play.js";
import type { Element } from "../../../../component/xml/builder.js";

const authorIn = (stanza: Element | undefined): string | undefined =>
  stanza?.getChild("occupant-id", "urn:xmpp:occupant-id:0")?.attrs.id;

describe("the subject that newcomers are told", () => {
  let play: Play;
  beforeEach(async () => {
    play = await new Play().ready();
    await play.coven();
  });
  afterEach(() => play.close());

  it("says who set it by their occupant-id, as it was told then, also after a restart", async () => {
    await play.sends(hag, `<message to="${ROOM}" type="groupchat"><subject>Fire burn</subject></message>`);
    const author = authorIn(play.hears(crone)[0]);
    expect(author).to.be.a("string");
    expect(authorIn((await play.enters(wiccarocks, "wicca")).at(-1))).to.equal(author);
    play.close();
    play = await new Play({ db: play.db }).ready();
    const heard = await play.enters(wiccarocks, "wicca");
    expect(heard.at(-1)?.getChildText("subject")).to.equal("Fire burn");
    expect(authorIn(heard.at(-1))).to.equal(author);
  });

  it("has none where nobody set it, nor where an earlier version kept it", async () => {
    expect(authorIn((await play.enters(wiccarocks, "wicca")).at(-1))).to.equal(undefined);
    play.db
      .prepare("UPDATE rooms SET subject = ?")
      .run(`{"xml":"<subject>Old</subject>","nick":"hag","at":0}`);
    play.close();
    play = await new Play({ db: play.db }).ready();
    const heard = await play.enters(wiccarocks, "wicca");
    expect(heard.at(-1)?.getChildText("subject")).to.equal("Old");
    expect(authorIn(heard.at(-1))).to.equal(undefined);
  });
});
