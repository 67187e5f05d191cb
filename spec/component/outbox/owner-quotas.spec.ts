/** One who floods the outbox leaves room for everybody else. */
import { expect } from "chai";
import type { Owner } from "../../../component/outbox/owner-quotas.js";
import { Errcode, Refusal } from "../../../component/refusal.js";
import { FaultServer } from "../../support/fault-server.js";
import { message, Sender } from "../../support/sender.js";

type Row = ReturnType<typeof message>;

const owner = (name: string, kind: Owner["kind"] = "caller"): Owner => ({ name, kind });

describe("who fills the outbox", () => {
  let sender: Sender;
  let server: FaultServer | undefined;
  let count = 0;

  const begin = (outbox: object): void => {
    sender = new Sender({ service: server?.service ?? "xmpp://127.0.0.1:9", outbox, isWaiting: true });
  };
  afterEach(async () => {
    await sender.stop();
    await server?.hideAway();
    server = undefined;
  });
  const row = (): Row => message(`m${++count}`);
  const accepts = (who: Owner, rows: Row[] = [row()]) => sender.outbox.accept(rows, undefined, who);
  const floods = async (who: Owner): Promise<{ taken: number; refusal: Refusal }> => {
    for (let taken = 0; ; taken++) {
      const outcome = await accepts(who);
      if (outcome instanceof Refusal) return { taken, refusal: outcome };
    }
  };

  it("is refused at half of it, told to try again, and another's call passes", async () => {
    begin({ maxStanzas: 100 });
    const { taken, refusal } = await floods(owner("a"));
    expect(taken).to.equal(50);
    expect([refusal.errcode, refusal.retryAfter]).to.deep.equal([Errcode.unavailable, 5]);
    expect(await accepts(owner("b"))).not.to.be.instanceOf(Refusal);
    expect((await floods(owner("b"))).taken).to.equal(24);
    expect(await accepts(owner("c"))).not.to.be.instanceOf(Refusal);
  });

  it("is told in bytes, too, and a user takes less of it", async () => {
    begin({ maxBytes: 90_000 });
    const long = (): Row => message(`m${++count}`, { body: "x".repeat(1000) });
    const fill = async (who: Owner): Promise<number> => {
      for (let taken = 0; ; taken++) if ((await accepts(who, [long()])) instanceof Refusal) return taken;
    };
    expect(await fill(owner("romeo", "user"))).to.be.within(7, 10);
    expect(await fill(owner("a"))).to.be.within(28, 40);
  });

  it("may fill it again once theirs is routed", async () => {
    server = await FaultServer.start();
    begin({ maxStanzas: 100 });
    await floods(owner("a"));
    sender.start();
    await sender.ready();
    while (sender.outbox.backlog.stanzas > 0) await new Promise(setImmediate);
    for (let i = 0; i < 10; i++) await accepts(owner("a"), Array.from({ length: 40 }, row));
    expect(server.routed.length).to.equal(450);
  });

  it("pays nothing for what is a repeat, nor for what the disk didn't take", async () => {
    begin({ maxStanzas: 10 });
    const repeated = { ...row(), fingerprint: Buffer.alloc(16, 1) };
    for (let i = 0; i < 20; i++) expect(await accepts(owner("a"), [repeated])).not.to.be.instanceOf(Refusal);
    sender.db.exec("CREATE TRIGGER full BEFORE INSERT ON outbox BEGIN SELECT RAISE(ABORT, 'full'); END");
    for (let i = 0; i < 20; i++) expect(await accepts(owner("b"))).to.be.instanceOf(Refusal);
    sender.db.exec("DROP TRIGGER full");
    expect((await floods(owner("b"))).taken).to.be.within(4, 5);
  });
});
