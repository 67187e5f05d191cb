import { expect } from "chai";
import { sendMessage } from "../../../../component/operations/send-message.js";
import sendNotify from "../../../../http/endpoints/send-notify.js";
import { sendThirdMessage } from "../../../../component/operations/send-thirdmessage.js";
import { notifyStanzas } from "../../../../component/composing/notify.js";
import { Jid } from "../../../../component/addresses/address.js";
import { misleading } from "../../../support/clients-names.js";
import { DOMAIN, read, ROOM } from "../play.js";
import { onStage } from "../stage.js";
import { HAG, crone, hag, stranger, wicca } from "../../../plays/people.js";
import { forEach } from "../../../plays/steps.js";

describe("stanzas from the component", () => {
  const play = onStage({ names: { "hag66@qtalk.test.org": "老巫婆" } });

  it("contain no element with a name that clients look for", async () => {
    const { context, link } = play;
    await play.acts([HAG.calls`create name=群`, HAG.calls`add crone1 wiccarocks`]);

    // Messages in users' names: every attribute, to people and to rooms, with copies.
    const attributes =
      "client_ver='0' type='consult' channelid='{}' msec_times='1' realfrom='a' qchatid='4' xml:lang='zh'";
    const body =
      "<body id='b' msgType='5' maType='20' extendInfo='{}' backupinfo=''>{\"FileName\":\"a\"}</body>";
    const message = `<message ${attributes}>${body}</message>`;
    for (const to of ["crone1", ROOM]) await sendThirdMessage(context, [{ from: "hag66", to, message }]);
    const picture = `<message type='chat'><body msgType='30'>{"url":"https://x.test/a.png"}</body></message>`;
    await sendThirdMessage(context, [{ from: "hag66", to: "crone1", message: picture }]);
    const text = { from: "hag66", host: undefined, body: "好", msgType: "1", extendInfo: "{}" };
    for (const to of [["crone1"], ["crone1", "wiccarocks"]])
      await sendMessage(context, { ...text, to, domain: undefined, type: "chat" });
    await sendMessage(context, { ...text, to: ["coven"], domain: DOMAIN, type: "groupchat" });
    const client = { address: "127.0.0.1", refuseEveryone: undefined };
    await sendNotify.run(context, { from: "hag66", to: ["crone1"], category: "1", data: "{}" }, client);
    const sender = Jid.parse("hag66@qtalk.test.org/notify")?.withResource("notify");
    const notifications = notifyStanzas(sender!, { category: "1", data: "" }, "both");

    // A room's life: entering, speaking, errors, the archive, forms, lists, moderation, invitations, the end.
    await play.acts([
      forEach([hag, crone, stranger], (who) => [who.enters`<history maxstanzas='20'/>`]),
      crone.says`hello`,
      hag.notices`hello | <stanza-id id="$id"/>`,
      stranger.says`not inside`,
      hag.posts`<subject>brew</subject>`,
      crone.whispers`hag psst`,
      hag.sends`<message to="coven"><x xmlns="user"><invite to="STRANGER"><reason>come</reason></invite></x></message>`,
      crone.sets`archive`,
      forEach(["info", "items"], (what) => [crone.asks`${what}`, crone.asks`service ${what}`]),
      hag.asks`form`,
      hag.lists`member = /crone1/`,
      crone.asks`register`,
      hag.sets`<vCard xmlns="vcard"><FN>Room</FN></vCard>`,
      hag.moderates`$id`,
      wicca.enters(),
      hag.makes`crone visitor`,
      hag.makes`CRONE outcast`,
      HAG.calls`destroy`,
    ]);

    const written = [...link.written, ...notifications];
    expect(written.length).to.be.greaterThan(60);
    expect(written.flatMap((stanza) => misleading(stanza))).to.deep.equal([]);
  });

  it("are checked so that such a name is found", () => {
    const first = '<qtalk xmlns="urn:qtalk:stanza:0"><message a="1"/><body b="2"/></qtalk>';
    expect(misleading(read(`<message><body>x</body>${first}</message>`))).to.deep.equal([
      "message/qtalk/message of urn:qtalk:stanza:0",
      "message/qtalk/body of urn:qtalk:stanza:0",
    ]);
  });
});
