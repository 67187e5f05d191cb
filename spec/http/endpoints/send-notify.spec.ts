/** send_notify: what goes out for what comes in. */
import { expect } from "chai";
import { notifyConfig } from "../../../component/config.js";
import type { SendMode } from "../../../storage/outbox-row.js";
import { CalledComponent, twoHosts, type CalledOptions } from "../../support/called-component.js";
import { DIRECT } from "../../support/send-modes.js";

const NAME = "send_notify";
const notify = { from: "test1", to: ["test2", "test3@second.test.org"], category: "8", data: '{"时间":1}' };
const senderOf = (text = ""): string => /from="([^"]*)"/.exec(text)?.[1] ?? "";
const receiverOf = (text: string): string => / to="([^"]*)"/.exec(text)?.[1] ?? "";

describe("send_notify", () => {
  let called: CalledComponent;
  afterEach(() => called.close());
  const open = async (options: CalledOptions = {}): Promise<void> => {
    called = await CalledComponent.open({ ...options, context: { addresses: twoHosts, ...options.context } });
  };

  it("sends each receiver a presence with the event, from a session that doesn't exist, and ends it", async () => {
    await open();
    await called.done(NAME, notify);
    const all = called.sent();
    const from = senderOf(all[0]);
    expect(from).to.match(/^test1@qtalk\.test\.org\/notify-[0-9a-f-]{36}$/);
    for (const to of ["test2@qtalk.test.org", "test3@second.test.org"]) {
      const [event = "", end = "", ...more] = all.filter((text) => receiverOf(text) === to);
      expect(more).to.deep.equal([]);
      expect(event.replace(` to="${to}"`, "")).to.equal(
        `<presence from="${from}"><priority>-128</priority><notify xmlns="jabber:x:presence_notify" category="8" data="{&quot;时间&quot;:1}"/></presence>`,
      );
      expect(end.replace(` to="${to}"`, "")).to.equal(`<presence from="${from}" type="unavailable"/>`);
    }
    for (const session of ["test1@qtalk.test.org/laptop", "test1@qtalk.test.org/notify"]) {
      await called.done(NAME, { ...notify, from: session });
      expect(senderOf(called.sent()[0]))
        .to.match(/^test1@qtalk\.test\.org\/notify-/)
        .and.not.equal(from);
    }
  });

  it("isn't sent any more once it is older than notify.max_age", async () => {
    await open({ context: { notify: { ...notifyConfig.parse({}), max_age: -1 } } });
    await called.post(NAME, notify);
    await called.done("send_thirdmessage", {
      from: "a",
      to: "b",
      message: "<message><body>x</body></message>",
    });
    expect(called.sent().map((text) => text.slice(0, 9))).to.deep.equal(["<message "]);
  });

  it("takes one receiver, numbers as texts, and every user of a large company at once", async () => {
    await open();
    await called.done(NAME, { ...notify, to: "test2", category: 100, data: -2.5 });
    expect(called.sent()[0]).to.contain('category="100" data="-2.5"');
    const to = Array.from({ length: 100_000 }, (_, i) => `user${i}@qtalk.test.org`);
    await called.done(NAME, { ...notify, to });
  });

  it("reaches everybody but those whose address is none", async () => {
    await open();
    expect(await called.refused(NAME, { ...notify, to: ["a", "@", {}, "b"] })).to.deep.equal([
      1,
      'to[1]: to: "@" is not an address; expected id or id@host; to[2]: expected a string, not an object; the other 2 were sent',
    ]);
    const reached = new Set(called.sent().map(receiverOf));
    expect([...reached]).to.deep.equal(["a@qtalk.test.org", "b@qtalk.test.org"]);
  });

  it("refuses rooms, occupants, no receivers, too many, and what can't be sent, each with its message", async () => {
    await open({ limits: { recipients: 4, message_bytes: 1024 } });
    const occupant = "coven@conference.qtalk.test.org/hag";
    for (const [change, errmsg] of [
      [{ to: [occupant] }, `to: ${occupant} is a room; notifications go to users`],
      [{ to: [] }, "to: names nobody"],
      [{ to: ["a", "b", "c", "d", "e"] }, "to: 5 receivers, more than the 4 allowed"],
      [{ data: "\u0000" }, "data: has a character that XML forbids"],
      [{ data: "x".repeat(1025) }, "data: 1025 bytes, more than the 1024 allowed"],
      [{ to: 5 }, "to: expected a string or an array, not a number"],
      [{ to: undefined }, "to: expected a string or an array, but it is missing"],
      [{ category: true }, "category: expected a string or a number, not a boolean"],
    ] as const)
      expect(await called.refused(NAME, { ...notify, ...change })).to.deep.equal([1, errmsg]);
    expect((await called.refused(NAME, { ...notify, to: ["a b", "@"] }))[1]).to.match(
      /^to\[0\]: .*; to\[1\]: .*; nothing was sent$/,
    );
    expect(called.sent()).to.deep.equal([]);
  });

  it("answers a body of millions of wrong receivers soon", async () => {
    await open();
    const body = `{"category":"1","data":"","from":"a","to":[${Array(4_000_000).fill(1).join()}]}`;
    const started = performance.now();
    expect((await called.refused(NAME, body))[1]).to.equal(
      "to: 4000000 receivers, more than the 200000 allowed",
    );
    expect(performance.now() - started).to.be.lessThan(10_000);
  });

  it("goes as a headline if so configured, or if the host permits messages", async () => {
    const headline =
      /^<message [^>]*from="test1@qtalk.test.org"[^>]* type="headline"|^<message [^>]*type="headline"/;
    for (const context of [
      { notify: notifyConfig.parse({ carrier: "headline" }) },
      { modes: { ...DIRECT, of: (): SendMode => "privileged" } },
    ]) {
      await open({ context });
      await called.done(NAME, { ...notify, to: "test2" });
      const all = called.sent();
      expect(all).to.have.length(1);
      expect(all[0]).to.match(headline).and.contain("<notify ");
      if (!("modes" in context)) await called.close();
    }
  });
});
