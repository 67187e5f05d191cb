/** send_message, and the gateway's calls that send several texts: what goes out for what comes in. */
import { expect } from "chai";
import { CalledComponent, twoHosts, type CalledOptions } from "../../support/called-component.js";

const call = {
  From: "test1",
  To: [{ User: "test2" }, { User: "test3@qtalk.test.org" }],
  Body: "你好",
  Host: "second.test.org",
  Domain: "qtalk.test.org",
};
const isCopy = (text: string): boolean => text.includes("urn:xmpp:carbons:2");

describe("Texts", () => {
  let called: CalledComponent;
  afterEach(() => called.close());
  const open = async (options: CalledOptions = {}): Promise<void> => {
    called = await CalledComponent.open({ ...options, context: { addresses: twoHosts, ...options.context } });
  };
  const receivers = (): (string | undefined)[] =>
    called
      .sent()
      .filter((text) => !isCopy(text))
      .map((text) => / to="([^"]+)"/.exec(text)?.[1]);

  it("go from From@Host to every User@Domain under one id, with a copy of each for the sender, but of none to the sender", async () => {
    await open();
    const To = [...call.To, { User: "test1@second.test.org" }];
    await called.done("send_message", { ...call, To, Msg_Type: 257, Extend_Info: "{}" });
    const all = called.sent();
    const messages = all.filter((text) => !isCopy(text));
    const copies = all.filter(isCopy);
    expect(messages.map((text) => / to="([^"]+)"/.exec(text)?.[1])).to.deep.equal([
      "test2@qtalk.test.org",
      "test3@qtalk.test.org",
      "test1@second.test.org",
    ]);
    for (const text of messages)
      expect(text)
        .to.contain('from="test1@second.test.org"')
        .and.contain('type="chat"')
        .and.match(/<body [^>]*msgType="257"/)
        .and.contain('extendInfo="{}"')
        .and.contain(">你好</body>");
    expect(new Set(messages.map((text) => / id="(http[^"]+)"/.exec(text)?.[1])).size).to.equal(1);
    expect(copies.map((text) => /<forwarded .*?<message [^>]* to="([^"]+)"/.exec(text)?.[1])).to.deep.equal([
      "test2@qtalk.test.org",
      "test3@qtalk.test.org",
    ]);
    for (const text of copies) expect(text).to.match(/^<message [^>]*to="test1@second.test.org"/);
  });

  it("are plain chats to the default host by default", async () => {
    await open();
    const none = { Type: null, Msg_Type: null, Host: null, Domain: null, Extend_Info: null };
    for (const more of [{}, none]) {
      await called.done("send_message", { From: "test1", To: [{ User: "a" }], Body: "x", ...more });
      const [text = ""] = called.sent();
      expect(text)
        .to.contain('from="test1@qtalk.test.org"')
        .and.contain('to="a@qtalk.test.org"')
        .and.contain('type="chat"')
        .and.match(/<body [^>]*msgType="1"/);
    }
  });

  it("go to every receiver whose address is one, and the answer names the others", async () => {
    await open();
    const To = [{ User: "a" }, { User: "@" }, { user: "c" }, { User: "b" }];
    const [errcode, errmsg] = await called.refused("send_message", { ...call, To });
    expect(errcode).to.equal(1);
    expect(errmsg).to.match(
      /^To\[1\]: User: "@" is not an address.*; To\[2\]: User: expected a string, but it is missing; the other 2 were sent$/,
    );
    const all = called.sent();
    expect(all.filter(isCopy)).to.have.length(2);
    expect(all.filter((text) => !isCopy(text))).to.have.length(2);
  });

  it("are refused in the original's words, or by the field at fault", async () => {
    await open();
    for (const [change, errcode, errmsg] of [
      [{ Body: undefined }, 1, "Message Body is Null"],
      [{ Body: "" }, 1, "Message Body is Null"],
      [{ To: [] }, 1, "To not suit"],
      [{ Type: "groupchat" }, 1, "To not suit"],
      [{ Type: "headline" }, 1, 'Type: expected "chat" or "groupchat"'],
      [{ From: undefined }, 1, "From: expected a string, but it is missing"],
      [{ To: "b" }, 1, "To: expected an array, not a string"],
      [{ Body: 5 }, 1, "Body: expected a string, not a number"],
    ] as const)
      expect(await called.refused("send_message", { ...call, ...change })).to.deep.equal([errcode, errmsg]);
    const room = { Type: "groupchat", To: [{ User: "nowhere" }], Domain: "conference.qtalk.test.org" };
    expect((await called.refused("send_message", { ...call, ...room }))[0]).to.equal(4);
    expect(called.sent()).to.deep.equal([]);
  });

  it("of one call through the gateway are sent all or none", async () => {
    await open({ limits: { batch: 3, recipients: 4 } });
    const text = { From: "test1", To: [{ User: "a" }], Body: "x" };
    for (const [texts, errmsg] of [
      [[text, { ...text, To: [{ User: "b" }, { User: "@" }] }], /^item 1: To\[1\]: User: "@"/],
      [[], /^the array holds no message$/],
      [[text, text, text, text], /^4 messages in one call, more than the 3 allowed$/],
      [
        [
          { ...call, To: Array(3).fill({ User: "a" }) },
          { ...call, To: Array(2).fill({ User: "b" }) },
        ],
        /^5 receivers, more than the 4 allowed$/,
      ],
    ] as const) {
      const [errcode, given] = await called.refused("/sendmessage", texts);
      expect(errcode).to.equal(1);
      expect(given).to.match(errmsg);
    }
    expect(called.sent()).to.deep.equal([]);
    await called.done("/sendmessage", [
      text,
      { ...text, Host: "second.test.org", To: [{ User: "b" }, { User: "c" }] },
    ]);
    expect(receivers()).to.deep.equal(["a@qtalk.test.org", "b@second.test.org", "c@second.test.org"]);
  });

  it("go to all users of the directory, headlines without copies", async () => {
    const entry = { name: "", department: "" };
    await open({ people: { "a@qtalk.test.org": entry, "b@qtalk.test.org": entry } });
    await called.done("/sendnotice", [{ From: "test1", Body: "x" }]);
    const headlines = called.sent();
    expect(headlines).to.have.length(2);
    for (const text of headlines) expect(text).to.match(/^<message [^>]*type="headline"/);
    await called.done("/sendmessage", [{ From: "test1", To: [{ User: "All" }], Body: "x" }]);
    expect(receivers()).to.deep.equal(["a@qtalk.test.org", "b@qtalk.test.org"]);
  });

  it("go to all users only for callers with that permission; while none are configured, for no caller", async () => {
    const addresses = ["127.0.0.1"];
    for (const callers of [[{ name: "not", addresses, senders: ["*"], rooms: ["*"] }], []]) {
      await open({ config: { callers } });
      const one = { From: "test1", To: [{ User: "a" }], Body: "x" };
      for (const [path, ...messages] of [
        ["/sendmessage", { ...one, To: [{ User: "All" }] }],
        ["/sendmessage", one, { ...one, To: [{ User: "All" }] }],
        ["/sendnotice", { From: "test1", Body: "x" }],
      ] as const) {
        const [errcode, errmsg] = await called.refused(path, messages);
        expect([errcode, errmsg]).to.deep.equal([
          1,
          "messages to everybody need a caller with everyone: true in http.callers",
        ]);
      }
      expect(called.sent()).to.deep.equal([]);
      if (callers.length > 0) await called.close();
    }
  });
});
