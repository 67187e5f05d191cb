import { expect } from "chai";
import type { RoomScope } from "../../../../component/muc/context.js";
import type { SentMessage, Speech } from "../../../../component/muc/features/feature.js";
import { hooksOf } from "../../../../component/muc/features.js";
import { StanzaError } from "../../../../component/inbound/stanza-error.js";
import { sendThirdMessage } from "../../../../component/operations/send-thirdmessage.js";
import { Refusal } from "../../../../component/refusal.js";
import { DOMAIN, ROOM } from "../play.js";
import { onStage } from "../stage.js";
import { disk, everybody } from "../../../plays/component.js";
import { CRONE, HAG, NEWCOMER, STRANGER, WICCA, crone, each, hag, wicca } from "../../../plays/people.js";
import { meanwhile } from "../../../plays/steps.js";

const JSON_BODY = `{"FileName":"药方.pdf","FileSize":2048,"HttpUrl":"file/a.pdf"}`;
const READABLE = `[file] 药方.pdf 2KB\\nhttps://im.example.org/file/a.pdf`;
const MEETING = [HAG.calls`create`, HAG.calls`add crone1 wiccarocks`, crone.enters(), everybody.hush()];

describe("messages from calls to rooms", () => {
  const play = onStage({}, MEETING);

  play.scenes({
    "carry the sender's nickname and the caller's attributes": [
      HAG.calls`say id=b1 hello`,
      crone.hears`message coven/hag66 groupchat "hello" | <this id="b1" client_ver="0"/> <stanza-id by="coven"/>
            <qtalk xmlns="qtalk"><body-attributes msgType="1"/></qtalk>`,
      CRONE.calls`say type=chat from inside`,
      crone.hears`message coven/crone groupchat "from inside"`,
    ],

    "of QTalk's types are readable for occupants, in the archive and in the history": [
      HAG.calls`send msgType=5 ${JSON_BODY}`,
      crone.hears`message coven/hag66 groupchat "${READABLE}" | <body-text>/"FileName":"药方.pdf"/</body-text>`,
      wicca.enters(),
      wicca.notices`message coven/hag66 groupchat "${READABLE}" delayed | <body-text>/药方/</body-text>`,
      crone.reads`= /^.file. 药方.pdf 2KB\\shttps:.*a.pdf$/ | <body-text>/药方/</body-text>`,
    ],

    "are for members, or for anybody who may speak in an open room": [
      STRANGER.calls`say hello = /^[12] /`,
      NEWCOMER.calls`say hello = 2 User not in Room`,
      hag.enters`locked`,
      NEWCOMER.calls`say to=locked hello = 2 The owner has not configured this room yet.`,
      hag.enters(),
      hag.configures`membersonly=0`,
      everybody.hush(),
      NEWCOMER.calls`say hello`,
      crone.hears`message coven/new groupchat "hello"`,
      hag.configures`moderatedroom=1`,
      NEWCOMER.calls`say hello = 2 Visitors have no voice in this room.`,
      WICCA.calls`say hello`,
      hag.makes`WICCA outcast`,
      WICCA.calls`say hello = 2 You are banned from this room.`,
    ],

    "go to existing rooms, and not to occupants": [
      HAG.calls`say to=none x = 4 there is no room none@${DOMAIN}`,
      HAG.calls`say to=coven/crone x = /^1 to: .* is an occupant's address/`,
    ],

    "are sent once if a caller repeats them, whether anybody is inside or not": [
      meanwhile(HAG.calls`say id=b once`),
      meanwhile(HAG.calls`say id=b once`),
      HAG.calls`say id=b once`,
      crone.hears`message coven/hag66 groupchat "once"`,
      crone.leaves(),
      meanwhile(HAG.calls`say id=c once`),
      meanwhile(HAG.calls`say id=c once`),
      HAG.calls`say id=c once`,
      crone.reads`= once, once`,
    ],

    "are sent once, too, if the sender has lost the right to send since": [
      HAG.calls`say id=b once`,
      hag.enters(),
      hag.makes`CRONE owner`,
      crone.makes`HAG none`,
      HAG.calls`say id=b once`,
      HAG.calls`say id=c again = 2 User not in Room`,
      crone.reads`= once`,
    ],

    "aren't repeats of a message that the disk refused": [
      disk.refuses`INSERT ON archive`,
      meanwhile(HAG.calls`say id=b once = /^5 /`),
      meanwhile(HAG.calls`say id=b once = /^5 /`),
      HAG.calls`say other = /^5 /`,
      crone.hears`nothing`,
      disk.recovers(),
      HAG.calls`say id=b once`,
      crone.hears`message coven/hag66 groupchat "once"`,
    ],

    "sent by send_message carry the attributes of its body": [
      HAG.calls`send hello`,
      crone.hears`message coven/hag66 groupchat "hello"
            | <this msec_times="/^\\d+$/"/> <body msgType="1" extendInfo="{}" id="/^http/"/>`,
      NEWCOMER.calls`send hello = 2 To[0]: User not in Room`,
      HAG.calls`send room=none hello = /^4 /`,
      HAG.calls`send type=chat hello = /^1 .*is a room/`,
    ],
  });

  const sends = async (items: Parameters<typeof sendThirdMessage>[1], batches: "each" | "whole" = "each") => {
    const result = await sendThirdMessage({ ...play.context, batches }, items);
    return result instanceof Refusal ? `${result.errcode} ${result.message}` : "done";
  };

  it("of one call are sent individually, or all or none, to rooms and users alike", async () => {
    const message = "<message type='chat'><body>x</body></message>";
    const both = [
      { from: "hag66", to: ROOM, message },
      { from: "hag66", to: "crone1", message },
      { from: "stranger", to: ROOM, message },
    ];
    expect(await sends(both, "whole")).to.equal("2 item 2: User not in Room");
    await play.acts([each(crone, CRONE).hears`nothing`]);
    expect(await sends(both)).to.equal("2 item 2: User not in Room; the other 2 were sent");
    await play.acts([
      crone.hears`message coven/hag66 groupchat "x"`,
      CRONE.hears`message ${HAG.address} chat "x"`,
    ]);
  });

  it("of one call are judged one after another, and one that must wait may be sent again", async () => {
    const told: string[] = [];
    const pause = { by: ROOM, retryAfter: 30 };
    const refuse = (_: RoomScope, { account: { text }, kind }: Speech): StanzaError | undefined =>
      kind === "text" && told.includes(text)
        ? new StanzaError("wait", "policy-violation", "Not so fast.", pause)
        : undefined;
    const note = (_: RoomScope, { speaker }: SentMessage): unknown => told.push(speaker.account.text);
    const rules = [
      [hooksOf("refuseSpeech"), refuse],
      [hooksOf("onMessage"), note],
    ] as unknown as readonly [unknown[], unknown][];
    const message = "<message type='groupchat'><body>x</body></message>";
    const twice = [1, 2].map(() => ({ from: "hag66", to: ROOM, message }));
    for (const [hooks, rule] of rules) hooks.push(rule);
    try {
      expect(await sends(twice)).to.equal("5 item 1: Not so fast.; the other one was sent");
      expect(await sendThirdMessage(play.context, [twice[0]!])).to.include({ errcode: 5, retryAfter: 30 });
      told.length = 0;
      expect(await sends(twice, "whole")).to.equal("5 item 1: Not so fast.");
      await play.acts([crone.hears`message coven/hag66 groupchat "x"`]);
    } finally {
      for (const [hooks] of rules) hooks.pop();
    }
  });

  it("that are too large don't affect others, and may be sent again", async () => {
    const item = (text: string, id: string) => {
      return { from: "hag66", to: ROOM, message: `<message><body id='${id}'>${text}</body></message>` };
    };
    const items = [item("x".repeat(262_000), "large"), item("x", "small")];
    expect(await sends(items)).to.match(
      /^1 item 0: message: the stanza has .* bytes, .*; the other one was sent$/,
    );
    await play.acts([crone.hears`message coven/hag66 groupchat "x"`]);
    // Not the one that was refused, but its id: that isn't taken for a repeat.
    expect(await sends([item("again", "large"), items[1]!])).to.equal("done");
    await play.acts([crone.hears`message coven/hag66 groupchat "again"`]);
  });
});

describe("the names of a sender", () => {
  onStage({ names: { [HAG.address]: ["crone", "Hag of the vCard"] } }, MEETING).scenes({
    "are the next free one in rooms, and the best one to users": [
      HAG.calls`say in the room`,
      HAG.calls`say to=CRONE type=chat to her alone`,
      crone.hears`message coven/Hag of the vCard groupchat "in the room"`,
      CRONE.hears`message ${HAG.address} chat "to her alone" | <nick xmlns="nick">crone</nick>`,
    ],
  });
});
