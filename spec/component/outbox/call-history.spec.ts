/** What became of a call can be told by its request's id, from acceptance to what came back for it. */
import { expect } from "chai";
import { join } from "node:path";
import { CallHistory } from "../../../component/outbox/call-history.js";
import type { Owner } from "../../../component/outbox/owner-quotas.js";
import { CallLog, type CallStory } from "../../../storage/call-log.js";
import type { GroupCommit } from "../../../storage/group-commit.js";
import { FaultServer } from "../../support/fault-server.js";
import { message, scratch, Sender, until } from "../../support/sender.js";

const hr = (request: string): Owner => ({ kind: "caller", name: "caller hr", request });

describe("The story of a call", () => {
  const folder = scratch();
  let server: FaultServer;
  let sender: Sender;
  let files = 0;
  let path: string;

  const start = (): void => {
    sender = new Sender({ service: server.service, path, trace: 1_000 });
  };
  const story = (request: string): CallStory => {
    const [only, ...more] = new CallLog(sender.db, 0).find(request);
    expect(more).to.deep.equal([]);
    if (only === undefined) throw new Error(`nothing is known of ${request}`);
    return only;
  };
  const sent = (request: string, ...ids: string[]) =>
    sender.outbox.accept(
      ids.map((id) => message(id)),
      undefined,
      hr(request),
    );

  beforeEach(async () => {
    path = join(folder.path, `${++files}.db`);
    server = await FaultServer.start();
    start();
    await sender.ready();
  });
  afterEach(async () => {
    await sender.stop();
    await server.hideAway();
  });
  after(() => folder.remove());

  it("begins with who had how much accepted, and ends with when it was confirmed", async () => {
    const before = Date.now();
    expect(await sent("r-1", "one", "two", "three")).to.deep.equal({ delivery: "confirmed" });
    await until("it is noted", () => story("r-1").confirmedAt.length > 0);
    const { caller, acceptedAt, confirmedAt, stanzas, waiting, rewrites, bounces, deadLetters } =
      story("r-1");
    expect({ caller, stanzas, waiting }).to.deep.equal({ caller: "caller hr", stanzas: 3, waiting: 0 });
    expect([rewrites, bounces, deadLetters]).to.deep.equal([[], [], []]);
    expect(acceptedAt).to.be.within(before, Date.now());
    expect(confirmedAt).to.have.length(1);
    expect(confirmedAt[0]).to.be.within(acceptedAt, Date.now());
  });

  it("says what waits while the server is away, and that it was written once more", async () => {
    server.faults.messagesToSelf = "hold";
    const status = sent("r-2", "one", "two");
    await server.routedIds(2);
    server.connection.destroy();
    expect(await status).to.deep.equal({ delivery: "queued" });
    await until("it is noted", () => story("r-2").rewrites.length > 0);
    expect(story("r-2")).to.deep.include({ waiting: 2, confirmedAt: [] });
    expect(story("r-2").rewrites[0]?.reason).to.match(/^the link was lost \(/);
    server.heal();
    await sender.drained();
    await until("it is noted", () => story("r-2").confirmedAt.length > 0);
    expect(story("r-2")).to.deep.include({ waiting: 0 });
    expect(await sent("r-3", "three")).to.deep.equal({ delivery: "confirmed" });
    expect(story("r-3").rewrites).to.deep.equal([]);
  });

  it("has what came back for it, counted by condition, and the log's line its request", async () => {
    server.faults.onStanza = ({ attrs: { id = "", from = "", to = "" } }, connection) => {
      if (!id.startsWith("bad")) return;
      connection.send(
        `<message type="error" id="${id}" from="${to}" to="${from}"><error type="cancel">` +
          `<service-unavailable xmlns="urn:ietf:params:xml:ns:xmpp-stanzas"/></error></message>`,
      );
    };
    await sent("r-4", "bad-1", "good", "bad-2");
    await sent("r-5", "good-2");
    await until("it is noted", () => story("r-4").bounces[0]?.count === 2);
    expect(story("r-4").bounces).to.have.length(1);
    expect(story("r-4").bounces[0]).to.deep.include({
      condition: "service-unavailable",
      receiver: "bob@qtalk.test.org",
    });
    expect(story("r-5").bounces).to.deep.equal([]);
    const lines = sender.log.lines.filter((line) => line.message.startsWith("Bounced: service-unavailable"));
    const about = lines.map(({ level, request }) => ({ level, request }));
    expect(about).to.deep.equal(Array(2).fill({ level: "warn", request: "r-4" }));
  });

  it("has what was set aside of it, and so has the log", async () => {
    server.faults.poison = ({ attrs }) =>
      attrs.id === "poison" ? { condition: "policy-violation" } : undefined;
    await sent("r-6", "before", "poison", "after");
    await until("it is set aside", () => story("r-6").deadLetters.length === 1);
    await sender.drained();
    expect(story("r-6").deadLetters[0]?.reason).to.contain("policy-violation");
    const line = sender.log.lines.find((one) => one.message.includes("closed the stream because of row"));
    expect(line).to.include({ level: "error", request: "r-6" });
    await until("it is noted", () => story("r-6").confirmedAt.length > 0);
  });

  it("goes on as another call of the same request where an operator puts back what was set aside", async () => {
    server.faults.poison = ({ attrs }) =>
      attrs.id === "poison" ? { condition: "policy-violation" } : undefined;
    await sent("r-10", "before", "poison");
    await until("it is set aside", () => story("r-10").deadLetters.length === 1);
    server.heal();
    sender.deadLetters.retry(story("r-10").deadLetters[0]!.id);
    const again = (): CallStory | undefined => new CallLog(sender.db, 0).find("r-10")[1];
    expect(again()).to.deep.include({ caller: "outbox retry", stanzas: 1, deadLetters: [] });
    await sender.send("wakes the outbox");
    await until("it is noted", () => again()?.confirmedAt.length === 1);
  });

  it("is told after a restart, too, and goes on there", async () => {
    server.faults.messagesToSelf = "hold";
    void sent("r-7", "one");
    await server.routedIds(1);
    await sender.crash();
    server.heal();
    start();
    await sender.drained();
    await until("it is noted", () => story("r-7").confirmedAt.length > 0);
  });

  it("says of a repeat that nothing was sent", async () => {
    const row = message("once", { fingerprint: Buffer.alloc(16, 7) });
    await sender.outbox.accept([row], undefined, hr("r-8"));
    await sender.outbox.accept([row], undefined, hr("r-9"));
    expect(story("r-9")).to.deep.include({ stanzas: 0, rows: undefined, waiting: 0 });
  });

  it("has a second confirmation where what was confirmed is written once more, and what waits until then", () => {
    const log = new CallLog(sender.db, 10);
    const call = { caller: "x", acceptedAt: 100, stanzas: 2 };
    log.add({ ...call, request: "again", rows: { first: 5, last: 6 } });
    log.add({ ...call, request: "before", rows: { first: 1, last: 2 } });
    log.confirmed(9, 110);
    log.rewritten({ at: 200, first: 4, last: 8, reason: "the server has restarted" });
    expect(story("again").confirmedAt).to.deep.equal([110]);
    log.confirmed(6, 210);
    expect(story("again").confirmedAt).to.deep.equal([110]);
    log.confirmed(9, 220);
    expect(story("again").confirmedAt).to.deep.equal([220]);
    expect(story("before").confirmedAt).to.have.length(1);
  });

  it("is forgotten with its bounces when enough others came after it, a few at a time", () => {
    const log = new CallLog(sender.db, 300);
    const call = { caller: "x", acceptedAt: 1, stanzas: 1 };
    const count = (table: string): unknown =>
      sender.db.prepare(`SELECT count(*) FROM ${table}`).pluck().get();
    for (let seq = 1; seq <= 2_000; seq++) {
      const id = log.add({ ...call, request: `old-${seq}`, rows: { first: seq, last: seq } });
      log.confirmed(seq + 1, 1);
      log.bounced({ call: id, condition: "gone", receiver: "r", at: 1, count: 1 });
    }
    for (const table of ["calls", "confirmations", "bounces"]) expect(count(table)).to.be.within(300, 560);
    expect(log.find("old-1")).to.deep.equal([]);
    expect(log.find("old-2000")).to.have.length(1);
    expect(log.callOf(2_000)?.request).to.equal("old-2000");
    expect(log.callOf(2_001)).to.equal(undefined);
  });
});

describe("What comes back", () => {
  /** The requests that were noted. */
  let noted: (string | undefined)[] = [];
  let history: CallHistory;
  beforeEach(() => {
    noted = [];
    const log = { add: ({ request }: Owner) => noted.push(request), bounced: () => undefined };
    const commit = { run: () => Promise.resolve() };
    history = new CallHistory(log as unknown as CallLog, commit as unknown as GroupCommit);
  });
  afterEach(() => history.stop());

  const rows = (...ids: string[]) => ids.map((id) => ({ ...message(id), sender: "alice@h", id }));
  const back = (id: string): string | undefined =>
    history.bounced({ id, sender: "alice@h", receiver: "bob@h", condition: "gone" });

  it("is known as long as twenty thousand stanzas come after it, and forgotten after twice as many", () => {
    const many = (from: number): string[] => Array.from({ length: 20_000 }, (_, at) => `m-${from + at}`);
    history.add(hr("first"), rows("one"), []);
    history.add(hr("second"), rows(...many(0)), []);
    history.add(hr("third"), rows("three"), []);
    expect(["one", "m-0", "three"].map(back)).to.deep.equal(["first", "second", "third"]);
    history.add(hr("fourth"), rows(...many(20_000)), []);
    expect(["one", "m-0", "three"].map(back)).to.deep.equal([undefined, undefined, "third"]);
  });

  it("belongs to no call where nobody called: what rooms send by themselves has no story", () => {
    history.add({ kind: "caller", name: "x" }, rows("one"), []);
    expect([noted, back("one")]).to.deep.equal([[], undefined]);
  });
});
