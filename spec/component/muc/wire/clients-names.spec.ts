import { expect } from "chai";
import { addMucUser } from "../../../../component/operations/members.js";
import { createMuc, destroyMuc } from "../../../../component/operations/rooms.js";
import { sendMessage } from "../../../../component/operations/send-message.js";
import { sendNotify } from "../../../../component/operations/send-notify.js";
import { sendThirdMessage } from "../../../../component/operations/send-thirdmessage.js";
import { notifyStanzas } from "../../../../component/composing/notify.js";
import { Jid } from "../../../../component/addresses/address.js";
import { misleading } from "../../../support/clients-names.js";
import { crone, DOMAIN, hag, Play, read, ROOM, stranger, wiccarocks } from "../play.js";

const MUC = "http://jabber.org/protocol/muc";
const disco = (what: string): string => `<query xmlns="http://jabber.org/protocol/disco#${what}"/>`;

describe("stanzas from the component", () => {
  it("contain no element with a name that clients look for", async () => {
    const play = await new Play({ names: { "hag66@qtalk.test.org": "老巫婆" } }).ready();
    const { context, link } = play;
    const room = { id: "coven", domain: DOMAIN };
    const owner = { room, actor: "hag66" };
    const made = { ownerHost: undefined, trueOwner: undefined, name: "群", description: "d" };
    await createMuc(context, { ...owner, ...made });
    await addMucUser(context, { ...owner, members: ["crone1", "wiccarocks"] });

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
    await sendNotify(context, { from: "hag66", to: ["crone1"], category: "1", data: "{}" });
    const sender = Jid.parse("hag66@qtalk.test.org/notify")?.withResource("notify");
    const notifications = notifyStanzas(sender!, { category: "1", data: "" }, "both");

    // A room's life: entering, speaking, errors, the archive, forms, lists, moderation, invitations, the end.
    for (const [who, nick] of [
      [hag, "hag"],
      [crone, "crone"],
      [stranger, "x"],
    ] as const)
      await play.enters(who, nick, "<history maxstanzas='20'/>");
    await play.says(crone, "hello");
    await play.says(stranger, "not inside");
    await play.posts(hag, "<subject>brew</subject>");
    await play.sends(crone, `<message to="${ROOM}/hag" type="chat"><body>psst</body></message>`);
    const invite = `<invite to="${stranger}"><reason>come</reason></invite>`;
    await play.sends(hag, `<message to="${ROOM}"><x xmlns="${MUC}#user">${invite}</x></message>`);
    await play.asks(crone, "set", '<query xmlns="urn:xmpp:mam:2"/>');
    for (const what of ["info", "items"]) {
      await play.asks(crone, "get", disco(what));
      await play.asks(crone, "get", disco(what), DOMAIN);
    }
    await play.asks(hag, "get", `<query xmlns="${MUC}#owner"/>`);
    await play.asks(hag, "get", `<query xmlns="${MUC}#admin"><item affiliation="member"/></query>`);
    await play.asks(crone, "get", '<query xmlns="jabber:iq:register"/>');
    await play.asks(hag, "set", '<vCard xmlns="vcard-temp"><FN>Room</FN></vCard>');
    const said = link.written.find((stanza) => stanza.getChild("stanza-id") !== undefined);
    const id = said?.getChild("stanza-id")?.attrs.id ?? "";
    const retract = '<retract xmlns="urn:xmpp:message-retract:1"/>';
    await play.asks(
      hag,
      "set",
      `<moderate xmlns="urn:xmpp:message-moderate:1" id="${id}">${retract}</moderate>`,
    );
    await play.enters(wiccarocks, "wicca");
    await play.administers(hag, '<item nick="crone" role="visitor"/>');
    await play.administers(hag, '<item affiliation="outcast" jid="crone1@qtalk.test.org"/>');
    await destroyMuc(context, owner);

    const written = [...link.written, ...notifications];
    expect(written.length).to.be.greaterThan(60);
    expect(written.flatMap((stanza) => misleading(stanza))).to.deep.equal([]);
    play.close();
  });

  it("are checked so that such a name is found", () => {
    const first = '<qtalk xmlns="urn:qtalk:stanza:0"><message a="1"/><body b="2"/></qtalk>';
    expect(misleading(read(`<message><body>x</body>${first}</message>`))).to.deep.equal([
      "message/qtalk/message of urn:qtalk:stanza:0",
      "message/qtalk/body of urn:qtalk:stanza:0",
    ]);
  });
});
