import { expect } from "chai";
import { onStage } from "./stage.js";
import { component, coven, db, disk, everybody, link } from "../../plays/component.js";
import { HAG, crone, hag, wicca } from "../../plays/people.js";
import { meanwhile } from "../../plays/steps.js";

describe("restarts and disk faults", () => {
  const play = onStage({}, [coven.meets()]);

  play.scenes({
    "a restart keeps all occupants, and announces nothing": [
      hag.configures`whois=anyone`,
      hag.posts`<subject>brew</subject>`,
      crone.appears`<show>dnd</show>`,
      hag.makes`crone moderator`,
      hag.says`before`,
      component.restarts(),
      hag.hears`nothing`,
      crone.says`after`,
      hag.hears`message coven/crone groupchat "after"`,
      wicca.enters(),
      wicca.hears`presence coven/hag owner/moderator
          < presence coven/crone none/moderator | <show>dnd</show> <item jid="CRONE/desktop"/>
          < presence coven/wicca none/participant 100 110
          < message coven/hag groupchat "before" delayed
          < message coven/crone groupchat "after" delayed
          < message coven/hag groupchat "brew" delayed`,
    ],

    "a message that a call was promised is sent after a crash, once": [
      link.breaks(),
      HAG.calls`say id=b1 promised`,
      component.restarts(),
      crone.waits(),
      crone.hears`message coven/hag groupchat "promised"`,
      HAG.calls`say id=b1 promised`,
      crone.hears`nothing`,
      db.has`archive = 1`,
    ],

    "a message is refused if the disk refuses it, and the room continues": [
      disk.refuses`INSERT ON archive`,
      meanwhile(hag.says`lost`),
      meanwhile(crone.appears`as witch`),
      hag.hears`message coven error wait/resource-constraint`,
      crone.notices`error wait/resource-constraint`,
      HAG.calls`say lost = /^5 /`,
      disk.recovers(),
      crone.says`again`,
      hag.hears`message coven/crone groupchat "again"`,
    ],

    "idle rooms are dropped from memory, and loaded unchanged": [
      hag.configures`roomname=Cave`,
      everybody.hush(),
      component.forgets(),
      hag.says`still here`,
      crone.hears`message coven/hag groupchat "still here"`,
      crone.asks`info | <identity name="Cave"/>`,
    ],

    "a name is free at once if the disk refused the room's creation": [
      disk.refuses`INSERT ON rooms`,
      hag.enters`cave`,
      hag.hears`presence cave/hag error wait/resource-constraint`,
      disk.recovers(),
      db.has`rooms = 1`,
      hag.enters`cave`,
      hag.notices`presence cave/hag owner/moderator 201 110`,
      HAG.calls`users room=cave = hag66`,
    ],
  });

  it("messages from calls and occupants keep their order", async () => {
    const all: Promise<unknown>[] = [];
    for (let count = 0; count < 30; count++) {
      all.push(play.acts([count % 2 === 0 ? hag.says`m${count}` : HAG.calls`say c${count}`]));
      if (count % 7 === 0) await new Promise(setImmediate);
    }
    await Promise.all(all);
    const ids = play.hears(crone.address).map((stanza) => Number(stanza.getChild("stanza-id")?.attrs.id));
    expect(ids).to.have.length(30);
    expect(ids).to.deep.equal([...ids].sort((one, other) => one - other));
    expect(play.hears(hag.address)).to.have.length(30);
  });
});
