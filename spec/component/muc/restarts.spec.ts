import { expect } from "chai";
import { mucUsers } from "../../../component/operations/members.js";
import { sendThirdMessage } from "../../../component/operations/send-thirdmessage.js";
import { crone, DOMAIN, HAG, hag, itemOf, onStage, ROOM, lineOf, wiccarocks } from "./play.js";

const call = (text: string, id = "") => [
  { from: "hag66", to: ROOM, message: `<message><body${id && ` id="${id}"`}>${text}</body></message>` },
];

describe("restarts and disk faults", () => {
  const play = onStage();

  it("a restart keeps all occupants, and announces nothing", async () => {
    await play.roomOf(hag, "hag", { "muc#roomconfig_whois": "anyone" });
    await play.posts(hag, "<subject>brew</subject>");
    await play.enters(crone, "crone");
    await play.appears(crone, "crone", "<show>dnd</show>");
    await play.gives(hag, "crone", "moderator");
    await play.says(hag, "before");
    await play.restarts();
    play.receives(hag);
    await play.says(crone, "after");
    play.receives(hag, 'message coven/crone groupchat "after"');
    const heard = await play.enters(wiccarocks, "wicca");
    expect(heard.map(lineOf)).to.deep.equal([
      "presence coven/hag owner/moderator",
      "presence coven/crone none/moderator",
      "presence coven/wicca none/participant 100 110",
      'message coven/hag groupchat "before" delayed',
      'message coven/crone groupchat "after" delayed',
      'message coven/hag groupchat "brew" delayed',
    ]);
    expect(heard[1]?.getChildText("show")).to.equal("dnd");
    expect(itemOf(heard[1]).jid).to.equal(crone);
  });

  it("a message that a call was promised is sent after a crash, once", async () => {
    await play.roomOf(hag, "hag");
    play.link.confirms = false;
    play.link.isUp = false;
    play.link.emit("down", { cause: "network", text: "cut" });
    expect(await sendThirdMessage(play.context, call("promised", "b1"))).to.deep.equal({
      delivery: "queued",
    });
    await play.restarts();
    const [message] = await play.until(() => {
      const heard = play.hears(hag).filter((stanza) => stanza.getChild("body"));
      return heard.length > 0 ? heard : undefined;
    });
    expect(lineOf(message!)).to.equal('message coven/hag groupchat "promised"');
    expect(await sendThirdMessage(play.context, call("promised", "b1"))).to.have.property("delivery");
    play.receives(hag);
    expect(play.count("archive")).to.equal(1);
  });

  it("a message is refused if the disk refuses it, and the room continues", async () => {
    await play.coven();
    play.fillsDisk("INSERT ON archive");
    await Promise.all([play.says(hag, "lost"), play.appears(crone, "witch")]);
    play.receives(hag, "message coven error wait/resource-constraint");
    play.refused(crone, "wait/resource-constraint");
    expect(await sendThirdMessage(play.context, call("lost"))).to.have.property("errcode", 5);
    play.freesDisk();
    await play.says(crone, "again");
    play.receives(hag, 'message coven/crone groupchat "again"');
  });

  it("messages from calls and occupants keep their order", async () => {
    await play.coven();
    const all: Promise<unknown>[] = [];
    for (let count = 0; count < 30; count++) {
      all.push(
        count % 2 === 0 ? play.says(hag, `m${count}`) : sendThirdMessage(play.context, call(`c${count}`)),
      );
      if (count % 7 === 0) await new Promise(setImmediate);
    }
    await Promise.all(all);
    const ids = play.hears(crone).map((stanza) => Number(stanza.getChild("stanza-id")?.attrs.id));
    expect(ids).to.have.length(30);
    expect(ids).to.deep.equal([...ids].sort((one, other) => one - other));
  });

  it("idle rooms are dropped from memory, and loaded unchanged", async () => {
    await play.roomOf(hag, "hag", { "muc#roomconfig_roomname": "Cave" });
    expect(play.service.rooms.loaded).to.equal(1);
    play.service.rooms.sweep(performance.now() + 1);
    expect(play.service.rooms.loaded).to.equal(0);
    await play.says(hag, "still here");
    play.receives(hag, 'message coven/hag groupchat "still here"');
  });

  it("a name is free at once if the disk refused the room's creation", async () => {
    play.fillsDisk("INSERT ON rooms");
    await play.isRefused(hag, "hag", "wait/resource-constraint");
    play.freesDisk();
    expect(play.service.rooms.count).to.equal(0);
    expect((await play.entry(hag, "hag"))[0]).to.contain(" 201 ");
    expect(await mucUsers(play.context, { id: "coven", domain: DOMAIN })).to.deep.equal([
      { user: "hag66", host: HAG.slice(6), name: "hag66" },
    ]);
  });
});
