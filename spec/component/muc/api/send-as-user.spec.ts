import { expect } from "chai";
import { sendMessage } from "../../../../component/operations/send-message.js";
import { sendThirdMessage } from "../../../../component/operations/send-thirdmessage.js";
import { CRONE, crone, DOMAIN, HAG, hag, onStage, ROOM, lineOf, WICCA, wiccarocks } from "../play.js";
import { callsOn } from "./calling.js";

describe("messages from calls to rooms", () => {
  const play = onStage();
  const { outcome, create, add, send } = callsOn(() => play);

  beforeEach(async () => {
    await create();
    await add("hag66", "crone1", "wiccarocks");
    await play.enters(crone, "crone");
    play.hush();
  });

  it("carry the sender's nickname and the caller's attributes", async () => {
    expect(await send("hag66", "hello", { id: "b1", attrs: "type='groupchat' client_ver='0'" })).to.equal(
      "done",
    );
    const [message] = play.hears(crone);
    expect(lineOf(message!)).to.equal('message coven/hag66 groupchat "hello"');
    expect(message?.attrs).to.include({ client_ver: "0", id: "b1" });
    expect(
      message?.getChild("qtalk", "urn:qtalk:stanza:1")?.getChild("body-attributes")?.attrs.msgType,
    ).to.equal("1");
    expect(message?.getChild("stanza-id")?.attrs.by).to.equal(ROOM);
    expect(await send("crone1", "from inside", { attrs: "type='chat'" })).to.equal("done");
    play.receives(crone, 'message coven/crone groupchat "from inside"');
  });

  it("carry the sender's next free name in rooms, and the best one to users", async () => {
    await play.begins({ names: { [HAG]: ["crone", "Hag of the vCard"] } });
    await create();
    await add("hag66", "crone1");
    await play.enters(crone, "crone");
    play.hush();
    await send("hag66", "in the room");
    await send("hag66", "to her alone", { to: CRONE, attrs: "type='chat'" });
    play.receives(crone, 'message coven/Hag of the vCard groupchat "in the room"');
    const nick = play.hears(CRONE)[0]?.getChild("nick", "http://jabber.org/protocol/nick");
    expect(nick?.getText()).to.equal("crone");
  });

  it("of QTalk's types are readable for occupants, in the archive and in the history", async () => {
    const json = '{"FileName":"药方.pdf","FileSize":2048,"HttpUrl":"file/a.pdf"}';
    const line = "[file] 药方.pdf 2KB\nhttps://im.example.org/file/a.pdf";
    const call = { from: "hag66", host: undefined, to: ["coven"], domain: DOMAIN, extendInfo: "" };
    await sendMessage(play.context, { ...call, type: "groupchat", body: json, msgType: "5" });
    const [said] = play.hears(crone);
    const history = await play.enters(wiccarocks, "wicca");
    await play.asks(crone, "set", '<query xmlns="urn:xmpp:mam:2"/>');
    const kept = play.hears(crone).at(-1)?.getChild("result")?.getChild("forwarded")?.getChild("message");
    for (const message of [said, history.find((stanza) => stanza.getChild("delay")), kept]) {
      expect(message?.getChildText("body")).to.equal(line);
      expect(message?.getChild("qtalk")?.getChildText("body-text")).to.equal(json);
    }
  });

  it("are for members, or for anybody who may speak in an open room", async () => {
    expect(await send("stranger", "hello")).to.equal("2 User not in Room");
    const locked = `locked@${DOMAIN}`;
    await play.enters(hag, "hag", "", locked);
    expect(await send("stranger", "hello", { to: locked })).to.equal(
      "2 The owner has not configured this room yet.",
    );
    await play.enters(hag, "hag");
    await play.configures(hag, { "muc#roomconfig_membersonly": "0" });
    play.hush();
    expect(await send("stranger", "hello")).to.equal("done");
    play.receives(crone, 'message coven/stranger groupchat "hello"');
    await play.configures(hag, { "muc#roomconfig_moderatedroom": "1" });
    expect(await send("stranger", "hello")).to.equal("2 Visitors have no voice in this room.");
    expect(await send("wiccarocks", "hello")).to.equal("done");
    await play.affiliates(hag, WICCA, "outcast");
    expect(await send("wiccarocks", "hello")).to.equal("2 You are banned from this room.");
  });

  it("go to existing rooms, and not to occupants", async () => {
    expect(await send("hag66", "x", { to: `none@${DOMAIN}` })).to.equal(`4 there is no room none@${DOMAIN}`);
    expect(await send("hag66", "x", { to: `${ROOM}/crone` })).to.match(/^1 to: .* is an occupant's address/);
  });

  it("are sent once if a caller repeats them, whether anybody is inside or not", async () => {
    for (const inside of [true, false]) {
      if (!inside) await play.leaves(crone);
      play.hears(crone);
      const again = [
        send("hag66", "once", { id: `b-${inside}` }),
        send("hag66", "once", { id: `b-${inside}` }),
      ];
      expect(await Promise.all(again)).to.deep.equal(["done", "done"]);
      expect(await send("hag66", "once", { id: `b-${inside}` })).to.equal("done");
      expect(play.hears(crone)).to.have.length(inside ? 1 : 0);
    }
    expect(play.count("archive")).to.equal(2);
  });

  it("aren't repeats of a message that the disk refused", async () => {
    play.fillsDisk("INSERT ON archive");
    const again = [send("hag66", "once", { id: "b" }), send("hag66", "once", { id: "b" })];
    for (const answer of await Promise.all(again)) expect(answer).to.match(/^5 /);
    play.freesDisk();
    expect(await send("hag66", "once", { id: "b" })).to.equal("done");
    play.receives(crone, 'message coven/hag66 groupchat "once"');
  });

  it("of one call are sent individually, or all or none, to rooms and users alike", async () => {
    const item = (from: string, to: string) => ({
      from,
      to,
      message: "<message type='chat'><body>x</body></message>",
    });
    const both = [item("hag66", ROOM), item("hag66", "crone1"), item("stranger", ROOM)];
    const whole = { ...play.context, batches: "whole" } as const;
    expect(outcome(await sendThirdMessage(whole, both))).to.equal("2 item 2: User not in Room");
    expect(
      play.link.written.filter(({ name, attrs }) => name === "message" && attrs.to === crone),
    ).to.have.length(1);
    const third = "2 item 2: User not in Room; the other 2 were sent";
    expect(outcome(await sendThirdMessage(play.context, both))).to.equal(third);
    play.receives(crone, 'message coven/hag66 groupchat "x"');
    expect(play.lines(CRONE).at(-1)).to.equal('message hag66@qtalk.test.org chat "x"');
  });

  it("that are too large don't affect others, and may be sent again", async () => {
    const large = (size: number) => `<message><body id='large'>${"x".repeat(size)}</body></message>`;
    const item = (message: string) => ({ from: "hag66", to: ROOM, message });
    const items = [item(large(262_000)), item("<message><body id='small'>x</body></message>")];
    const each = await sendThirdMessage(play.context, items);
    expect(outcome(each)).to.match(
      /^1 item 0: message: the stanza has .* bytes, .*; the other one was sent$/,
    );
    play.receives(crone, 'message coven/hag66 groupchat "x"');
    // Not the one that was refused, but its id: that isn't taken for a repeat.
    const again = [item(large(10)), ...items.slice(1)];
    expect(outcome(await sendThirdMessage(play.context, again))).to.equal("done");
    play.receives(crone, `message coven/hag66 groupchat "${"x".repeat(10)}"`);
  });

  it("sent by send_message carry the attributes of its body", async () => {
    const call = {
      from: "hag66",
      host: "qtalk.test.org",
      to: ["coven"],
      domain: DOMAIN,
      type: "groupchat",
      body: "hello",
      msgType: "1",
      extendInfo: "{}",
    } as const;
    expect(outcome(await sendMessage(play.context, call))).to.equal("done");
    const [message] = play.hears(crone);
    expect(message?.getChild("body")?.attrs).to.include({ msgType: "1", extendInfo: "{}" });
    expect(message?.getChild("body")?.attrs.id).to.match(/^http/);
    expect(message?.attrs.msec_times).to.match(/^\d+$/);
    expect(outcome(await sendMessage(play.context, { ...call, from: "stranger" }))).to.equal(
      "2 User not in Room",
    );
    expect(outcome(await sendMessage(play.context, { ...call, to: ["none"] }))).to.match(/^4 /);
    expect(outcome(await sendMessage(play.context, { ...call, type: "chat" }))).to.match(/^1 .*is a room/);
  });
});
