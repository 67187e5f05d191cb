/** The subject that newcomers are told (XEP-0045 §7.2.15, XEP-0421). */
import { expect } from "chai";
import { crone, hag, onStage, wiccarocks } from "../play.js";
import type { Element } from "../../../../component/xml/builder.js";

const authorIn = (stanza: Element | undefined): string | undefined =>
  stanza?.getChild("occupant-id", "urn:xmpp:occupant-id:0")?.attrs.id;

describe("the subject that newcomers are told", () => {
  const play = onStage({}, (play) => play.coven());

  it("says who set it by their occupant-id, as it was told then, also after a restart", async () => {
    await play.posts(hag, "<subject>Fire burn</subject>");
    const author = authorIn(play.hears(crone)[0]);
    expect(author).to.be.a("string");
    expect(authorIn((await play.enters(wiccarocks, "wicca")).at(-1))).to.equal(author);
    await play.restarts();
    const heard = await play.enters(wiccarocks, "wicca");
    expect(heard.at(-1)?.getChildText("subject")).to.equal("Fire burn");
    expect(authorIn(heard.at(-1))).to.equal(author);
  });

  it("has none where nobody set it, nor in a room that was imported", async () => {
    expect(authorIn((await play.enters(wiccarocks, "wicca")).at(-1))).to.equal(undefined);
    play.db
      .prepare("UPDATE rooms SET subject = ?")
      .run(`{"xml":"<subject>Old</subject>","nick":"hag","at":0}`);
    await play.restarts();
    const heard = await play.enters(wiccarocks, "wicca");
    expect(heard.at(-1)?.getChildText("subject")).to.equal("Old");
    expect(authorIn(heard.at(-1))).to.equal(undefined);
  });

  it("is what stands in <subject/> alone, whatever else the message that set it held", async () => {
    const origin = `<origin-id xmlns="urn:xmpp:sid:0" id="o1"/>`;
    await play.posts(hag, `${origin}<subject>Fire burn</subject>`);
    expect(play.hears(crone)[0]?.getChild("origin-id")?.attrs.id).to.equal("o1");
    const told = (await play.enters(wiccarocks, "wicca")).at(-1);
    expect(told?.getChildText("subject")).to.equal("Fire burn");
    expect(told?.getChildElements().map(({ name }) => name)).to.deep.equal([
      "subject",
      "occupant-id",
      "delay",
    ]);
  });

  it("may be as long as the operator says, with its tags, and no longer", async () => {
    await play.begins({ rooms: { subject_bytes: 1000 } });
    await play.coven();
    const sets = (length: number): Promise<void> => {
      const text = "x".repeat(length - "<subject></subject>".length);
      return play.posts(hag, `<subject>${text}</subject>`);
    };
    await sets(1001);
    play.refused(hag, "modify/not-acceptable by coven");
    await sets(1000);
    expect(play.hears(crone)[0]?.getChildText("subject")).to.have.length(981);
  });

  it("isn't what is called so in another namespace", async () => {
    const foreign = `<subject xmlns="urn:example:mail">Fire burn</subject>`;
    await play.posts(hag, foreign);
    expect((await play.enters(wiccarocks, "wicca")).at(-1)?.getChildText("subject")).to.equal("");
  });
});
