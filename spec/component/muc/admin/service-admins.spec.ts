import { expect } from "chai";
import { Jid } from "../../../../component/address.js";
import type { Room } from "../../../../component/muc/room/room.js";
import { roomJid } from "../../../../component/muc/rooms.js";
import { xml } from "../../../../component/xml/builder.js";
import {
  crone,
  DOMAIN,
  errorOf,
  hag,
  HAG,
  itemOf,
  Play,
  ROOM,
  stranger,
  told,
  WICCA,
  wiccarocks,
} from "../play.js";
const options = (fields: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [`muc#roomconfig_${name}`, value]));

/** wiccarocks administers the service. */
async function play(): Promise<Play> {
  return await new Play({ rooms: { admins: [WICCA] } }).ready();
}

function room(stage: Play): Room | undefined {
  const jid = roomJid("coven", DOMAIN);
  return jid && stage.service.rooms.find(jid);
}

function account(text: string): Jid {
  const jid = Jid.parse(text);
  if (jid === undefined) throw new Error(`${text} is no address`);
  return jid;
}

describe("A service administrator", () => {
  it("enters what is locked, and is shown as an owner", async () => {
    const stage = await play();
    await stage.enters(hag, "hag");
    const heard = await stage.enters(wiccarocks, "wicca");
    expect(heard.map(told)).to.include("presence coven/wicca owner/moderator 110");
    expect(stage.lines(hag)).to.include("presence coven/wicca owner/moderator");
    stage.close();
  });

  it("enters where they are banned, and where a password, membership and room for one more are missing", async () => {
    const stage = await play();
    const fields = options({ membersonly: "1", roomsecret: "caldron", maxusers: "1" });
    await stage.roomOf(hag, "hag", fields);
    // Banned with their whole domain, which doesn't concern the owner.
    await stage.administers(hag, `<item affiliation="outcast" jid="qtalk.test.org"/>`);
    await stage.barred(crone, "crone", "auth/forbidden by coven");
    expect(await stage.entry(wiccarocks, "wicca")).to.include("presence coven/wicca owner/moderator 110");
    stage.close();
  });

  it("configures, reads the lists, moderates and destroys from outside, and is in no list", async () => {
    const stage = await play();
    await stage.coven();
    const lists = await Promise.all(
      ["owner", "admin", "member"].map((affiliation) =>
        stage.asks(
          wiccarocks,
          "get",
          `<query xmlns="http://jabber.org/protocol/muc#admin"><item affiliation="${affiliation}"/></query>`,
        ),
      ),
    );
    const listed = lists.flatMap((list) => list.getChild("query")?.getChildren("item") ?? []);
    expect(listed.map(({ attrs }) => attrs.jid)).to.eql([HAG]);
    expect((await stage.configures(wiccarocks, options({ roomname: "Caldron" }))).attrs.type).to.equal(
      "result",
    );
    const kick = await stage.administers(wiccarocks, `<item nick="crone" role="none"/>`);
    expect(kick.attrs.type).to.equal("result");
    expect(stage.lines(crone)).to.include("presence coven/crone unavailable none/none 307 110");
    const destroy = xml(
      "query",
      "http://jabber.org/protocol/muc#owner",
      xml("destroy", {}, xml("reason", {}, "Over")),
    );
    expect((await stage.asks(wiccarocks, "set", destroy.toString())).attrs.type).to.equal("result");
    expect(stage.lines(hag)).to.include("presence coven/hag unavailable none/none 110");
    stage.close();
  });

  it("can be neither banned nor put out, not by owners either", async () => {
    const stage = await play();
    await stage.coven([wiccarocks, "wicca"]);
    for (const item of [
      `<item affiliation="outcast" jid="${WICCA}"/>`,
      `<item nick="wicca" role="none"/>`,
      `<item nick="wicca" role="visitor"/>`,
    ]) {
      expect(errorOf(await stage.administers(hag, item)), item).to.equal("cancel/not-allowed by coven");
    }
    stage.close();
  });

  it("can be made a member like everybody else, and stays an owner inside", async () => {
    const stage = await play();
    await stage.coven([wiccarocks, "wicca"]);
    await stage.administers(hag, `<item affiliation="member" jid="${WICCA}"/>`);
    const list = await stage.asks(
      hag,
      "get",
      `<query xmlns="http://jabber.org/protocol/muc#admin"><item affiliation="member"/></query>`,
    );
    expect(list.getChild("query")?.getChild("item")?.attrs.jid).to.equal(WICCA);
    await stage.adds("hag66", "crone1");
    expect(room(stage)?.affiliationOf(account(WICCA))).to.equal("owner");
    stage.close();
  });

  it("makes rooms where nobody else may", async () => {
    const stage = await new Play({ rooms: { admins: [WICCA], create: "api" } }).ready();
    await stage.barred(hag, "hag", "cancel/not-allowed by coven");
    expect(await stage.entry(wiccarocks, "wicca")).to.include("presence coven/wicca owner/moderator 201 110");
    stage.close();
  });

  it("sees addresses in rooms that hide them, where others don't", async () => {
    const stage = await play();
    await stage.coven([stranger, "other"]);
    const seenBy = async (who: string, nick: string): Promise<string | undefined> => {
      const heard = await stage.enters(who, nick);
      return itemOf(heard.find(({ attrs }) => attrs.from === `${ROOM}/other`)).jid;
    };
    expect(await seenBy(wiccarocks, "wicca")).to.equal(stranger);
    expect(await seenBy("else@qtalk.test.org/x", "else")).to.equal(undefined);
    stage.close();
  });

  it("is one as soon as the list says so, and loses it inside when it says so no more", async () => {
    const stage = await new Play().ready();
    await stage.roomOf(hag, "hag", options({ moderatedroom: "1" }));
    await stage.enters(wiccarocks, "wicca");
    stage.hears(hag);
    await stage.service.setAdmins([WICCA]);
    expect(stage.lines(hag)).to.eql(["presence coven/wicca owner/moderator"]);
    await stage.service.setAdmins([]);
    expect(stage.lines(hag)).to.eql(["presence coven/wicca none/visitor"]);
    stage.close();
  });

  it("is put out of a room for members when a restart brings a list without them", async () => {
    const before = await play();
    await before.service.setAdmins([WICCA]);
    await before.roomOf(hag, "hag", { [`muc#roomconfig_membersonly`]: "1" });
    await before.enters(wiccarocks, "wicca");
    before.close();
    const after = await new Play({ db: before.db }).ready();
    await after.service.setAdmins([]);
    await after.outbox.flush(1000);
    expect(after.lines(wiccarocks)).to.include("presence coven/wicca unavailable none/none 321 110");
    after.close();
  });
});
