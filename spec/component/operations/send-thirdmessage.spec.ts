import { expect } from "chai";
import { carbonOf } from "../../../component/composing/carbon.js";
import { limitsConfig } from "../../../component/config.js";
import type { DeliveryStatus } from "../../../component/outbox/outbox.js";
import { Refusal } from "../../../component/refusal.js";
import { asStored } from "../../../component/xml/wire-text.js";
import { bench, chat, refused } from "../../support/sending-bench.js";

describe("send_thirdmessage", () => {
  it("sends the message, and a copy to the sender's own sessions", async () => {
    const { operations, calls } = bench();
    await operations.sendThirdMessage([{ from: "test1", to: "test2@second.test.org", message: chat("a") }]);
    expect(calls[0]?.map((row) => row.isCopied)).to.deep.equal([true]);
    expect(calls[0]?.[0]?.stanza).to.match(/from="test1@qtalk.test.org"/);
    expect(calls[0]?.[0]?.stanza).to.match(/to="test2@second.test.org"/);
  });

  it("sends a copy of the largest message that is taken, and none of a larger one", async () => {
    const limits = limitsConfig.parse({ message_bytes: 2 ** 20 });
    const { operations, calls } = bench({ limits });
    const send = (length: number): Promise<DeliveryStatus | Refusal> =>
      operations.sendThirdMessage([
        {
          from: "test1",
          to: "test2",
          message: `<message type='chat'><body>${"x".repeat(length)}</body></message>`,
        },
      ]);
    const most = limits.stanza_bytes - 16 * 1024;
    expect(refused(await send(most))[1]).to.match(
      /^message: \d{6} bytes as it goes to the server, more than the /,
    );
    await send(most - 400);
    const { sender = "", stanza = "", isCopied } = calls[0]?.[0] ?? {};
    expect(isCopied).to.equal(true);
    expect(Buffer.byteLength(carbonOf(sender, asStored(stanza)))).to.be.within(most, limits.stanza_bytes);
  });

  it("sends no copy where carbons are switched off", async () => {
    const { operations, calls } = bench({ carbons: false });
    await operations.sendThirdMessage([{ from: "test1", to: "test2", message: chat("a") }]);
    expect(calls[0]?.map((row) => row.isCopied)).to.deep.equal([false]);
  });

  it("knows a retry by sender, receiver, id and bytes, and by nothing less", async () => {
    const { operations, calls } = bench();
    const call = { from: "test1", to: "test2", message: chat("a") };
    const others = [
      { ...call, from: "test3" },
      { ...call, to: "test3" },
      { ...call, message: chat("b") },
    ];
    for (const item of [call, call, ...others]) await operations.sendThirdMessage([item]);
    const prints = calls.map((rows) => rows[0]?.fingerprint?.toString("hex"));
    expect(prints[0]).to.equal(prints[1]);
    expect(new Set(prints).size).to.equal(4);
  });

  it("never takes a message without an id for a retry", async () => {
    const { operations, calls } = bench();
    await operations.sendThirdMessage([
      { from: "test1", to: "test2", message: "<message><body>ok</body></message>" },
    ]);
    expect(calls[0]?.[0]?.fingerprint).to.equal(undefined);
  });

  it("sends what is good of a batch, in its order and as one call, and names what isn't", async () => {
    const { operations, calls } = bench({ carbons: false });
    const good = { from: "test1", to: "test2", message: chat("a") };
    const bad = { ...good, message: "<message>" };
    const outcome = await operations.sendThirdMessage([bad, good, { ...good, to: "test3" }]);
    expect(outcome).to.include({ errcode: 1, delivery: "confirmed" });
    expect(refused(outcome)[1]).to.match(
      /^item 0: message is not one well-formed XML element[^;]*; the other 2 were sent$/,
    );
    expect(calls).to.have.length(1);
    expect(calls[0]?.map(({ receiver }) => receiver ?? "")).to.have.length(2);
  });

  it("tells the errcode of the first fault, three faults in words and the rest by number", async () => {
    const { operations, calls } = bench({ limits: limitsConfig.parse({}) });
    const good = { from: "test1", to: "test2", message: chat("a") };
    const [foreign, none] = [
      { ...good, from: "a@x.org" },
      { ...good, to: "@" },
    ];
    const outcome = await operations.sendThirdMessage([good, foreign, none, none, none, none]);
    expect(refused(outcome)[0]).to.equal(2);
    expect(refused(outcome)[1]).to.match(
      /^item 1: from: .*; item 2: to: .*; item 3: to: .*id@host; and 2 more; the other one was sent$/,
    );
    const nothing = await operations.sendThirdMessage([none, foreign]);
    expect(refused(nothing)[1]).to.match(/^item 0: to: .*; item 1: from: .*; nothing was sent$/);
    expect(nothing).to.not.have.property("delivery");
    expect(calls).to.have.length(1);
  });

  it("accepts nothing of a batch with one faulty item, where batches are whole", async () => {
    const { operations, calls } = bench({ batches: "whole" });
    const good = { from: "test1", to: "test2", message: chat("a") };
    const outcome = await operations.sendThirdMessage([good, { ...good, message: "<message>" }]);
    expect(refused(outcome)[1]).to.match(/^item 1: message is not one well-formed XML element[^;]*$/);
    const unread = new Refusal(1, "to: expected a string");
    const mixed = await operations.sendThirdMessage([good, unread]);
    expect(refused(mixed)).to.deep.equal([1, "item 1: to: expected a string"]);
    const [to, notify] = [["a", "@", "b"], { from: "test1", category: "1", data: "" }];
    expect(refused(await operations.sendNotify({ ...notify, to }))[1]).to.match(
      /^to\[1\]: to: "@" is not an address; expected id or id@host$/,
    );
    expect(calls).to.have.length(0);
  });

  it("refuses a batch of nothing: true is only for what was done", async () => {
    const { operations } = bench();
    expect(refused(await operations.sendThirdMessage([]))).to.deep.equal([1, "the array holds no message"]);
  });

  it("says the limit where a batch is too long", async () => {
    const { operations } = bench();
    const item = { from: "test1", to: "test2", message: chat("a") };
    expect(refused(await operations.sendThirdMessage([item, item, item, item]))[1]).to.match(
      /more than the 3 allowed/,
    );
  });

  it("refuses a sender of a host that isn't served", async () => {
    const { operations } = bench();
    const outcome = await operations.sendThirdMessage([
      { from: "a@other.org", to: "test2", message: chat("a") },
    ]);
    expect(refused(outcome)).to.deep.equal([
      2,
      'from: "a@other.org" is not a user of the hosts served here (qtalk.test.org, second.test.org)',
    ]);
  });

  it("takes a host by its alias, in every field and attribute that holds an address", async () => {
    const { operations, calls } = bench();
    const message =
      "<message type='consult' realfrom='shop@QTALK/x' realto='c@qtalk' from='a@qtalk'><body id='1'>x</body></message>";
    await operations.sendThirdMessage([{ from: "robot@qtalk", to: "test2@Qtalk/phone", message }]);
    const { stanza = "", sender } = calls[0]?.[0] ?? {};
    expect(stanza)
      .to.match(/<message [^>]*from="robot@second.test.org"/)
      .and.match(/ to="test2@second.test.org\/phone"/);
    for (const name of ["realfrom", "realto"])
      expect(stanza.match(new RegExp(`${name}="[^"]*@second.test.org`, "g")), name).to.have.length(2);
    expect(stanza).to.not.contain('qtalk"').and.not.contain("QTALK");
    expect(sender).to.equal("robot@second.test.org");
    await operations.sendMessage({
      ...{ from: "robot", host: "qtalk", to: ["a", "b@qtalk.test.org"], domain: "qtalk" },
      ...{ body: "x", type: "chat", msgType: "1", extendInfo: "" },
    });
    expect(calls[1]?.[0]?.recipients).to.deep.equal(["a@second.test.org", "b@qtalk.test.org"]);
    await operations.sendNotify({ from: "robot@qtalk", to: ["a@qtalk"], category: "1", data: "" });
    expect(calls[2]?.[0]?.recipients).to.deep.equal(["a@second.test.org"]);
    expect(calls[2]?.[0]?.sender).to.equal("robot@second.test.org");
  });

  it("names the field of an address that is none", async () => {
    const { operations } = bench();
    const bad = await operations.sendThirdMessage([{ from: "test1", to: "a b", message: chat("a") }]);
    expect(refused(bad)).to.deep.equal([1, 'to: "a b" is not an address; expected id or id@host']);
  });

  it("says that there is no such room", async () => {
    const { operations } = bench();
    const to = "nowhere@conference.qtalk.test.org";
    const outcome = await operations.sendThirdMessage([{ from: "test1", to, message: chat("a") }]);
    expect(refused(outcome)[0]).to.equal(4);
  });
});
