/** Calls for a room's options and vCard. */
import { expect } from "chai";
import { changeMucOpts, getMucOpts, sendNoticeVcard } from "../../../../component/operations/rooms.js";
import { commitWork } from "../../../../component/operations/room-call.js";
import { StanzaError } from "../../../../component/inbound/stanza-error.js";
import { Jid, type AccountJid } from "../../../../component/addresses/address.js";
import { Refusal } from "../../../../component/refusal.js";
import { crone, CRONE, DOMAIN, hag, HAG, onStage, ROOM, lineOf, WICCA } from "../play.js";

describe("calls for a room's options", () => {
  const room = { id: "coven", domain: DOMAIN };
  const play = onStage({}, async (play) => {
    await play.makes("hag66", "crone1");
    for (const [who, nick] of [
      [hag, "hag"],
      [crone, "crone"],
    ] as const)
      await play.enters(who, nick);
    play.hush();
  });

  const changes = async (more: Record<string, string>): Promise<string> => {
    const none = { public: undefined, persistent: undefined, maxUsers: undefined, owner: undefined };
    const result = await changeMucOpts(play.context, { room, ...none, ...more });
    return result instanceof Refusal ? result.message : "done";
  };
  const reads = () => {
    const result = getMucOpts(play.context, room);
    if (result instanceof Refusal) throw new Error(result.message);
    return { ...result, owners: result.owners.map(({ text }) => text) };
  };

  it("read what the form shows", async () => {
    await play.configures(hag, { "muc#roomconfig_roomname": "Cave", "muc#roomconfig_maxusers": "30" });
    expect(reads()).to.deep.equal({ address: ROOM, name: "Cave", maxUsers: 30, owners: [HAG] });
  });

  it("change the named options only, and notify occupants", async () => {
    const options = () => play.service.rooms.get(Jid.parse(ROOM) as AccountJid).options;
    const before = options();
    expect(before).to.include({ persistent: true, public: false });
    expect(await changes({ persistent: "false", public: "true", maxUsers: "12" })).to.equal("done");
    expect(options()).to.deep.equal({ ...before, persistent: false, public: true, maxOccupants: 12 });
    play.receives(crone, "message coven groupchat 104");
    expect(await changes({ persistent: "true" })).to.equal("done");
    expect(options()).to.deep.equal({ ...before, public: true, maxOccupants: 12 });
  });

  it("replace the owners", async () => {
    expect(await changes({ owner: "crone1" })).to.equal("done");
    expect(reads().owners).to.deep.equal([CRONE]);
    expect(play.lines(hag)).to.include("presence coven/crone owner/moderator");
  });

  it("invite an owner who wasn't a member, without naming an inviter", async () => {
    expect(await changes({ owner: "wiccarocks" })).to.equal("done");
    const [invitation, ...more] = play.hears(WICCA);
    expect(more).to.deep.equal([]);
    expect(invitation?.attrs.from).to.equal(DOMAIN);
    expect(invitation?.getChildText("body")).to.equal(
      `An administrator made you a member of coven: xmpp:${ROOM}?join`,
    );
  });

  it("have an errcode for retries only if another attempt can succeed", async () => {
    for (const [condition, errcode] of [
      ["not-acceptable", 1],
      ["bad-request", 1],
      ["forbidden", 2],
      ["item-not-found", 4],
      ["resource-constraint", 5],
    ] as const) {
      const refused = await commitWork(play.context, () => {
        throw new StanzaError("cancel", condition, "no");
      });
      expect(refused, condition).to.include({ errcode, message: "no" });
    }
  });

  it("refuse more occupants than rooms.max_occupants, and then change nothing", async () => {
    const before = reads();
    expect(await changes({ maxUsers: "999999999", persistent: "false" })).to.match(/^max_users: a room here/);
    expect(reads()).to.deep.equal(before);
    play.receives(crone);
  });

  it("announce that the room's vCard has changed, with its picture's hash", async () => {
    const tell = () => sendNoticeVcard(play.context, { room: "coven" });
    await tell();
    play.receives(crone, "message coven groupchat 104");
    const photo = "<PHOTO><TYPE>image/png</TYPE><BINVAL>iVBORw0KGgo=</BINVAL></PHOTO>";
    await play.asks(hag, "set", `<vCard xmlns="vcard-temp">${photo}</vCard>`);
    const [first] = play.hears(crone);
    await tell();
    const [presence, message] = play.hears(crone);
    const picture = presence?.getChild("x", "vcard-temp:x:update")?.getChildText("photo");
    expect(picture).to.match(/^[0-9a-f]{40}$/);
    expect(first?.getChild("x", "vcard-temp:x:update")?.getChildText("photo")).to.equal(picture);
    expect(message && lineOf(message)).to.equal("message coven groupchat 104");
  });
});
