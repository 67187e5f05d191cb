/** The outbox beside a link that records what is written, so that each ack comes when the test wants it. */
import { setImmediate as turn } from "node:timers/promises";
import { expect } from "chai";
import { Metrics } from "../../../component/metrics.js";
import { AckRequests } from "../../../component/outbox/ack-requests.js";
import { CallHistory } from "../../../component/outbox/call-history.js";
import type { SendModes } from "../../../component/outbox/dependencies.js";
import { Outbox, type OutboxWork } from "../../../component/outbox/outbox.js";
import { Refusal } from "../../../component/refusal.js";
import { NS, xml } from "../../../component/xml/builder.js";
import { CallLogStore } from "../../../storage/call-log.js";
import { openDatabase, type Database } from "../../../storage/database.js";
import { DeadLetters } from "../../../storage/dead-letters.js";
import { GroupCommit } from "../../../storage/group-commit.js";
import type { SendMode } from "../../../storage/outbox-row.js";
import { OutboxStore } from "../../../storage/outbox-store.js";
import { LogLines } from "../../support/log-lines.js";
import { message } from "../../support/sender.js";
import { RecordingLink } from "./recording-link.js";

const DOMAIN = "rooms.test";

describe("The outbox", () => {
  let db: Database;
  let link: RecordingLink;
  let outbox: Outbox;
  let commit: GroupCommit;
  let store: OutboxStore;
  let log: CallLogStore;
  let mode: SendMode;

  beforeEach(async () => {
    db = openDatabase(":memory:");
    link = new RecordingLink(DOMAIN);
    mode = "privileged";
    store = new OutboxStore(db);
    commit = new GroupCommit(db);
    log = new CallLogStore(db, 100);
    const modes: SendModes = {
      of: () => mode,
      begin: (onKnown) => onKnown(),
      end: () => undefined,
      forbidden: () => undefined,
      onChange: () => undefined,
    };
    const acks = new AckRequests(DOMAIN, "a.test");
    const parts = { link, stanzaBytes: 256 * 1024, acks, modes, hosts: ["a.test"], store, commit };
    const deadLetters = new DeadLetters(db);
    const history = new CallHistory(log, commit);
    const options = { maxStanzas: 1_000, maxBytes: 1e6, confirmTimeout: 1e9, keep: { ms: 0, bytes: 0 } };
    const [{ logger }, metrics] = [new LogLines(), new Metrics()];
    outbox = new Outbox({ ...parts, deadLetters, history, log: logger, metrics }, options);
    await connect();
  });
  afterEach(() => {
    outbox.stop();
    db.close();
  });

  const turns = async (): Promise<void> => {
    for (let left = 6; left > 0; left -= 1) await turn();
  };
  /** Acknowledges all that is written. */
  const ack = (): void => {
    const [, id = ""] =
      [...link.text.matchAll(/<message to="rooms\.test"[^>]* id="(ack-[^"]+)"/g)].at(-1) ?? [];
    outbox.consume(xml("message", { to: DOMAIN, from: DOMAIN, id }));
  };
  const connect = async (): Promise<void> => {
    link.text = "";
    link.emit("up");
    ack();
    const [, id] = / id="(uptime-[^"]+)"/.exec(link.text) ?? [];
    const uptime = xml("query", { xmlns: NS.last, seconds: "3600" });
    if (id !== undefined)
      outbox.consume(xml("iq", { from: "a.test", to: DOMAIN, id, type: "result" }, uptime));
    await turns();
  };
  const work = (...names: readonly string[]): OutboxWork => ({ rows: names.map((name) => message(name)) });

  it("waits at the end for what was accepted a moment ago, and refuses what comes later", async () => {
    const accepted = outbox.accept(work("last"));
    const flushed = outbox.flush(60_000);
    const refused = await outbox.accept(work("late"));
    expect((refused as Refusal).message).to.equal(
      "the component is stopping; nothing was accepted, try again",
    );
    await turns();
    expect(link.text).to.contain("body of last").and.not.contain("body of late");
    let isOver = false;
    void flushed.then(() => (isOver = true));
    await turns();
    expect(isOver, "it isn't acknowledged yet").to.equal(false);
    ack();
    expect(await accepted).to.deep.equal({ delivery: "confirmed" });
    expect(await flushed).to.equal(true);
  });

  it("doesn't wait at the end while there is no link", async () => {
    link.emit("down", { cause: "network", text: "ECONNRESET" });
    const accepted = outbox.accept(work("one"));
    expect(await outbox.flush(60_000)).to.equal(false);
    expect(await accepted).to.deep.equal({ delivery: "queued" });
  });

  it("has acks on the disk when it has stopped, and that it was stopped", async () => {
    void outbox.accept(work("one", "two"));
    await turns();
    ack();
    outbox.stop();
    expect(store.begin()).to.deep.include({ acked: 3, isStopped: true });
    expect(db.prepare("SELECT count(*) FROM outbox").pluck().get()).to.equal(0);
  });

  it("knows when a call was acknowledged", async () => {
    const before = Date.now();
    void outbox.accept({ ...work("one"), account: { name: "hr", kind: "caller", request: "r" } });
    await turns();
    expect(log.find("r")[0]).to.deep.include({ ackedAt: [], waiting: 1 });
    ack();
    outbox.stop();
    const [story] = log.find("r");
    expect(story).to.deep.include({ waiting: 0, caller: "hr", stanzas: 1 });
    expect(story?.ackedAt[0]).to.be.within(before, Date.now());
  });

  it("sends a notification in the mode of the present stream, once", async () => {
    const rows = (["privileged", "direct"] as const).map((each) => ({
      ...message(`as ${each}`),
      mode: each,
    }));
    void outbox.accept({ rows });
    await turns();
    expect(link.text).to.contain("body of as privileged").and.not.contain("body of as direct");
    link.emit("down", { cause: "network", text: "ECONNRESET" });
    mode = "direct";
    await connect();
    expect(link.text).to.contain("body of as direct").and.not.contain("body of as privileged");
    ack();
    await turns();
    expect(outbox.states.waiting.stanzas).to.equal(0);
  });

  it("counts what waits, and gives back what couldn't be stored", async () => {
    const failing = {
      ...work("one"),
      writes: () => {
        throw new Error("no such room");
      },
    };
    expect((await outbox.accept(failing)) instanceof Refusal).to.equal(true);
    expect(outbox.states.waiting).to.deep.equal({ stanzas: 0, bytes: 0 });
    void outbox.accept(work("one", "two"));
    await turns();
    expect(outbox.states.waiting.stanzas).to.equal(2);
    expect([outbox.isWaiting(1), outbox.isReady]).to.deep.equal([true, true]);
    ack();
    expect([outbox.states.waiting, outbox.isWaiting(1)]).to.deep.equal([{ stanzas: 0, bytes: 0 }, false]);
  });
});
