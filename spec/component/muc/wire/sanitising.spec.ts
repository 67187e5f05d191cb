import { expect } from "chai";
import { sendThirdMessage } from "../../../../component/operations/send-thirdmessage.js";
import { ROOM } from "../play.js";
import { onStage } from "../stage.js";
import { coven, everybody } from "../../../plays/component.js";
import { crone, hag, wicca } from "../../../plays/people.js";

/** What an occupant may send, and nobody should be told: each holds a.LIE, which no random id can. */
const RESERVED: Readonly<Record<string, string>> = {
  "a hat": `<hats xmlns="urn:xmpp:hats:0"><hat uri="a.LIE" title="Owner"/></hats>`,
  "a hat of older servers": `<hats xmlns="xmpp:prosody.im/protocol/hats:1"><hat uri="a.LIE" title="Owner"/></hats>`,
  "another's name": `<nick xmlns="http://jabber.org/protocol/nick">a.LIE</nick>`,
  "whom it is from": `<addresses xmlns="http://jabber.org/protocol/address"><address type="ofrom" jid="a.LIE@qtalk.test.org"/></addresses>`,
  "when it was said": `<delay xmlns="urn:xmpp:delay" stamp="2002-10-13T23:58:37Z">a.LIE</delay>`,
  "when the room heard it": `<delay xmlns="urn:xmpp:delay" from="${ROOM}" stamp="2002-10-13T23:58:37Z">a.LIE</delay>`,
  "when somebody sent it": `<delay xmlns="urn:xmpp:delay" from="qtalk.test.org" stamp="2002-10-13T23:58:37Z">a.LIE</delay>`,
  "when it was said, as of old": `<x xmlns="jabber:x:delay" stamp="20021013T23:58:37">a.LIE</x>`,
  "who it is": `<occupant-id xmlns="urn:xmpp:occupant-id:0" id="a.LIE"/>`,
  "the room's id of it": `<stanza-id xmlns="urn:xmpp:sid:0" by="${ROOM}" id="a.LIE"/>`,
  "the room's id of it, oddly written": `<stanza-id xmlns="urn:xmpp:sid:0" by="COVEN@Conference.qtalk.test.org" id="a.LIE"/>`,
  "the service's id of it": `<stanza-id xmlns="urn:xmpp:sid:0" by="conference.qtalk.test.org" id="a.LIE"/>`,
  "a status of the room's": `<x xmlns="http://jabber.org/protocol/muc#user"><status code="a.LIE"/></x>`,
  administration: `<query xmlns="http://jabber.org/protocol/muc#admin"><item jid="a.LIE"/></query>`,
  "a request for voice": `<x xmlns="jabber:x:data" type="form"><field var="FORM_TYPE"><value>http://jabber.org/protocol/muc#request</value></field><field var="muc#roomnick"><value>a.LIE</value></field></x>`,
  "a moderator's retraction": `<retract xmlns="urn:xmpp:message-retract:1" id="a.LIE"><moderated xmlns="urn:xmpp:message-moderate:1"/></retract>`,
  "an older one": `<apply-to xmlns="urn:xmpp:fasten:0" id="a.LIE"><moderated xmlns="urn:xmpp:message-moderate:0"><retract xmlns="urn:xmpp:message-retract:0"/></moderated></apply-to>`,
  "a tombstone": `<retracted xmlns="urn:xmpp:message-retract:1" stamp="a.LIE"/>`,
  "an older tombstone": `<moderated xmlns="urn:xmpp:message-moderate:0" by="a.LIE"><retracted xmlns="urn:xmpp:message-retract:0"/></moderated>`,
  "what one's own server copies": `<sent xmlns="urn:xmpp:carbons:2"><forwarded xmlns="urn:xmpp:forward:0"><message xmlns="jabber:client" from="a.LIE"/></forwarded></sent>`,
  "what an archive holds": `<result xmlns="urn:xmpp:mam:2" id="a.LIE"><forwarded xmlns="urn:xmpp:forward:0"/></result>`,
  "what a service publishes": `<event xmlns="http://jabber.org/protocol/pubsub#event"><items node="a.LIE"/></event>`,
  "a puzzle of the room's": `<captcha xmlns="urn:xmpp:captcha"><x xmlns="jabber:x:data" type="form">a.LIE</x></captcha>`,
  "a channel's": `<mix xmlns="urn:xmpp:mix:core:1"><jid>a.LIE</jid></mix>`,
  "what calls say": `<qtalk xmlns="urn:qtalk:stanza:1"><message realfrom="a.LIE"/></qtalk>`,
};

/** What is anybody's to say: each holds the word TRUE. */
const OWN: Readonly<Record<string, string>> = {
  "another's id of it": `<stanza-id xmlns="urn:xmpp:sid:0" by="else.where" id="TRUE"/>`,
  "one's own id of it": `<origin-id xmlns="urn:xmpp:sid:0" id="TRUE"/>`,
  "one's own retraction": `<retract xmlns="urn:xmpp:message-retract:1" id="TRUE"/>`,
  "a form": `<x xmlns="jabber:x:data" type="form"><title>TRUE</title></x>`,
  "what one forwards": `<forwarded xmlns="urn:xmpp:forward:0"><delay xmlns="urn:xmpp:delay" stamp="TRUE"/><message xmlns="jabber:client"><body>x</body></message></forwarded>`,
  "QTalk's time": `<stime xmlns="jabber:stime:delay" stamp="TRUE"/>`,
};

describe("elements that occupants may not send", () => {
  const play = onStage({}, [coven.meets(), hag.configures`changesubject=1`, everybody.hush()]);

  /** Every way by which an occupant is heard, and what the hag heard. */
  async function heardOf(inside: string): Promise<Readonly<Record<string, string>>> {
    const heard: Record<string, string> = {};
    for (const way of [
      crone.posts`<body>b</body>${inside}`,
      crone.sends`<message to="coven/hag" type="chat"><body>b</body>${inside}</message>`,
      crone.appears`${inside}`,
      crone.leaves`${inside}`,
      crone.appears`<x xmlns="muc"/>${inside}`,
      crone.posts`<subject>s</subject>${inside}`,
    ]) {
      await play.acts([way]);
      const what = String(way);
      heard[what] = play.hears(hag.address).join("\n");
      expect(heard[what], what).not.to.equal("");
    }
    return heard;
  }

  for (const [what, claim] of Object.entries(RESERVED)) {
    it(`are removed: ${what}`, async () => {
      for (const inside of [claim, `<wrap xmlns="urn:wrap"><in>${claim}</in></wrap>`]) {
        // A mirror that isn't the message's own child is none.
        if (what === "what calls say" && inside !== claim) continue;
        for (const [way, heard] of Object.entries(await heardOf(inside)))
          expect(heard, way).not.to.contain("a.LIE");
      }
      expect((await play.enters(wicca.address, "wicca")).join("\n")).not.to.contain("a.LIE");
    });
  }

  for (const [what, own] of Object.entries(OWN)) {
    it(`don't include ${what}`, async () => {
      for (const [way, heard] of Object.entries(await heardOf(own))) expect(heard, way).to.contain("TRUE");
    });
  }

  it("are removed from calls' messages, too, except the component's own mirror", async () => {
    for (const [what, claim] of Object.entries(RESERVED)) {
      const message = `<message type="groupchat" client_ver="7"><body>b</body>${claim}</message>`;
      await sendThirdMessage(play.context, [{ from: "crone1", to: ROOM, message }]);
      const heard = play.hears(hag.address).join("\n");
      expect(heard, what).to.contain("client_ver").and.not.to.contain("a.LIE");
      expect(heard, what).to.contain("urn:qtalk:stanza");
    }
  });

  play.scenes({
    "include QTalk's attribute for another sender": [
      crone.sends`<message to="coven" type="groupchat" realfrom="hag66@qtalk.test.org"><body>b</body></message>`,
      hag.hears`message coven/crone groupchat "b" | <this realfrom="!"/> !<qtalk/>`,
    ],
  });
});
