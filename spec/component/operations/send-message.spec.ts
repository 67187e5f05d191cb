import { expect } from "chai";
import { bench, refused } from "../../support/sending-bench.js";

describe("send_message", () => {
  const call = {
    from: "test1",
    host: "second.test.org",
    to: ["test2", "test3@qtalk.test.org"],
    domain: "qtalk.test.org",
    body: "你好",
    type: "chat",
    msgType: "1",
    extendInfo: "",
  } as const;

  it("goes from From@Host to every User@Domain under one id", async () => {
    const { operations, calls } = bench({ carbons: false });
    await operations.sendMessage(call);
    const [row, ...more] = calls[0] ?? [];
    expect(more).to.deep.equal([]);
    expect(row?.recipients).to.deep.equal(["test2@qtalk.test.org", "test3@qtalk.test.org"]);
    expect(row?.stanza)
      .to.match(/from="test1@second.test.org"/)
      .and.match(/ id="http[^"]+"/)
      .and.contain(">你好</body>")
      .and.not.match(/ to=/);
  });

  it("gives the sender's own sessions a copy of each, as when it is sent to each alone", async () => {
    const { operations, calls } = bench();
    await operations.sendMessage(call);
    const [, copies, ...more] = calls[0] ?? [];
    expect(more).to.deep.equal([]);
    const sent = [...(copies?.stanza.matchAll(/<forwarded .*?<message [^>]*>/g) ?? [])].map(([text]) => text);
    expect(sent.map((text) => / to="([^"]+)"/.exec(text)?.[1])).to.deep.equal([
      "test2@qtalk.test.org",
      "test3@qtalk.test.org",
    ]);
    await operations.sendMessage({ ...call, to: ["test2"] });
    const [, alone] = calls[1] ?? [];
    // Where among its attributes `to` stands is nobody's business.
    const rest = (text = ""): string => text.replace(/http\w+| msec_times="\d+"| to="[^"]+"/g, "");
    expect(rest(copies?.stanza).startsWith(rest(alone?.stanza))).to.equal(true);
  });

  it("goes to everybody but those whose address is none, with copies of what was sent", async () => {
    const { operations, calls } = bench();
    const outcome = await operations.sendMessage({ ...call, to: ["a", "@", "b"] });
    expect(refused(outcome)[1]).to.match(/^To\[1\]: User: "@" is not an address.*; the other 2 were sent$/);
    const [row, copies] = calls[0] ?? [];
    expect(row?.recipients).to.deep.equal(["a@qtalk.test.org", "b@qtalk.test.org"]);
    expect(copies?.stanzas).to.equal(2);
  });

  it("answers as the original did: Message Body is Null, To not suit", async () => {
    const { operations } = bench();
    expect(refused(await operations.sendMessage({ ...call, body: "" }))).to.deep.equal([
      1,
      "Message Body is Null",
    ]);
    expect(refused(await operations.sendMessage({ ...call, to: [] }))).to.deep.equal([1, "To not suit"]);
    const group = { ...call, type: "groupchat", domain: "conference.qtalk.test.org" } as const;
    expect(refused(await operations.sendMessage(group))).to.deep.equal([1, "To not suit"]);
    expect(refused(await operations.sendMessage({ ...group, to: ["nowhere"] }))[0]).to.equal(4);
  });
});
