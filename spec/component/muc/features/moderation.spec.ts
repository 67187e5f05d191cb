import { expect } from "chai";
import type { Element } from "../../../../component/xml/builder.js";
import { MODERATE, OCCUPANT_ID, RETRACT, SID, archived, idOf, request } from "./moderating.js";
import { crone, DOMAIN, errorOf, hag, onStage, ROOM, lineOf, wiccarocks } from "../play.js";

describe("moderating messages", () => {
  const play = onStage({}, (play) => play.coven());

  /** Says something, and gives its stanza-id. */
  const said = async (who: string, text: string, id = "m1"): Promise<string> => {
    await play.says(who, text, id);
    for (const other of [hag, crone]) if (other !== who) play.hears(other);
    return idOf(play.hears(who).at(-1));
  };
  const moderates = (who: string, payload: string, room = ROOM): Promise<Element> =>
    play.asks(who, "set", payload, room);
  const occupantIdOf = async (who: string): Promise<string | undefined> => {
    await play.says(who, "who am I?");
    for (const other of [hag, crone]) if (other !== who) play.hears(other);
    return play.hears(who).at(-1)?.getChild("occupant-id", OCCUPANT_ID)?.attrs.id;
  };

  it("announces moderator and reason, then answers the request", async () => {
    const moderator = await occupantIdOf(hag);
    const id = await said(crone, "free potions");
    expect((await moderates(hag, request(id, "<reason>Spells &amp; spam</reason>"))).attrs.type).to.equal(
      "result",
    );
    const by = `by="${ROOM}/hag"><occupant-id xmlns="${OCCUPANT_ID}" id="${moderator}"/>`;
    const reason = "<reason>Spells &amp; spam</reason>";
    for (const who of [hag, crone]) {
      const [message, ...more] = play.hears(who);
      expect([lineOf(message!), more]).to.deep.equal(["message coven groupchat", []]);
      expect(message?.getChild("stanza-id", SID)?.attrs).to.include({ by: ROOM, id: message?.attrs.id });
      expect(message?.children.slice(0, 1).map(String)).to.deep.equal([
        `<retract xmlns="${RETRACT}" id="${id}"><moderated xmlns="${MODERATE}" ${by}</moderated>${reason}</retract>`,
      ]);
    }
    const [last, before] = play.link.withoutPings.slice().reverse();
    expect([before?.name, last?.name]).to.deep.equal(["message", "iq"]);
  });

  it("leaves a tombstone in the archive, and the retraction", async () => {
    const author = await occupantIdOf(crone);
    const moderator = await occupantIdOf(hag);
    const id = await said(crone, "free potions", "spam-1");
    await said(crone, "sorry");
    await moderates(hag, request(id, "<reason>Spam</reason>"));
    const [retraction] = play.hears(crone);
    const messages = (await archived(play, wiccarocks)).slice(2);
    expect(messages.map(lineOf)).to.deep.equal([
      "message coven/crone groupchat",
      'message coven/crone groupchat "sorry"',
      "message coven groupchat",
    ]);
    const [tombstone, , archivedRetraction] = messages;
    expect(tombstone?.attrs).to.deep.include({ from: `${ROOM}/crone`, id: "spam-1", type: "groupchat" });
    expect(idOf(tombstone)).to.equal(id);
    expect(tombstone?.getChild("occupant-id", OCCUPANT_ID)?.attrs.id).to.equal(author);

    const stamp = tombstone?.getChild("retracted", RETRACT)?.attrs.stamp ?? "";
    expect(Date.parse(stamp)).to.be.closeTo(Date.now(), 60_000);
    const by = `by="${ROOM}/hag"><occupant-id xmlns="${OCCUPANT_ID}" id="${moderator}"/>`;
    expect(String(tombstone)).to.contain(
      `<retracted xmlns="${RETRACT}" id="${retraction?.attrs.id}" stamp="${stamp}">` +
        `<moderated xmlns="${MODERATE}" ${by}</moderated><reason>Spam</reason></retracted>`,
    );

    expect(archivedRetraction?.getChild("retract", RETRACT)?.attrs.id).to.equal(id);
    expect(idOf(archivedRetraction)).to.equal(idOf(retraction));
  });

  it("leaves nothing of the message in archive and history, also after a restart", async () => {
    const id = await said(crone, "free potions");
    await play.sends(
      crone,
      `<message to="${ROOM}" type="groupchat" xml:lang="fr"><body>potions</body><thread>potions</thread>` +
        `<subject>potions</subject><x xmlns="jabber:x:oob"><url>potions</url></x></message>`,
    );
    const other = idOf(play.hears(crone)[0]);
    await said(hag, "welcome");
    for (const each of [id, other]) await moderates(hag, request(each));
    await play.restarts();
    expect(JSON.stringify(play.db.prepare("SELECT * FROM archive").all())).not.to.contain("potions");
    const heard = await play.enters(wiccarocks, "wicca");
    expect(heard.filter(({ name }) => name === "message").map(lineOf)).to.deep.equal([
      'message coven/hag groupchat "welcome" delayed',
      'message coven groupchat ""',
    ]);
    const tombstones = await archived(play, wiccarocks);
    expect(tombstones.filter((message) => message.getChild("retracted", RETRACT))).to.have.length(2);
  });

  it("removes the message from the history without an archive, and puts the retraction there", async () => {
    await play.configures(hag, { "muc#roomconfig_enablearchiving": "0" });
    play.hush();
    const id = await said(crone, "free potions");
    await said(hag, "welcome");
    expect((await moderates(hag, request(id))).attrs.type).to.equal("result");
    expect(play.hears(crone)[0]?.getChild("retract", RETRACT)?.attrs.id).to.equal(id);
    const heard = await play.enters(wiccarocks, "wicca");
    expect(heard.filter(({ name }) => name === "message").map(lineOf)).to.deep.equal([
      'message coven/hag groupchat "welcome" delayed',
      "message coven groupchat delayed",
      'message coven groupchat ""',
    ]);
    expect(await archived(play, hag)).to.deep.equal([]);
    play.hears(crone);
    expect((await moderates(hag, request(id))).attrs.type).to.equal("result");
    expect(play.hears(crone).filter(({ name }) => name === "message")).to.deep.equal([]);
  });

  it("archives the retraction without an address, and not as an occupant's message", async () => {
    await play.configures(hag, { "muc#roomconfig_whois": "anyone" });
    play.hush();
    await moderates(hag, request(await said(crone, "free potions")));
    const [tombstone, retraction] = await archived(play, crone);
    const jid = (message: Element | undefined): string | undefined =>
      message?.getChild("x")?.getChild("item")?.attrs.jid;
    expect([jid(tombstone), jid(retraction)]).to.deep.equal(["crone1@qtalk.test.org", undefined]);
    expect((await archived(play, crone, "crone")).map(lineOf)).to.deep.equal([
      "message coven/crone groupchat",
    ]);
    expect(await archived(play, crone, "hag")).to.deep.equal([]);
  });

  it("is for moderators: others are refused, and the message stays", async () => {
    const id = await said(hag, "stay");
    for (const who of [crone, wiccarocks]) {
      expect(errorOf(await moderates(who, request(id)))).to.equal("auth/forbidden by coven");
    }
    await play.gives(hag, "crone", "moderator");
    expect(play.hears(hag).filter(({ name }) => name === "message")).to.deep.equal([]);
    expect((await archived(play, hag)).map(lineOf)).to.deep.equal(['message coven/hag groupchat "stay"']);
    expect((await moderates(crone, request(id))).attrs.type).to.equal("result");
  });

  it("is possible for owners outside, without an occupant's address", async () => {
    await play.administers(hag, `<item jid="wiccarocks@qtalk.test.org" affiliation="owner"/>`);
    const id = await said(crone, "free potions");
    await moderates(wiccarocks, request(id));
    const moderated = play.hears(crone)[0]?.getChild("retract")?.getChild("moderated");
    expect(moderated?.attrs.by).to.equal(undefined);
    expect(moderated?.getChild("occupant-id")?.attrs.id).to.be.a("string");
  });

  it("refuses unknown messages, the room's own messages, and other requests", async () => {
    const id = await said(crone, "free potions");
    const other = `cave@${DOMAIN}`;
    await play.enters(hag, "hag", "", other);
    await play.configures(hag, {}, other);
    expect(errorOf(await moderates(hag, request(id), other))).to.equal("cancel/item-not-found by cave");
    for (const unknown of ["1", `${id}e`, `0${id}`, "", "spam-1", `${id}0000`, "m1"]) {
      expect(errorOf(await moderates(hag, request(unknown))), unknown).to.equal(
        "cancel/item-not-found by coven",
      );
    }
    expect(errorOf(await moderates(hag, request(id), `nowhere@${DOMAIN}`))).to.equal(
      "cancel/item-not-found by nowhere",
    );
    const noneOf = [
      `<moderate xmlns="${MODERATE}" id="${id}"/>`,
      `<moderate xmlns="${MODERATE}" id="${id}"><retract xmlns="urn:xmpp:message-retract:0"/></moderate>`,
    ];
    for (const payload of noneOf) {
      expect(errorOf(await moderates(hag, payload))).to.equal("cancel/feature-not-implemented by coven");
    }
    expect(errorOf(await moderates(hag, request(id).replace(/ id="\d+"/, "")))).to.equal(
      "modify/bad-request by coven",
    );
    play.hears(crone);
    await moderates(hag, request(id));
    const retraction = idOf(play.hears(crone)[0]);
    expect(errorOf(await moderates(hag, request(retraction)))).to.equal("cancel/not-allowed by coven");
  });

  it("announces a repeated retraction once", async () => {
    const id = await said(crone, "free potions");
    const [first, second] = await Promise.all([moderates(hag, request(id)), moderates(hag, request(id))]);
    const third = await moderates(hag, request(id, "<reason>again</reason>"));
    for (const answer of [first, second, third]) expect(answer.attrs.type).to.equal("result");
    expect(play.hears(crone)).to.have.length(1);
    const messages = await archived(play, hag);
    expect(messages).to.have.length(2);
    expect(messages[0]?.getChild("retracted")?.getChild("reason")).to.equal(undefined);
  });

  it("keeps the moderator's tombstone if the sender retracts the message later", async () => {
    const id = await said(crone, "free potions");
    await moderates(hag, request(id, "<reason>spam</reason>"));
    await play.posts(crone, `<retract xmlns="${RETRACT}" id="${id}"/>`, "m2");
    const retracted = (await archived(play, hag)).map((message) => message.getChild("retracted", RETRACT));
    expect(retracted.map((each) => each?.getChildText("reason"))).to.deep.equal([
      "spam",
      undefined,
      undefined,
    ]);
  });

  it("announces nothing and keeps the message if the disk refuses it", async () => {
    const id = await said(crone, "free potions");
    play.fillsDisk("UPDATE ON archive");
    expect(errorOf(await moderates(hag, request(id)))).to.equal("wait/resource-constraint");
    play.receives(crone);
    expect((await archived(play, hag)).map(lineOf)).to.deep.equal([
      'message coven/crone groupchat "free potions"',
    ]);
    play.freesDisk();
    expect((await moderates(hag, request(id))).attrs.type).to.equal("result");
    expect(play.hears(crone)).to.have.length(1);
  });

  it("cuts reasons, ignores empty ones, and has the rate limit of messages", async () => {
    const id = await said(crone, "one");
    await moderates(hag, request(id, `<reason>${"x".repeat(5000)}</reason>`));
    const reason = (heard: Element[]): Element | undefined =>
      heard[0]?.getChild("retract")?.getChild("reason");
    expect(reason(play.hears(crone))?.getText()).to.have.length(2000);
    await moderates(hag, request(await said(crone, "two"), "<reason/>"));
    expect(reason(play.hears(crone))).to.equal(undefined);
    await play.restarts({ rooms: { messages_per_second: 1 } });
    const answers = await Promise.all(Array.from({ length: 20 }, () => moderates(hag, request(id))));
    expect(answers.map(errorOf)).to.include("wait/resource-constraint by coven");
  });
});
