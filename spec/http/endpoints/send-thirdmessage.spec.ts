/** send_thirdmessage: what goes out for what comes in. */
import { expect } from "chai";
import { limitsConfig } from "../../../component/config.js";
import { UnreachableHosts } from "../../../component/inbound/unreachable-hosts.js";
import { CalledComponent, twoHosts, type CalledOptions } from "../../support/called-component.js";

const NAME = "send_thirdmessage";
const chat = (id: string, text = "x"): string =>
  `<message type='chat'><body id='${id}' msgType='1'>${text}</body></message>`;
const item = (more: object = {}): object => ({ from: "test1", to: "test2", message: chat("a"), ...more });

describe("send_thirdmessage", () => {
  let called: CalledComponent;
  afterEach(() => called.close());
  const open = async (options: CalledOptions = {}): Promise<void> => {
    called = await CalledComponent.open({ ...options, context: { addresses: twoHosts, ...options.context } });
  };
  const receivers = (): (string | undefined)[] =>
    called.sent().map((text) => / to="([^"]+)"/.exec(text)?.[1]);

  it("sends one message or several, in their order, each with a copy for its sender's own sessions", async () => {
    await open();
    await called.done(NAME, item({ message: chat("a", "你好 😀") }));
    const [message = "", copy = ""] = called.sent();
    expect(message)
      .to.match(/^<message [^>]*from="test1@qtalk.test.org"/)
      .and.contain(' to="test2@qtalk.test.org"')
      .and.contain('<body id="a" msgType="1">你好 😀</body>');
    expect(copy)
      .to.match(/^<message [^>]*to="test1@qtalk.test.org"/)
      .and.contain('<sent xmlns="urn:xmpp:carbons:2">')
      .and.contain("你好 😀");
    await called.done(NAME, [item({ to: "b@second.test.org", message: chat("b") }), item({ to: "c" })]);
    const test1 = "test1@qtalk.test.org";
    expect(receivers()).to.deep.equal(["b@second.test.org", test1, "c@qtalk.test.org", test1]);
  });

  it("sends no copies if carbons are switched off", async () => {
    await open({ context: { carbons: false } });
    await called.done(NAME, item());
    expect(called.sent()).to.have.length(1);
  });

  it("copies the largest message that is taken; the server takes that, too", async () => {
    await open({ limits: { message_bytes: 2 ** 20 } });
    const { stanza_bytes } = limitsConfig.parse({});
    const large = (length: number): object =>
      item({ message: `<message type='chat'><body>${"x".repeat(length)}</body></message>` });
    const most = stanza_bytes - 16 * 1024;
    const [errcode, errmsg] = await called.refused(NAME, large(most));
    expect([errcode, errmsg.replace(/\d+/g, "N")]).to.deep.equal([
      1,
      "message: the stanza has N bytes, more than the N allowed (limits.stanza_bytes)",
    ]);
    await called.done(NAME, large(most - 400));
    const sizes = called.sent().map((text) => Buffer.byteLength(text));
    expect(sizes).to.have.length(2);
    expect(Math.max(...sizes)).to.be.within(most, stanza_bytes);
  });

  it("knows a retry by its sender, receiver, id and bytes, and by nothing less", async () => {
    await open({ context: { carbons: false } });
    await called.done(NAME, item());
    await called.done(NAME, item());
    expect(called.sent()).to.have.length(1);
    for (const other of [
      { from: "test3" },
      { to: "test3" },
      { message: chat("b") },
      { message: chat("a", "y") },
    ]) {
      await called.done(NAME, item(other));
      expect(called.sent(), JSON.stringify(other)).to.have.length(1);
    }
    for (let i = 0; i < 2; i++)
      await called.done(NAME, item({ message: "<message><body>ok</body></message>" }));
    expect(called.sent(), "without an id").to.have.length(2);
  });

  it("sends the good items of an array, and names the first three at fault and how many more", async () => {
    await open({ context: { carbons: false } });
    const [foreign, none] = [item({ from: "a@x.org" }), item({ to: "@" })];
    const unread = [item({ to: ["b"] }), 7, { to: "test2", message: chat("a") }];
    const seen = await called.post(NAME, [...unread, item(), foreign, none]);
    expect(JSON.parse(seen.text)).to.deep.equal({
      ret: false,
      errcode: 1,
      errmsg:
        "item 0: to: expected a string, not an array; item 1: expected an object, not a number; " +
        "item 2: from: expected a string, but it is missing; and 2 more; the other one was sent",
      data: "",
    });
    expect([seen.status, seen.headers.get("x-qtalk-delivery")]).to.deep.equal([200, "confirmed"]);
    expect(receivers()).to.deep.equal(["test2@qtalk.test.org"]);
    const good = [item({ to: "b" }), item({ to: "c" })];
    const [errcode, errmsg] = await called.refused(NAME, [foreign, ...good, none]);
    expect(errcode, "the first fault's").to.equal(2);
    expect(errmsg).to.match(/^item 0: from: .*; item 3: to: .*; the other 2 were sent$/);
    expect(receivers()).to.deep.equal(["b@qtalk.test.org", "c@qtalk.test.org"]);
    const nothing = await called.post(NAME, [none, foreign]);
    expect(nothing.text).to.match(/"item 0: to: .*; item 1: from: .*; nothing was sent"/);
    expect(nothing.headers.get("x-qtalk-delivery")).to.equal(null);
    expect(called.sent()).to.deep.equal([]);
  });

  it("sends nothing of an array with a faulty item if batches are whole", async () => {
    await open({ config: { batches: "whole" } });
    expect(await called.refused(NAME, [item(), item({ to: "@" })])).to.deep.equal([
      1,
      'item 1: to: "@" is not an address; expected id or id@host',
    ]);
    expect(await called.refused(NAME, [item(), item({ to: 5 })])).to.deep.equal([
      1,
      "item 1: to: expected a string, not a number",
    ]);
    const notify = { from: "test1", category: "1", data: "", to: ["a", "@", "b"] };
    expect((await called.refused("send_notify", notify))[1]).to.match(/^to\[1\]: to: "@" is not an address/);
    expect(called.sent()).to.deep.equal([]);
  });

  it("refuses an empty array, and one with more than a thousand unreadable items whole", async () => {
    await open({ limits: { batch: 2000 } });
    expect(await called.refused(NAME, [])).to.deep.equal([1, "the array holds no message"]);
    expect(await called.refused(NAME, [item(), ...Array<number>(1001).fill(7)])).to.deep.equal([
      1,
      "item 1: expected an object, not a number",
    ]);
    expect(called.sent()).to.deep.equal([]);
  });

  it("says which field is at fault, and what was expected", async () => {
    await open();
    for (const [body, errmsg] of [
      [{ to: "b", message: "c" }, "from: expected a string, but it is missing"],
      [item({ to: 5 }), "to: expected a string, not a number"],
      [item({ message: null }), "message: expected a string, not null"],
      ["5", "the request's body: expected an object or an array, not a number"],
      [item({ to: "a b" }), 'to: "a b" is not an address; expected id or id@host'],
    ] as const)
      expect(await called.refused(NAME, body)).to.deep.equal([1, errmsg]);
    expect(await called.refused(NAME, item({ from: "a@other.org" }))).to.deep.equal([
      2,
      'from: "a@other.org" is not a user of the hosts served here (qtalk.test.org, second.test.org)',
    ]);
    const room = "nowhere@conference.qtalk.test.org";
    expect(await called.refused(NAME, item({ to: room }))).to.deep.equal([4, `there is no room ${room}`]);
  });

  it("takes a host by its alias, in every field and attribute that holds an address", async () => {
    await open({ context: { carbons: false } });
    const message =
      "<message type='consult' realfrom='shop@QTALK/x' realto='c@qtalk' from='a@qtalk'><body id='1'>x</body></message>";
    await called.done(NAME, { from: "robot@qtalk", to: "test2@Qtalk/phone", message });
    const [stanza = ""] = called.sent();
    expect(stanza)
      .to.match(/<message [^>]*from="robot@second.test.org"/)
      .and.match(/ to="test2@second.test.org\/phone"/)
      .and.not.match(/qtalk"/i);
    for (const name of ["realfrom", "realto"])
      expect(stanza.match(new RegExp(`${name}="[^"]*@second.test.org`, "g")), name).to.have.length(2);
    await called.done("send_notify", { from: "robot@qtalk", to: "a@qtalk", category: "1", data: "" });
    expect(called.sent()[0]).to.contain("robot@second.test.org").and.contain("a@second.test.org");
  });

  it("notes in the log, but doesn't obey, what callers add of their own", async () => {
    await open();
    await called.done(NAME, item({ system: "oa", type: "headline" }));
    expect(called.sent()[0]).to.contain('type="chat"');
    expect(called.http.log.about("ignored unknown keys", "debug")).to.deep.equal([
      "send_thirdmessage: ignored unknown keys: system, type",
    ]);
  });

  it("warns with the call's id of a host that the server can't reach, whichever call sends there", async () => {
    await open();
    const { log, metrics } = called.play;
    const ask = () => Promise.resolve({ kind: "error", condition: "remote-server-not-found" } as const);
    const served = ["qtalk.test.org"];
    const unreachable = new UnreachableHosts(served, { ask }, metrics, log.logger);
    await called.close();
    await open({ context: { unreachable } });
    const seen = await called.post(NAME, item({ to: "a@far.org" }));
    const text = await called.post("send_message", {
      From: "test1",
      To: [{ User: "a@near.org" }, { User: "b" }],
      Body: "x",
    });
    const requests = [seen, text].map(({ headers }) => headers.get("x-request-id"));
    const warnings = (): unknown[] => log.lines.filter(({ message }) => message.includes("can't reach"));
    while (warnings().length < 2) await new Promise(setImmediate);
    expect(
      log.lines.filter(({ message }) => message.includes("can't reach")).map(({ request }) => request),
    ).to.deep.equal(requests);
  });
});
