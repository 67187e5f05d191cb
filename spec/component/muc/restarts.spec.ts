import { expect } from "chai";
import { mucUsers } from "../../../component/operations/muc-users.js";
import { sendThirdMessage } from "../../../component/operations/send-thirdmessage.js";
import type { Database } from "../../../storage/database.js";
import { crone, DOMAIN, HAG, hag, itemOf, Play, ROOM, told, wiccarocks } from "./play.js";

describe("restarts and troubles", () => {
  /** A new process on the same file. */
  const restarted = (db: Database): Promise<Play> => new Play({ db }).ready();

  it("a restart empties no room: everybody is inside as before, and nobody is told anything", async () => {
    const before = await new Play().ready();
    await before.roomOf(hag, "hag", { "muc#roomconfig_whois": "anyone" });
    await before.posts(hag, "<subject>brew</subject>");
    await before.enters(crone, "crone");
    await before.appears(crone, "crone", "<show>dnd</show>");
    await before.administers(hag, `<item nick="crone" role="moderator"/>`);
    await before.says(hag, "before");
    before.close();

    const after = await restarted(before.db);
    after.told(hag);
    await after.says(crone, "after");
    after.told(hag, 'message coven/crone groupchat "after"');
    const heard = await after.enters(wiccarocks, "wicca");
    expect(heard.map(told)).to.deep.equal([
      "presence coven/hag owner/moderator",
      "presence coven/crone none/moderator",
      "presence coven/wicca none/participant 100 110",
      'message coven/hag groupchat "before" delayed',
      'message coven/crone groupchat "after" delayed',
      'message coven/hag groupchat "brew" delayed',
    ]);
    expect(heard[1]?.getChildText("show")).to.equal("dnd");
    expect(itemOf(heard[1]).jid).to.equal(crone);
    after.close();
  });

  it("what a call was promised is said after a crash, exactly once in the archive", async () => {
    const before = await new Play().ready();
    await before.roomOf(hag, "hag");
    before.link.confirms = false;
    before.link.isUp = false;
    before.link.emit("down", { cause: "network", text: "cut" });
    const call = [{ from: "hag66", to: ROOM, message: "<message><body id='b1'>promised</body></message>" }];
    expect(await sendThirdMessage(before.context, call)).to.deep.equal({ delivery: "queued" });
    before.close();

    const after = await restarted(before.db);
    const [message] = await after.until(() => {
      const heard = after.hears(hag).filter((stanza) => stanza.getChild("body"));
      return heard.length > 0 ? heard : undefined;
    });
    expect(told(message!)).to.equal('message coven/hag groupchat "promised"');
    expect(await sendThirdMessage(after.context, call)).to.have.property("delivery");
    after.told(hag);
    expect(after.count("archive")).to.equal(1);
    after.close();
  });

  it("a message that the disk doesn't take is refused, and the room goes on as the disk has it", async () => {
    const play = await new Play().ready();
    await play.coven();
    play.fillsDisk("INSERT ON archive");
    await Promise.all([play.says(hag, "lost"), play.appears(crone, "witch")]);
    play.told(hag, "message coven error wait/resource-constraint");
    play.refused(crone, "wait/resource-constraint");
    const call = [{ from: "hag66", to: ROOM, message: "<message><body>lost</body></message>" }];
    expect(await sendThirdMessage(play.context, call)).to.have.property("errcode", 5);
    play.freesDisk();
    await play.says(crone, "again");
    play.told(hag, 'message coven/crone groupchat "again"');
    play.close();
  });

  it("keeps the order of what is said through calls and by occupants, whatever the disk and the link do", async () => {
    const play = await new Play().ready();
    await play.roomOf(hag, "hag");
    await play.enters(crone, "crone");
    play.hears(crone);
    const all: Promise<unknown>[] = [];
    for (let count = 0; count < 30; count++) {
      const call = { from: "hag66", to: ROOM, message: `<message><body>c${count}</body></message>` };
      all.push(count % 2 === 0 ? play.says(hag, `m${count}`) : sendThirdMessage(play.context, [call]));
      if (count % 7 === 0) await new Promise(setImmediate);
    }
    await Promise.all(all);
    const ids = play.hears(crone).map((stanza) => Number(stanza.getChild("stanza-id")?.attrs.id));
    expect(ids).to.have.length(30);
    expect(ids).to.deep.equal([...ids].sort((one, other) => one - other));
    play.close();
  });

  it("rooms that nobody touches are dropped from memory, and are as they were when touched again", async () => {
    const play = await new Play().ready();
    await play.roomOf(hag, "hag", { "muc#roomconfig_roomname": "Cave" });
    expect(play.service.rooms.loaded).to.equal(1);
    play.service.rooms.sweep(performance.now() + 1);
    expect(play.service.rooms.loaded).to.equal(0);
    await play.says(hag, "still here");
    expect(play.lines(hag).at(-1)).to.equal('message coven/hag groupchat "still here"');
    play.close();
  });

  it("a room is handed to the next message even where its maker has just been refused by the disk", async () => {
    const play = await new Play().ready();
    play.fillsDisk("INSERT ON rooms");
    await play.barred(hag, "hag", "wait/resource-constraint");
    play.freesDisk();
    expect(play.service.rooms.count).to.equal(0);
    expect((await play.entry(hag, "hag"))[0]).to.contain(" 201 ");
    expect(await mucUsers(play.context, { id: "coven", domain: DOMAIN })).to.deep.equal([
      { user: "hag66", host: HAG.slice(6), name: "hag66" },
    ]);
    play.close();
  });
});
