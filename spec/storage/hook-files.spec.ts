/** Files of posts: they wait with their post, and are served for a while afterwards. */
import { expect } from "chai";
import { BotsStore } from "../../storage/bots-store.js";
import { openDatabase, type Database } from "../../storage/database.js";
import { HookFiles } from "../../storage/hook-files.js";
import { HooksStore } from "../../storage/hooks-store.js";
import { storedHook } from "../support/stored-hook.js";

describe("Files of posts", () => {
  let db: Database;
  let store: HookFiles;
  beforeEach(() => {
    db = openDatabase(":memory:");
    store = new HookFiles(db);
    new BotsStore(db).put({ name: "bot", title: "Bot", picture: undefined });
    for (const id of ["h", "i"]) new HooksStore(db).add(storedHook({ id, name: id, bot: "bot" }));
  });
  afterEach(() => db.close());

  const add = (id: string, acceptedAt: number, files: readonly string[], hook = "h"): void =>
    store.add(
      { id, hook, acceptedAt, request: "r", content: "{}" },
      files.map((file) => ({
        ...{ id: file, name: `${file}.png`, type: "image/png", source: undefined },
        ...{ size: file.length, bytes: Buffer.from(file) },
      })),
    );

  it("wait with their post, in the order in which they came", () => {
    add("late", 2, ["zz", "a"]);
    add("b", 1, []);
    add("a", 1, ["ccc"], "i");
    expect(store.waiting().map(({ id }) => id)).to.deep.equal(["a", "b", "late"]);
    expect(store.waiting()[2]).to.deep.equal({
      id: "late",
      hook: "h",
      acceptedAt: 2,
      request: "r",
      content: "{}",
    });
    expect(store.waitingOf("h")).to.deep.equal(["b", "late"]);
    expect(store.filesOf("late")).to.deep.equal([
      { id: "zz", name: "zz.png", type: "image/png", source: undefined, size: 2 },
      { id: "a", name: "a.png", type: "image/png", source: undefined, size: 1 },
    ]);
    expect([store.waitingBytes(), store.waitingCount(), store.servedBytes()]).to.deep.equal([6, 3, 0]);
    expect(store.bytesOf("zz")).to.deep.equal(Buffer.from("zz"));
    expect(store.served("zz"), "nobody knows its address yet").to.equal(undefined);
  });

  it("go with their post when it is refused, and stay when they are served", () => {
    add("p", 1, ["gone", "kept", "fetched"]);
    store.serve("kept", 5);
    store.serve("fetched", 6, { type: "image/webp", bytes: Buffer.from("12345") });
    store.remove("p");
    expect(["gone", "kept"].map((id) => store.bytesOf(id)?.toString())).to.deep.equal([undefined, "kept"]);
    expect(store.served("kept")).to.deep.equal({
      name: "kept.png",
      type: "image/png",
      bytes: Buffer.from("kept"),
    });
    expect(store.served("fetched")).to.deep.include({ type: "image/webp", bytes: Buffer.from("12345") });
    expect([store.waitingBytes(), store.servedBytes()]).to.deep.equal([0, 9]);
  });

  it("that are served are deleted some at a time when they are old; those that wait stay", () => {
    for (let i = 10; i < 26; i += 1) {
      add(`p${i}`, 1, [`f${i}`]);
      store.serve(`f${i}`, 49);
    }
    add("edge", 1, ["young", "waits"]);
    store.serve("young", 50);
    expect([store.prune(50), store.prune(50)]).to.deep.equal([true, false]);
    expect(store.served("f10")).to.equal(undefined);
    expect(["young", "waits"].map((id) => store.bytesOf(id)?.toString())).to.deep.equal(["young", "waits"]);
  });

  it("that are served make room, the oldest first, for what waits and what is newer", () => {
    add("p", 1, ["1234", "abcd", "wxyz"]);
    for (const [id, at] of [
      ["abcd", 1],
      ["1234", 2],
      ["wxyz", 2],
    ] as const)
      store.serve(id, at);
    add("q", 1, ["waits"]);
    const left = (most: number): string[] => {
      store.shrink(most);
      return db.prepare<[], string>("SELECT id FROM hook_files ORDER BY rowid").pluck().all();
    };
    expect(left(17)).to.deep.equal(["1234", "abcd", "wxyz", "waits"]);
    expect(left(16)).to.deep.equal(["1234", "wxyz", "waits"]);
    expect(left(12), "of the same age, the first one goes").to.deep.equal(["wxyz", "waits"]);
    expect(left(0), "what waits was accepted").to.deep.equal(["waits"]);
  });

  it("that are served are ten thousand at most", () => {
    add("p", 1, []);
    db.exec(`WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10001)
      INSERT INTO hook_files (id, name, type, size, kept_at, bytes) SELECT i, 'n', 't', 0, i, x'' FROM n`);
    store.shrink(1);
    expect(db.prepare("SELECT count(*), min(kept_at) FROM hook_files").raw().get()).to.deep.equal([
      10_000, 2,
    ]);
  });
});
