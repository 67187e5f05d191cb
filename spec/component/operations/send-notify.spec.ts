import { expect } from "chai";
import { notifyConfig } from "../../../component/config.js";
import type { Way } from "../../../storage/outbox-row.js";
import { bench, refused } from "../../support/sending-bench.js";

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

  it("reaches everybody but those whose address is none", async () => {
    const { operations, calls } = bench();
    const outcome = await operations.sendNotify({ ...notify, to: ["a", "@", "b"] });
    expect(refused(outcome)).to.deep.equal([
      1,
      'to[1]: to: "@" is not an address; expected id or id@host; the other 2 were sent',
    ]);
    for (const row of calls[0] ?? [])
      expect(row.recipients).to.deep.equal(["a@qtalk.test.org", "b@qtalk.test.org"]);
  });

  it("isn't for rooms, nor for those inside by their addresses there", async () => {
    const { operations, calls } = bench();
    const to = "coven@conference.qtalk.test.org/hag";
    expect(refused(await operations.sendNotify({ ...notify, to: [to] }))).to.deep.equal([
      1,
      `to: ${to} is a room's: notifications go to users`,
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
    expect(await sentence({ to: ["a b", "@"] })).to.match(/^to\[0\]: .*; to\[1\]: .*; nothing was sent$/);
    expect(await sentence({ data: "\u0000" })).to.equal("data: holds a character that XML forbids");
    expect(await sentence({ data: "x".repeat(1025) })).to.match(/more than the 1024 allowed/);
    expect(calls).to.have.length(0);
  });

  it("goes as a headline where the host permits messages, and by whichever way there is where that isn't known", async () => {
    const kinds = async (way: Way | undefined): Promise<(string | undefined)[]> => {
      const { operations, calls } = bench({ ways: { of: () => way } });
      await operations.sendNotify(notify);
      return calls.flat().map((row) => `${row.kind} ${row.way ?? "either"}`);
    };
    expect(await kinds("plain")).to.deep.equal(["presence either", "presence either"]);
    expect(await kinds("privileged")).to.deep.equal(["message either"]);
    expect(await kinds(undefined)).to.deep.equal(["presence plain", "presence plain", "message privileged"]);
  });
});
