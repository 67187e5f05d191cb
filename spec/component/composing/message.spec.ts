import { expect } from "chai";
import { Jid } from "../../../component/addresses/address.js";
import { areCopiesMade, carbonOf, isCopied } from "../../../component/composing/carbon.js";
import { composeText, compose, parseMessage, type Composed } from "../../../component/composing/message.js";
import { Refusal } from "../../../component/refusal.js";
import { NS, type Element } from "../../../component/xml/builder.js";
import { serialise } from "../../../component/xml/serialise.js";

const FROM = address("test1@qtalk.test.org");
const TO = address("test2@qtalk.test.org");

function address(text: string): Jid {
  const jid = Jid.parse(text);
  if (jid === undefined) throw new Error(`${text} is no address`);
  return jid;
}

function read(xml: string): Element {
  const message = parseMessage(xml, 100_000);
  if (message instanceof Refusal) throw new Error(message.message);
  return message;
}

const composed = (xml: string): Composed => compose(read(xml), FROM, TO);
const sent = (xml: string): Element => composed(xml).stanza;

function refusal(xml: string, maxBytes = 100_000): string {
  const message = parseMessage(xml, maxBytes);
  if (!(message instanceof Refusal)) throw new Error("was not refused");
  expect(message.errcode).to.equal(1);
  return message.message;
}

describe("A composed message", () => {
  it("keeps text, language, foreign attributes and foreign children", () => {
    const stanza = sent(
      `<message xml:lang="zh" client_ver="0" type="chat"><body msgType="1">你好 😀 &amp; &lt;b&gt;</body><stime xmlns="jabber:stime:delay" stamp="1"/></message>`,
    );
    expect(stanza.attrs).to.include({ "xml:lang": "zh", client_ver: "0" });
    expect(stanza.getChildText("body")).to.equal("你好 😀 & <b>");
    expect(stanza.getChild("body")?.attrs.msgType).to.equal("1");
    expect(stanza.getChild("stime", "jabber:stime:delay")?.attrs.stamp).to.equal("1");
  });

  it("mirrors attributes that ejabberd drops in one element", () => {
    const stanza = sent(
      `<message client_ver='0' msec_times='17' type='chat'><body id='a1' msgType='257' maType='20' extendInfo='{"名":1}'>x</body></message>`,
    );
    const mirror = stanza.getChild("qtalk", NS.qtalk);
    expect(mirror?.getChild("message-attributes")?.attrs).to.deep.equal({
      client_ver: "0",
      msec_times: "17",
    });
    expect(mirror?.getChild("body-attributes")?.attrs).to.deep.equal({
      id: "a1",
      msgType: "257",
      maType: "20",
      extendInfo: '{"名":1}',
    });
  });

  it("mirrors prefixed attributes with their declarations", () => {
    const stanza = sent(
      `<message xmlns:u='urn:u' xmlns:a='urn:a' type='chat' a:n='1'><body xmlns:b='urn:b' b:m='2' u:o='3' xml:space='preserve'>x</body></message>`,
    );
    const mirror = stanza.getChild("qtalk", NS.qtalk);
    expect(mirror?.getChild("message-attributes")?.attrs).to.deep.equal({ "xmlns:a": "urn:a", "a:n": "1" });
    expect(mirror?.getChild("body-attributes")?.attrs).to.deep.equal({
      "xmlns:b": "urn:b",
      "b:m": "2",
      "xmlns:u": "urn:u",
      "u:o": "3",
      "xml:space": "preserve",
    });
  });

  it("has type chat if its type is QTalk's own, which is mirrored", () => {
    const stanza = sent("<message type='consult' channelid='{}'><body/></message>");
    expect(stanza.attrs.type).to.equal("chat");
    expect(stanza.getChild("qtalk", NS.qtalk)?.getChild("message-attributes")?.attrs.type).to.equal(
      "consult",
    );
  });

  it("has the sender's name, cleaned and cut", () => {
    const message = (): Element => read("<message type='chat'><body>x</body></message>");
    const nicks = ["张三", "\u202eZhang\u0007  San\u2069", "长".repeat(100), "\u200b"].map((name) =>
      compose(message(), FROM, TO, { name }).stanza.getChild("nick", NS.nick)?.getText(),
    );
    expect(nicks).to.deep.equal(["张三", "Zhang San", "长".repeat(64), undefined]);
    expect(compose(message(), FROM, TO).stanza.getChild("nick")).to.equal(undefined);
  });

  it("has no mirror if there is nothing to mirror", () => {
    expect(sent("<message type='chat'><body>x</body></message>").getChild("qtalk", NS.qtalk)).to.equal(
      undefined,
    );
  });

  it("takes its id from the body, and repeats it as origin-id", () => {
    const stanza = sent("<message type='chat'><body id='watcher-1'>x</body></message>");
    expect(stanza.attrs.id).to.equal("watcher-1");
    expect(stanza.getChild("origin-id", NS.sid)?.attrs.id).to.equal("watcher-1");
  });

  it("gets an id if the caller gave none, and then is never a repeat", () => {
    const { stanza, callerId } = composed("<message type='chat'><body>x</body></message>");
    expect(stanza.attrs.id).to.have.length(36);
    expect(callerId).to.equal(undefined);
  });
});

describe("A message that can't be sent", () => {
  const faults: [string, string, RegExp][] = [
    ["isn't well-formed", "<message><body>a & b</body></message>", /not one well-formed XML element/],
    ["is another element", "<iq type='get'/>", /must be a <message> element, not <iq>/],
    ["is a message of another namespace", "<message xmlns='urn:x'/>", /must be a <message> element/],
    ["is an error", "<message type='error'/>", /type "error"/],
    ["is empty text", "", /there is no element|not one well-formed/],
  ];
  for (const [what, xml, sentence] of faults) {
    it(`${what}: is refused with one sentence`, () => {
      expect(refusal(xml))
        .to.match(sentence)
        .and.not.match(/\n|\bat\b .*:\d+/);
    });
  }
});

describe("The copy for the sender's own sessions", () => {
  it("is a carbon copy that isn't stored", () => {
    const message = composed("<message type='chat'><body id='1'>x</body></message>");
    expect(isCopied(message)).to.equal(true);
    const copy = read(carbonOf(FROM.text, serialise(message.stanza)));
    expect(copy.attrs).to.include({ from: FROM.text, to: FROM.text });
    const inner = copy
      .getChild("sent", NS.carbons)
      ?.getChild("forwarded", NS.forward)
      ?.getChild("message", NS.client);
    expect(inner?.attrs).to.include({ from: FROM.text, to: TO.text, id: "1" });
    expect(copy.getChild("no-store", NS.hints)).to.not.equal(undefined);
  });

  it("isn't made of automatic replies, carbons, headlines, and messages to oneself", () => {
    for (const attributes of [
      "type='chat' auto_reply='true'",
      "type='chat' carbon_message='true'",
      "type='headline'",
    ])
      expect(isCopied(composed(`<message ${attributes}><body/></message>`)), attributes).to.equal(false);
    expect(isCopied(compose(read("<message type='chat'><body/></message>"), FROM, FROM))).to.equal(false);
  });
});

describe("Copies for senders' own sessions", () => {
  it("are made if configured, unless the server makes them in privileged mode", () => {
    const modes = ["auto", "direct", "privileged"] as const;
    const made = (carbons: boolean): boolean[] =>
      modes.map((send_as_users) => areCopiesMade({ carbons, send_as_users }));
    expect(made(true)).to.deep.equal([true, true, false]);
    expect(made(false)).to.deep.equal([false, false, false]);
  });
});

describe("A message made from text", () => {
  const text = { type: "chat", body: "<你好>", msgType: "1", extendInfo: "" } as const;

  it("has id, msgType, extendInfo and time", () => {
    const message = composeText(text, 1_700_000_000_000);
    if (message instanceof Refusal) throw new Error(message.message);
    expect(message.attrs).to.deep.equal({ type: "chat", msec_times: "1700000000000" });
    expect(message.getChild("body")?.attrs).to.include({ msgType: "1", extendInfo: "" });
    expect(message.getChild("body")?.attrs.id).to.match(/^http[0-9a-f]{32}1700000000000$/);
    expect(serialise(message)).to.contain("&lt;你好&gt;");
  });

  it("is refused if it contains a character that XML forbids", () => {
    expect(composeText({ ...text, body: "a\u0000b" }, 0)).to.be.instanceOf(Refusal);
    expect(composeText({ ...text, extendInfo: "\ud800" }, 0)).to.be.instanceOf(Refusal);
  });
});
