/** send_http_message: what goes out for what comes in. */
import { expect } from "chai";
import { CalledComponent, twoHosts } from "../../support/called-component.js";

const PATH = "/im_http_service/corp/message/send_http_message.qunar";
const call = {
  system: "oa",
  from: "test1",
  fromhost: "qtalk",
  type: "consult",
  msgtype: 257,
  content: "红包 <&>",
  extendinfo: "{}",
  backupinfo: { b: 1 },
  auto_reply: "true",
  to: [{ user: "a" }, { user: "b", host: "qtalk" }],
};

describe("send_http_message", () => {
  let called: CalledComponent;
  beforeEach(async () => {
    called = await CalledComponent.open({ limits: { batch: 3 }, context: { addresses: twoHosts } });
  });
  afterEach(() => called.close());

  it("makes a message for each receiver, as the Java service did, each with an id of its own", async () => {
    await called.done(PATH, call);
    const stanzas = called.sent();
    expect(stanzas, "an automatic reply has no copies").to.have.length(2);
    for (const [i, to] of ["a@qtalk.test.org", "b@second.test.org"].entries())
      expect(stanzas[i])
        .to.match(/^<message [^>]*from="test1@second.test.org"/)
        .and.contain(` to="${to}"`)
        .and.contain('auto_reply="true"')
        .and.contain('type="chat"')
        .and.match(
          /<body id="qtalk-corp-service-[^"]+" msgType="257" maType="20" extendInfo="{}" backupinfo="{&quot;b&quot;:1}">/,
        )
        .and.contain("红包 &lt;&amp;&gt;</body>")
        .and.contain('<message-attributes auto_reply="true" type="consult"/>');
    expect(new Set(stanzas.map((stanza) => /<body id="([^"]+)"/.exec(stanza)?.[1])).size).to.equal(2);
  });

  it("is a plain chat by default", async () => {
    await called.done(PATH, { system: "oa", from: "test1", to: [{ user: "a" }], content: "x" });
    expect(called.sent()[0])
      .to.contain('type="chat"')
      .and.match(/msgType="1" maType="20" extendInfo="" backupinfo="">x</);
  });

  it("is sent to all or to none, and refused in the service's words", async () => {
    for (const [change, errcode, errmsg] of [
      [{ system: "" }, 1, /^no system$/],
      [{ system: "test" }, 1, /^no system$/],
      [{ content: "x".repeat(64_000) }, 101, /^MSG too lang$/],
      [{ to: [...call.to, { user: "@" }] }, 1, /^to\[2\]: user: "@"/],
      [{ to: [] }, 1, /^to: names nobody$/],
      [{ to: Array(4).fill(call.to[0]) }, 1, /^to: 4 messages in one call, more than the 3 allowed$/],
      [{ fromhost: "elsewhere.org" }, 2, /^from: /],
      [{ msgtype: "x".repeat(300) }, 1, /^msgtype: 300 bytes/],
      [{ type: "error" }, 1, /^type: /],
      ...["content", "extendinfo", "backupinfo", "auto_reply", "type", "msgtype"].map(
        (field) => [{ [field]: "\u0001" }, 1, /has a character that XML forbids$/] as const,
      ),
    ] as const) {
      const [given, message] = await called.refused(PATH, { ...call, ...change });
      expect(given, message).to.equal(errcode);
      expect(message).to.match(errmsg);
    }
    expect(called.sent()).to.deep.equal([]);
  });
});
