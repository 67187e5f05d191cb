import { createServer, type AddressInfo } from "node:net";
import { expect } from "chai";
import { parseConfig } from "../../../scripts/config/config.js";
import { toldHooksOf } from "../../../scripts/doctor/told-hooks.js";
import { openDatabase, type Database } from "../../../storage/database.js";
import { BOUNDS, event, hook, storesOf } from "../../component/hooks/outgoing/parts.js";
import { Folder } from "../../support/folder.js";

describe("doctor, of outgoing webhooks", () => {
  let folder: Folder;
  beforeEach(() => {
    folder = new Folder();
  });
  afterEach(() => folder.remove());

  const found = async (): Promise<string[]> => {
    const config = parseConfig({
      xmpp: { domain: "c.test", password: "x", hosts: ["x.test"] },
      storage: { path: folder.at("qtalk.db") },
    });
    return (await toldHooksOf(config)).map(({ state, text }) => `${state}: ${text}`);
  };
  const inDatabase = (work: (db: Database) => void): void => {
    const db = openDatabase(folder.at("qtalk.db"));
    work(db);
    db.close();
  };

  it("says nothing where there are none, and that they are fine where something listens", async () => {
    expect(await found()).to.deep.equal([]);
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    inDatabase((db) => storesOf(db).store.add(hook({ url: `http://127.0.0.1:${port}/` })));
    expect(await found()).to.deep.equal(["fine: 1 outgoing webhook: all deliveries succeed"]);
    server.close();
    expect(await found()).to.deep.equal([
      "doubtful: the destination of the hook ops can't be reached: nothing listens on that port",
    ]);
  });

  it("names what isn't taken, what is set aside, and addresses that aren't allowed", async () => {
    inDatabase((db) => {
      const { store, events } = storesOf(db);
      const id = store.add(hook());
      for (const name of ["1", "2"]) events.add(event(id, name), BOUNDS);
      const first = events.first(id);
      if (first !== undefined) events.bury(first, 5, "it answered 500", BOUNDS);
      store.tried(id, { failures: 3, retryAt: 9, fault: "it answered 500" });
      store.add(hook({ name: "inner", url: "http://localhost:1/", inner: ["10.0.0.0/8"] }));
    });
    const [inner, failing, dead] = await found();
    expect(inner).to.match(/^doubtful: the destination of the hook inner can't be reached: localhost is at /);
    expect([failing, dead]).to.deep.equal([
      "doubtful: deliveries of the hook ops fail: it answered 500; 1 event waits",
      "doubtful: the hook ops has 1 dead letter",
    ]);
  });
});
