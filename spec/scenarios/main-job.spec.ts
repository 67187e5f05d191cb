import { expect } from "chai";
import { exampleCall, messageFacts, factsSent } from "../../scripts/quickstart/example.js";
import { xml, type Client, type Element } from "../../scripts/lab/client.js";
import type { ComponentProcess } from "../../scripts/lab/component-process.js";
import { componentOn, onEachServer } from "../support/servers.js";
import { answered, chat, copyIn, isMessage, nextText, sendsInOrder, sendsLater } from "./messages.js";

const SUCCESS = '{"ret":true,"errcode":0,"errmsg":"success","data":""}';
const CONFIRMED = { status: 200, delivery: "confirmed", body: SUCCESS };

describe("A program that calls the old interface", () => {
  onEachServer((stage) => {
    const running = componentOn(stage);
    let component: ComponentProcess;
    let receiver: Client;
    beforeEach(async () => {
      component = running();
      receiver = await stage.client("receiver");
    });

    const call = (message: string, to = receiver.bareJid): object => ({ from: "test1", to, message });
    /** Sends messages that the server takes. */
    const sends = async (body: object): Promise<void> => {
      expect(await answered(component, "send_thirdmessage", body)).to.deep.equal(CONFIRMED);
    };

    it("sends the interface document's own example to a user who is online", async () => {
      const example = exampleCall("test1@qtalk.test.org", receiver.bareJid);
      await sends(example);
      const message = await receiver.next(isMessage);
      expect(messageFacts(message)).to.deep.equal(factsSent(example));
      expect(message.attrs["xml:lang"]).to.equal("en");
    });

    it("sends an array of messages, which arrive in their order", async () => {
      await sendsInOrder(component, receiver, "test1");
    });

    it("sends Chinese text, emoji, entities, 64,000 bytes and attributes with prefixes unharmed", async () => {
      for (const [text, plain = text] of [
        ["测试消息：你好，世界 😀👨‍👩‍👧 𠀀"],
        ["&lt;b&gt; &amp;amp; &quot;quoted&quot; &apos;s [obj]", `<b> &amp; "quoted" 's [obj]`],
        ["好".repeat(21_333)],
      ] as const) {
        const body = `<body xmlns:a='urn:x' a:b='c' id='${text.length}'>${text}</body>`;
        await sends(call(`<message type='chat'>${body}</message>`));
        expect(await nextText(receiver)).to.equal(plain);
      }
    });

    it("sends QTalk's own types and attributes so that a client can read them", async () => {
      const message = `<message type='consult' channelid='{"cn":"1"}' msec_times='1700000000000'><body id='c1' msgType='257' maType='20' extendInfo='{"标题":"会"}'>x</body></message>`;
      await component.post("send_thirdmessage", call(message));
      const received = await receiver.next(isMessage);
      const mirror = received.getChild("qtalk", "urn:qtalk:stanza:1");
      expect(received.attrs.type).to.equal("chat");
      expect(mirror?.getChild("message-attributes")?.attrs).to.deep.equal({
        channelid: '{"cn":"1"}',
        msec_times: "1700000000000",
        type: "consult",
      });
      expect(mirror?.getChild("body-attributes")?.attrs).to.include({
        msgType: "257",
        extendInfo: '{"标题":"会"}',
      });
    });

    it("notifies those who are online, without leaving a phantom in their contact lists", async () => {
      const notify = { category: 8, data: '{"updateTime":"1"}', to: [receiver.bareJid], from: "test1" };
      expect(await answered(component, "send_notify", notify)).to.deep.equal(CONFIRMED);
      const isFromIt = (stanza: Element): boolean =>
        stanza.attrs.from?.startsWith("test1@qtalk.test.org/notify-") === true;
      const presence = await receiver.next(isFromIt);
      expect(presence.getChild("notify", "jabber:x:presence_notify")?.attrs).to.include({
        category: "8",
        data: '{"updateTime":"1"}',
      });
      expect((await receiver.next(isFromIt)).attrs.type).to.equal("unavailable");
    });

    it("sends text with send_message, whose answer has no data", async () => {
      const { username: user } = receiver;
      const response = await answered(component, "send_message", {
        ...{ From: "test1", To: [{ User: user }], Body: "你好", Type: "chat", Msg_Type: "1" },
        ...{ Host: "qtalk.test.org", Domain: "qtalk.test.org", Extend_Info: "" },
      });
      expect(response).to.deep.equal({
        ...CONFIRMED,
        body: '{"ret":true,"errcode":0,"errmsg":"success"}',
      });
      const message = await receiver.next(isMessage);
      expect(message.getChildText("body")).to.equal("你好");
      expect(messageFacts(message).id).to.match(/^http[0-9a-f]{32}\d{13}$/);
    });

    it("shows the sender's own sessions what was sent in their name", async () => {
      const sender = await stage.client("sender");
      await sends({ ...call(chat("x", "c")), from: sender.bareJid });
      const carbon = await sender.next(isMessage);
      expect(carbon.attrs.from).to.equal(sender.bareJid);
      expect(copyIn(carbon)?.attrs).to.include({ to: receiver.bareJid, id: "c" });
    });

    it("gets an error for XML that would close the stream; the other items arrive", async () => {
      const bad = ["<message><body>a & b</body></message>", chat("\u0001"), "<!DOCTYPE m><message/>"];
      for (const [at, message] of bad.entries()) {
        const items = [call(chat("beside", `beside-${at}`)), call(message)];
        const { status, delivery, body } = await answered(component, "send_thirdmessage", items);
        expect([status, delivery]).to.deep.equal([200, "confirmed"]);
        expect(body).to.match(
          /^\{"ret":false,"errcode":1,"errmsg":"item 1: message [^"]+; the other one was sent","data":""\}$/,
        );
        expect(await nextText(receiver)).to.equal("beside");
      }
    });

    it("finds a warning in the log, and a count, if the server can't reach the receiver's host", async () => {
      const to = "somebody@unreachable.invalid";
      const sent = await component.post("send_thirdmessage", call(chat("x", "far"), to));
      const id = sent.headers.get("x-request-id") ?? "none";
      expect(sent.headers.get("x-qtalk-delivery"), "the server took it").to.equal("confirmed");
      const isTold = (line: string): boolean =>
        line.includes("can't reach unreachable.invalid") && line.includes('"warn"') && line.includes(id);
      await component.until(() => component.log.split("\n").some(isTold), "logged");
      expect(await component.metrics()).to.contain('qtalk_unreachable_total{host="unreachable.invalid"} 1');
    });

    it("may repeat a call: what had been accepted isn't sent twice", async () => {
      const once = call(chat("once", "retry-1"));
      await sends(once);
      await sends(once);
      await component.post("send_thirdmessage", call(chat("last")));
      expect([await nextText(receiver), await nextText(receiver)]).to.deep.equal(["once", "last"]);
    });

    it("answers service discovery, pings and version requests", async () => {
      const to = stage.domain;
      const info = xml("query", { xmlns: "http://jabber.org/protocol/disco#info" });
      expect(String(await receiver.iq("get", info, to))).to.include('var="urn:xmpp:ping"');
      for (const payload of [
        xml("ping", { xmlns: "urn:xmpp:ping" }),
        xml("query", { xmlns: "jabber:iq:version" }),
        xml("query", { xmlns: "jabber:iq:last" }),
        xml("vCard", { xmlns: "vcard-temp" }),
      ]) {
        expect((await receiver.iq("get", payload, to)).attrs.type).to.equal("result");
      }
      const unknown = await receiver.iq("set", xml("anything", { xmlns: "urn:x" }), to);
      expect(unknown.getChild("error")?.getChild("service-unavailable")).to.not.equal(undefined);
    });

    it("loses nothing while the server is down", async () => {
      await sendsLater(stage, component);
    });
  });
});
