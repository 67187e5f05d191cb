import { expect } from "chai";
import { areCopiesMade, carbonOf, isCopied } from "../../../component/composing/carbon.js";
import { composeText, compose, parseMessage, type Composed } from "../../../component/composing/message.js";
import { Refusal } from "../../../component/refusal.js";
import { NS } from "../../../component/xml/builder.js";
import { serialise } from "../../../component/xml/serialise.js";
import { differs } from "../../plays/text.js";
import { read } from "../muc/stanza-lines.js";
import { FROM, TO } from "./sent-body.js";

const composed = (xml: string, name?: string): Composed => compose(read(xml), FROM, TO, { name });

describe("A composed message", () => {
  for (const [what, given, wanted] of [
    [
      "keeps text, language, foreign attributes and foreign children",
      `<message xml:lang="zh" client_ver="0" type="chat"><body msgType="1">你好 😀 &amp; &lt;b&gt;</body><stime xmlns="jabber:stime:delay" stamp="1"/></message>`,
      `<this xml:lang="zh" client_ver="0"/><body msgType="1">你好 😀 &amp; &lt;b&gt;</body><stime xmlns="jabber:stime:delay" stamp="1"/>`,
    ],
    [
      "mirrors attributes that ejabberd drops in one element",
      `<message client_ver='0' msec_times='17' type='chat'><body id='a1' msgType='257' maType='20' extendInfo='{"名":1}'/></message>`,
      `<qtalk xmlns="qtalk"><message-attributes client_ver="0" msec_times="17" type="!" to="!" id="!"/>
       <body-attributes id="a1" msgType="257" maType="20" extendInfo="{&quot;名&quot;:1}"/></qtalk>`,
    ],
    [
      "mirrors prefixed attributes with their declarations",
      `<message xmlns:u='urn:u' xmlns:a='urn:a' type='chat' a:n='1'><body xmlns:b='urn:b' b:m='2' u:o='3' xml:space='preserve'/></message>`,
      `<message-attributes xmlns:a="urn:a" a:n="1" xmlns:u="!"/>
       <body-attributes xmlns:b="urn:b" b:m="2" xmlns:u="urn:u" u:o="3" xml:space="preserve"/>`,
    ],
    [
      "has type chat if its type is QTalk's own, which is mirrored",
      "<message type='consult' channelid='{}'><body/></message>",
      '<this type="chat"/><message-attributes type="consult"/>',
    ],
    [
      "has no mirror if there is nothing to mirror",
      "<message type='chat'><body>x</body></message>",
      '!<qtalk xmlns="qtalk"/>',
    ],
    [
      "takes its id from the body, and repeats it as origin-id",
      "<message type='chat'><body id='watcher-1'>x</body></message>",
      '<this id="watcher-1"/><origin-id xmlns="sid" id="watcher-1"/>',
    ],
  ] as const)
    it(what, () => expect(differs(composed(given).stanza, wanted, new Map())).to.equal(undefined));

  it("has the sender's name, cleaned and cut", () => {
    const nickOf = (name?: string) =>
      composed("<message><body>x</body></message>", name).stanza.getChild("nick", NS.nick)?.getText();
    for (const [name, nick] of [
      ["张三", "张三"],
      ["\u202eZhang\u0007  San\u2069", "Zhang San"],
      ["长".repeat(100), "长".repeat(64)],
      ["\u200b", undefined],
      [undefined, undefined],
    ] as const)
      expect(nickOf(name)).to.equal(nick);
  });

  it("gets an id if the caller gave none, and then is never a repeat", () => {
    const { stanza, callerId } = composed("<message type='chat'><body>x</body></message>");
    expect(stanza.attrs.id).to.have.length(36);
    expect(callerId).to.equal(undefined);
  });
});

describe("A message that can't be sent", () => {
  for (const [what, xml, sentence] of [
    ["isn't well-formed", "<message><body>a & b</body></message>", /not one well-formed XML element/],
    ["is another element", "<iq type='get'/>", /must be a <message> element, not <iq>/],
    ["is a message of another namespace", "<message xmlns='urn:x'/>", /must be a <message> element/],
    ["is an error", "<message type='error'/>", /type "error"/],
    ["is empty text", "", /there is no element|not one well-formed/],
  ] as const)
    it(`${what}: is refused with one sentence`, () => {
      const message = parseMessage(xml, 100_000);
      expect(message).to.be.instanceOf(Refusal).with.property("errcode", 1);
      expect((message as Refusal).message)
        .to.match(sentence)
        .and.not.match(/\n|\bat\b .*:\d+/);
    });
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
