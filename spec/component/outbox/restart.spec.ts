/** A start with a full database. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect } from "chai";
import { openDatabase } from "../../../storage/database.js";
import { OutboxStore } from "../../../storage/outbox-store.js";
import { FaultServer } from "../../support/fault-server.js";
import { Folder } from "../../support/folder.js";
import { ids, message, Sender } from "../../support/sender.js";

/** Returns the size of the heap after a garbage collection, in bytes. */
function heapBytes(): number {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
  return process.memoryUsage().heapUsed;
}

describe("After a crash, the outbox", () => {
  const folder = new Folder();
  let files = 0;
  let path: string;
  let server: FaultServer;

  beforeEach(async () => {
    path = folder.at(`${++files}.db`);
    server = await FaultServer.start();
  });
  afterEach(() => server.hideAway());
  after(() => folder.remove());

  it("sends 100,000 queued rows in order without holding them in memory", async () => {
    const count = 100_000;
    const db = openDatabase(path);
    const store = new OutboxStore(db);
    const rows = ids("m", count).map((id) => message(id, { body: "x".repeat(300) }));
    db.transaction(() => store.add(rows))();
    rows.length = 0;
    db.close();

    let seen = 0;
    let inOrder = true;
    const before = heapBytes();
    let growth = 0;
    const sender = new Sender({ service: server.service, path, isWaiting: true });
    server.faults.onStanza = (stanza, connection) => {
      inOrder &&= stanza.attrs.id === `m-${seen++}`;
      connection.routed.length = server.routed.length = 0;
      if (seen === count / 100) growth = (heapBytes() - before) / 1024 ** 2;
    };
    sender.start();
    await sender.drained();
    expect({ seen, inOrder }).to.deep.equal({ seen: count, inOrder: true });
    // The rows' texts alone are 35 MiB.
    expect(growth).to.be.within(-100, 20);
    await sender.stop();
  });
});
