/** A room's subject (XEP-0045 §7.2.15 and §8.1, XEP-0421). */
import { expect } from "chai";
import { crone, hag, onStage, wiccarocks } from "../play.js";
import type { Element } from "../../../../component/xml/builder.js";

const authorIn = (stanza: Element | undefined): string | undefined =>
  stanza?.getChild("occupant-id", "urn:xmpp:occupant-id:0")?.attrs.id;

describe("the subject", () => {
  const play = onStage({}, (play) => play.coven());

  it("is sent to everybody, may be empty, and is no part of the history", async () => {
    for (const text of ["Fire Burn and Cauldron Bubble!", ""]) {
      await play.posts(hag, `<subject>${text}</subject>`);
      play.receives(crone, `message coven/hag groupchat "${text}"`);
      expect((await play.entry(wiccarocks, "wicca")).slice(-2)).to.deep.equal([
        "presence coven/wicca none/participant 110",
        `message coven/hag groupchat "${text}" delayed`,
      ]);
      await play.leaves(wiccarocks);
      play.hush();
    }
  });

  it("is for moderators, or for everybody if changesubject is on", async () => {
    await play.posts(crone, "<subject>mine</subject>");
    play.refused(crone, "auth/forbidden by coven");
    await play.configures(hag, { "muc#roomconfig_changesubject": "1" });
    play.hush();
    await play.posts(crone, "<subject>mine</subject>");
    play.receives(hag, 'message coven/crone groupchat "mine"');
  });

  it("isn't changed by a message that has a body or a thread as well", async () => {
    await play.posts(crone, "<subject>re: brew</subject><body>text</body>");
    await play.posts(crone, "<subject>re: brew</subject><thread>t</thread>");
    expect(play.hears(crone).filter(({ attrs }) => attrs.type === "error")).to.deep.equal([]);
    expect((await play.entry(wiccarocks, "wicca")).at(-1)).to.equal('message coven groupchat ""');
  });

  it("has the occupant-id of its author for newcomers, also after a restart", async () => {
    await play.posts(hag, "<subject>Fire burn</subject>");
    const author = authorIn(play.hears(crone)[0]);
    expect(author).to.be.a("string");
    expect(authorIn((await play.enters(wiccarocks, "wicca")).at(-1))).to.equal(author);
    await play.restarts();
    const heard = await play.enters(wiccarocks, "wicca");
    expect(heard.at(-1)?.getChildText("subject")).to.equal("Fire burn");
    expect(authorIn(heard.at(-1))).to.equal(author);
  });

  it("has no occupant-id if nobody set it or the room was imported", async () => {
    expect(authorIn((await play.enters(wiccarocks, "wicca")).at(-1))).to.equal(undefined);
    play.db
      .prepare("UPDATE rooms SET subject = ?")
      .run(`{"xml":"<subject>Old</subject>","nick":"hag","at":0}`);
    await play.restarts();
    const heard = await play.enters(wiccarocks, "wicca");
    expect(heard.at(-1)?.getChildText("subject")).to.equal("Old");
    expect(authorIn(heard.at(-1))).to.equal(undefined);
  });

  it("is the <subject/> alone, whatever else the message contained", async () => {
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

  it("has at most subject_bytes with its tags", async () => {
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

  it("isn't an element of another namespace", async () => {
    const foreign = `<subject xmlns="urn:example:mail">Fire burn</subject>`;
    await play.posts(hag, foreign);
    expect((await play.enters(wiccarocks, "wicca")).at(-1)?.getChildText("subject")).to.equal("");
  });
});
