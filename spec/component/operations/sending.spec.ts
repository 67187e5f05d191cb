import { expect } from "chai";
import { limitsConfig, messagesConfig, notifyConfig } from "../../../component/config.js";
import { DomainAliases } from "../../../component/domain-aliases.js";
import { AddressResolver } from "../../../component/operations/address-resolver.js";
import type { OperationContext } from "../../../component/operations/context.js";
import { Operations } from "../../../component/operations/operations.js";
import type { Outbox, DeliveryStatus } from "../../../component/outbox/outbox.js";
import { Refusal } from "../../../component/refusal.js";
import type { NewRow } from "../../../storage/outbox-row.js";

interface Bench {
  readonly operations: Operations;
  /** What was accepted, call by call. */
  readonly calls: NewRow[][];
}

function bench(changes: Partial<OperationContext> = {}): Bench {
  const calls: NewRow[][] = [];
  const outbox: Pick<Outbox, "accept"> = {
    accept: (rows) => {
      calls.push([...rows]);
      return Promise.resolve<DeliveryStatus>({ delivery: "confirmed" });
    },
  };
  const context = {
    addresses: new AddressResolver({
      aliases: new DomainAliases({
        xmpp: {
          domain: "conference.qtalk.test.org",
          hosts: ["qtalk.test.org", "second.test.org"],
          host_aliases: { qtalk: "second.test.org" },
        },
      }),
      foreignSenders: false,
    }),
    outbox,
    limits: limitsConfig.parse({ batch: 3, recipients: 4, message_bytes: 1024 }),
    messages: messagesConfig.parse({}),
    notify: notifyConfig.parse({}),
    carbons: true,
    directory: { namesOf: () => [] },
    muc: { rooms: { find: () => undefined } },
    ...changes,
  } as unknown as OperationContext;
  return { operations: new Operations(context), calls };
}

const chat = (id: string): string => `<message type='chat'><body id='${id}' msgType='1'>x</body></message>`;

function refused(outcome: DeliveryStatus | Refusal): [number, string] {
  if (!(outcome instanceof Refusal)) throw new Error("was not refused");
  return [outcome.errcode, outcome.message];
}

describe("send_thirdmessage", () => {
  it("sends the message, and a copy to the sender's own sessions", async () => {
    const { operations, calls } = bench();
    await operations.sendThirdMessage([{ from: "test1", to: "test2@second.test.org", message: chat("a") }]);
    expect(calls[0]?.map((row) => row.follows ?? false)).to.deep.equal([false, true]);
    expect(calls[0]?.[0]?.stanza).to.match(/from="test1@qtalk.test.org"/);
    expect(calls[0]?.[0]?.stanza).to.match(/to="test2@second.test.org"/);
    expect(calls[0]?.[1]?.stanza).to.match(/urn:xmpp:carbons:2/);
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
    const sizes = calls[0]?.map(({ stanza }) => Buffer.byteLength(stanza)) ?? [];
    expect(sizes).to.have.length(2);
    expect(Math.max(...sizes)).to.be.within(most, limits.stanza_bytes);
  });

  it("sends no copy where carbons are switched off", async () => {
    const { operations, calls } = bench({ carbons: false });
    await operations.sendThirdMessage([{ from: "test1", to: "test2", message: chat("a") }]);
    expect(calls[0]).to.have.length(1);
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

  it("accepts nothing of a batch with one faulty item, and names the item", async () => {
    const { operations, calls } = bench();
    const good = { from: "test1", to: "test2", message: chat("a") };
    const outcome = await operations.sendThirdMessage([good, { ...good, message: "<message>" }]);
    expect(refused(outcome)[1]).to.match(/^item 1: message is not one well-formed XML element/);
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

describe("send_notify", () => {
  const notify = { from: "test1", to: ["test2", "test3@second.test.org"], category: "8", data: '{"时间":1}' };

  it("sends presence with the notification and takes it back, to everybody, for a minute", async () => {
    const { operations, calls } = bench();
    await operations.sendNotify(notify);
    const [presence, unavailable] = calls[0] ?? [];
    const from = /from="([^"]*)"/.exec(presence?.stanza ?? "")?.[1] ?? "";
    expect(from).to.match(/^test1@qtalk\.test\.org\/notify-[0-9a-f-]{36}$/);
    expect(presence?.stanza).to.equal(
      `<presence from="${from}"><priority>-128</priority><notify xmlns="jabber:x:presence_notify" category="8" data="{&quot;时间&quot;:1}"/></presence>`,
    );
    expect(unavailable?.stanza).to.equal(`<presence from="${from}" type="unavailable"/>`);
    for (const row of [presence, unavailable]) {
      expect(row?.recipients).to.deep.equal(["test2@qtalk.test.org", "test3@second.test.org"]);
      expect((row?.expiresAt ?? 0) - (row?.acceptedAt ?? 0)).to.equal(60_000);
    }
  });

  it("comes from a session that is nobody's, whatever session the caller names", async () => {
    const { operations, calls } = bench();
    for (const from of ["test1@qtalk.test.org/laptop", "test1@qtalk.test.org/notify", "test1"]) {
      await operations.sendNotify({ ...notify, from });
    }
    const senders = calls.flat().map(({ stanza }) => /from="([^"]*)"/.exec(stanza)?.[1]);
    expect(new Set(senders).size).to.equal(3);
    for (const sender of senders) expect(sender).to.match(/^test1@qtalk\.test\.org\/notify-[0-9a-f-]{36}$/);
  });

  it("isn't for rooms, nor for those inside by their addresses there", async () => {
    const { operations, calls } = bench();
    const to = "coven@conference.qtalk.test.org/hag";
    expect(refused(await operations.sendNotify({ ...notify, to: ["test2", to] }))).to.deep.equal([
      1,
      `to[1]: to: ${to} is a room's: notifications go to users`,
    ]);
    const room = "coven@conference.qtalk.test.org";
    expect(refused(await operations.sendNotify({ ...notify, to: [room] }))[0]).to.equal(1);
    expect(calls).to.deep.equal([]);
  });

  it("goes as a headline where so configured", async () => {
    const { operations, calls } = bench({ notify: notifyConfig.parse({ carrier: "headline" }) });
    await operations.sendNotify(notify);
    expect(calls[0]).to.have.length(1);
    expect(calls[0]?.[0]?.stanza).to.match(
      /^<message from="test1@qtalk.test.org" type="headline" id="[^"]+"><notify /,
    );
  });

  it("refuses nobody, too many, and forbidden characters, each with its sentence", async () => {
    const { operations, calls } = bench();
    const sentence = async (change: object): Promise<string> =>
      refused(await operations.sendNotify({ ...notify, ...change }))[1];
    expect(await sentence({ to: [] })).to.equal("to: names nobody");
    expect(await sentence({ to: ["a", "b", "c", "d", "e"] })).to.match(/more than the 4 allowed/);
    expect(await sentence({ to: ["a", "@"] })).to.match(/^to\[1\]: to: "@" is not an address/);
    expect(await sentence({ data: "\u0000" })).to.equal("data: holds a character that XML forbids");
    expect(await sentence({ data: "x".repeat(1025) })).to.match(/more than the 1024 allowed/);
    expect(calls).to.have.length(0);
  });
});

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
