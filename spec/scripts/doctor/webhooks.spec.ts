import { createServer, type AddressInfo } from "node:net";
import { expect } from "chai";
import { parseConfig } from "../../../scripts/config/config.js";
import { webhooks } from "../../../scripts/doctor/webhooks.js";
import { BotRoomsStore } from "../../../storage/bot-rooms-store.js";
import { BotsStore } from "../../../storage/bots-store.js";
import { openDatabase, type Database } from "../../../storage/database.js";
import { HooksStore } from "../../../storage/hooks-store.js";
import { BOUNDS, event, hook, storesOf } from "../../component/hooks/outgoing/parts.js";
import { Folder } from "../../support/folder.js";
import { storedHook } from "../../support/stored-hook.js";

describe("doctor, of webhooks", () => {
  let folder: Folder;
  beforeEach(() => (folder = new Folder()));
  afterEach(() => folder.remove());

  const found = async (): Promise<string[]> => {
    const config = parseConfig({
      xmpp: { domain: "c.test", password: "x", hosts: ["x.test"] },
      storage: { path: folder.at("qtalk.db") },
    });
    return (await webhooks(config)).map(({ state, text }) => `${state}: ${text}`);
  };
  const inDatabase = (work: (db: Database) => void): void => {
    const db = openDatabase(folder.at("qtalk.db"));
    work(db);
    db.close();
  };
  const add = (name: string, receiver: string, sender?: string): void =>
    inDatabase((db) => {
      if (sender === undefined) new BotsStore(db).put({ name, title: name, picture: undefined });
      const bot = sender === undefined ? name : undefined;
      new HooksStore(db).add(storedHook({ id: name, name, receiver, sender, bot }));
    });

  it("finds nothing if there are none, and that existing ones work", async () => {
    expect(await found()).to.deep.equal([]);
    inDatabase(() => undefined);
    expect(await found()).to.deep.equal([]);
    add("a", "juliet@x.test");
    expect(await found()).to.deep.equal(["fine: 1 incoming webhook: all receivers and senders exist"]);
  });

  it("names incoming ones whose room doesn't exist, or whose sender's host isn't served", async () => {
    add("a", "ops@c.test");
    add("b", "juliet@x.test", "romeo@y.test");
    expect(await found()).to.deep.equal([
      "doubtful: the hook a posts to the room ops@c.test, which doesn't exist: posts are refused",
      "wrong: the hook b posts as romeo@y.test, but y.test is not in xmpp.hosts (x.test)",
    ]);
  });

  it("names bots that are outside of rooms of other services, why, and whether something must be done", async () => {
    inDatabase((db) => {
      const bots = new BotRoomsStore(db);
      new BotsStore(db).put({ name: "ann", title: "Ann", picture: undefined });
      // A stopped component leaves bots that were inside as unsure.
      for (const state of ["inside", "entering", "unsure", "outside", "refused"] as const) {
        const room = `${state}@rooms.y.test`;
        bots.ask("ann", room, { isChosen: true, at: 0 });
        const reason = state === "refused" ? "banned there" : undefined;
        bots.note({ bot: "ann", room, state, condition: undefined, reason, nick: undefined }, 1);
      }
    });
    expect(await found()).to.deep.equal([
      "doubtful: ann@c.test isn't in outside@rooms.y.test: it was not let in yet",
      "doubtful: ann@c.test isn't in refused@rooms.y.test: banned there",
    ]);
  });

  it("finds out whether something listens at the destination of outgoing ones", async () => {
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

  it("names failing deliveries, dead letters, and addresses that aren't allowed", async () => {
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
