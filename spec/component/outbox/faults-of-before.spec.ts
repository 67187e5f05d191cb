/** What operators saw of the outbox before it was rewritten, and must not see again. */
import { join } from "node:path";
import { expect } from "chai";
import { CallLog } from "../../../storage/call-log.js";
import { DIRECT, type SendModes } from "../../../component/outbox/send-modes.js";
import { FaultServer } from "../../support/fault-server.js";
import { ids, message, scratch, Sender, until, type SenderOptions } from "../../support/sender.js";

const KEEP = { ms: 60_000, bytes: 1024 ** 2 };

describe("What operators see of the outbox", () => {
  const folder = scratch();
  let files = 0;
  let path: string;
  let server: FaultServer;
  let sender: Sender;

  const start = async (options: Partial<SenderOptions> = {}): Promise<void> => {
    sender = new Sender({ service: server.service, path, ...options });
    await sender.ready();
  };
  const reject = (...ids: string[]): void => {
    server.faults.poison = ({ attrs }) =>
      ids.includes(attrs.id ?? "") ? { condition: "policy-violation", text: "no" } : undefined;
  };

  beforeEach(async () => {
    path = join(folder.path, `${++files}.db`);
    server = await FaultServer.start();
  });
  afterEach(async () => {
    await sender.stop();
    await server.hideAway();
  });
  after(() => folder.remove());

  it("is that a sender's calls are confirmed as ever after one of their stanzas became a dead letter", async () => {
    reject("bad");
    await start();
    await sender.send("bad");
    await until("it is a dead letter", () => sender.deadLetters.count === 1);
    await sender.ready();
    for (const id of ids("m", 3)) expect(await sender.send(id)).to.deep.equal({ delivery: "confirmed" });
  });

  it("is that nobody's repeats are called queued for ever, nor their new calls, while letters lie there", async () => {
    reject("bad");
    await start();
    await sender.send("bad");
    await until("it is a dead letter", () => sender.deadLetters.count === 1);
    await sender.ready();
    const others = await sender.accept(message("m", { from: "carol@qtalk.test.org" }));
    expect(others).to.deep.equal({ delivery: "confirmed" });
    expect(sender.outbox.states).to.deep.include({ deadLetters: 1, waiting: { stanzas: 0, bytes: 0 } });
    expect(await sender.count("qtalk_outbox_stanzas")).to.equal(0);
    expect(await sender.count("qtalk_outbox_dead_letters")).to.equal(1);
  });

  it("is that a restart after a dead letter sends nothing again", async () => {
    reject("bad");
    await start({ outbox: { keep: KEEP } });
    await sender.send("one", "bad");
    await until("it is a dead letter", () => sender.deadLetters.count === 1);
    await sender.ready();
    await sender.send("two");
    await sender.drained();
    const before = server.ids.length;
    await sender.stop();
    await start({ outbox: { keep: KEEP } });
    await sender.send("three");
    expect(server.ids.slice(before)).to.deep.equal(["three"]);
  });

  it("is that a proper stop and start repeats nothing, though the server doesn't tell its uptime", async () => {
    server.faults.uptime = "error";
    await start({ outbox: { keep: KEEP } });
    await sender.send(...ids("m", 8));
    await sender.stop();
    await start({ outbox: { keep: KEEP } });
    await sender.send("new");
    expect(server.ids).to.deep.equal([...ids("m", 8), "new"]);
  });

  it("is that a kill while something is parked repeats nothing that was acknowledged, and loses nothing", async () => {
    const allowed = { isOn: false };
    const modes: SendModes = {
      ...DIRECT,
      of: (_, from) => (from.endsWith("@silent.test") && !allowed.isOn ? "none" : "direct"),
    };
    await start({ outbox: { keep: KEEP }, modes });
    const parked = await sender.accept(message("parked", { from: "alice@silent.test" }));
    expect(parked).to.deep.equal({ delivery: "queued" });
    await sender.send(...ids("m", 20));
    await until("they are noted", () => sender.store.progress.read().acked > 21);
    expect(sender.outbox.states.parked.stanzas).to.equal(1);
    expect(await sender.count("qtalk_outbox_parked_stanzas")).to.equal(1);
    await sender.crash();
    await start({ outbox: { keep: KEEP }, modes });
    await sender.send("new");
    expect(server.ids).to.deep.equal([...ids("m", 20), "new"]);
    allowed.isOn = true;
    server.connection.destroy();
    await server.until("it goes", () => server.ids.includes("parked"));
    await sender.drained();
    expect(server.ids).to.deep.equal([...ids("m", 20), "new", "parked"]);
  });

  it("is that a trace dates an ack when it came, whatever comes later", async () => {
    await start({ trace: 100 });
    const account = { name: "hr", kind: "caller", request: "r-1" } as const;
    await sender.outbox.accept({ rows: [message("one")], account });
    const acked = Date.now();
    server.connection.destroy();
    await until("the link is lost", () => !sender.outbox.isReady);
    await sender.ready();
    const later = Date.now() + 300;
    await until("some time has passed", () => Date.now() > later);
    await sender.send("two");
    await sender.drained();
    const [story] = new CallLog(sender.db, 100).find("r-1");
    expect(story?.ackedAt).to.have.length(1);
    expect(story?.ackedAt[0]).to.be.at.most(acked);
    expect(story).to.include({ waiting: 0, parked: 0 });
  });
});
