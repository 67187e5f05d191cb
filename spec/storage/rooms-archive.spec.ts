import { expect } from "chai";
import fc from "fast-check";
import { RoomsArchive, type MessageKeys } from "../../storage/rooms-archive.js";
import { RoomsArchiveReads, type ArchiveFilter, type End } from "../../storage/rooms-archive-reads.js";
import { StoredRooms, allSteps } from "../support/stored-rooms.js";

const ROOMY = { messages: 10_000, bytes: 1_000_000 };
const KEPT = { kept: true, said: true };

describe("Stored messages of rooms", () => {
  let rooms: StoredRooms;
  let archive: RoomsArchive;
  let reads: RoomsArchiveReads;
  beforeEach(() => {
    rooms = new StoredRooms();
    archive = new RoomsArchive(rooms.db);
    reads = new RoomsArchiveReads(rooms.db);
    rooms.add(1, "coven");
    rooms.add(2, "heath");
  });
  afterEach(() => rooms[Symbol.dispose]());

  const add = (id: number, more: Partial<MessageKeys> & { room?: number; sender?: string } = {}): void => {
    const { room = 1, sender = "hag@x.test", ...keys } = more;
    archive.add(room, KEPT, { id, sender, nick: sender, stanza: `<m>${id}</m>`, ...keys });
  };
  const ids = (messages: readonly { readonly id: number }[]): number[] => messages.map(({ id }) => id);
  const all = (): number[] =>
    rooms.db.prepare<[], number>("SELECT id FROM archive ORDER BY id").pluck().all();
  const page = (filter: ArchiveFilter, size = ROOMY, end: End = "first", room = 1): number[] =>
    ids(allSteps(reads.page(room, filter, size, end)).result.messages);

  it("have a first and a last one in the archive of each room", () => {
    expect(archive.ends(1)).to.deep.equal([undefined, undefined]);
    for (const id of [5, 3, 9]) add(id);
    archive.add(1, { kept: false, said: true }, { id: 1, sender: "s", nick: "n", stanza: "" });
    add(20, { room: 2 });
    expect(archive.ends(1)).to.deep.equal([3, 9]);
    expect(archive.ends(2)).to.deep.equal([20, 20]);
  });

  it("for the history alone are deleted beyond the newest, while the archive stays", () => {
    for (const id of [1, 2, 3, 4, 5, 6])
      archive.add(1, { kept: id === 2, said: true }, { id, sender: "s", nick: "n", stanza: "" });
    archive.add(2, { kept: false, said: true }, { id: 7, sender: "s", nick: "n", stanza: "" });
    archive.prune(1, 3);
    expect(all()).to.deep.equal([2, 4, 5, 6, 7]);
  });

  it("expire the oldest first, no more than asked for, and only those before the time", () => {
    for (const id of [4, 1, 3, 2, 5]) add(id, { room: id === 2 ? 2 : 1 });
    expect(archive.expire(4, 2)).to.equal(2);
    expect(all()).to.deep.equal([3, 4, 5]);
    add(1, { room: 2 });
    expect(archive.expireIn(1, 5, 1)).to.equal(1);
    expect(all()).to.deep.equal([1, 4, 5]);
    expect(archive.expireIn(1, 5, 100)).to.equal(1);
    expect(all()).to.deep.equal([1, 5]);
  });

  it("expire by room in the order of the rooms' ids, where a room has a time of its own", () => {
    rooms.add(3, "moor", { archiveDays: 7 });
    rooms.add(5, "fen", { archiveDays: 30 });
    rooms.add(4, "hill", { archiveDays: 0 });
    expect(archive.forgettingAfter(0, 9)).to.deep.equal([
      { id: 3, days: 7 },
      { id: 5, days: 30 },
    ]);
    expect(archive.forgettingAfter(0, 1)).to.deep.equal([{ id: 3, days: 7 }]);
    expect(archive.forgettingAfter(3, 9)).to.deep.equal([{ id: 5, days: 30 }]);
  });

  it("leave history and search when they are retracted, in their room alone", () => {
    add(1, { text: "broth" });
    add(2, { text: "broth" });
    archive.retract(2, 1, "<elsewhere/>");
    expect(archive.isRetracted(1)).to.equal(false);
    archive.retract(1, 1, "<gone/>");
    expect([archive.isRetracted(1), archive.isRetracted(2)]).to.deep.equal([true, false]);
    expect(page({ words: ["broth"] })).to.deep.equal([2]);
    expect(ids(allSteps(reads.history(1, 0, ROOMY)).result)).to.deep.equal([2]);
    expect(
      allSteps(reads.page(1, {}, ROOMY, "first")).result.messages.map(({ stanza }) => stanza),
    ).to.deep.equal(["<gone/>", "<m>2</m>"]);
  });

  it("are found by the newest id or origin-id of their sender, but not by an id too long to store", () => {
    const long = "x".repeat(257);
    add(1, { ownId: "a" });
    add(2, { originId: "a" });
    add(3, { ownId: "a", sender: "crone@x.test" });
    add(4, { ownId: "a", room: 2 });
    add(5, { ownId: long });
    add(6, { ownId: long.slice(1) });
    expect(archive.sent(1, "hag@x.test", "a")?.id).to.equal(2);
    expect(archive.sent(1, "hag@x.test", "a", 2)?.id).to.equal(1);
    expect(archive.sent(1, "hag@x.test", "a", 1)).to.equal(undefined);
    expect(archive.sent(1, "hag@x.test", long)).to.equal(undefined);
    expect(archive.sent(1, "hag@x.test", long.slice(1))?.id).to.equal(6);
  });

  it("have all their versions, however many", () => {
    add(1, { ownId: "a" });
    for (let id = 2; id <= 121; id += 1) add(id, { ownId: `c${id}`, replaces: "a" });
    add(130, { ownId: "d", replaces: "c7" });
    add(131, { ownId: "other", replaces: "b" });
    add(132, { ownId: "e", replaces: "a", sender: "crone@x.test" });
    const first = archive.find(1, 1, true);
    if (first === undefined) throw new Error("not stored");
    const numbers = [...Array(121).keys()].map((index) => index + 1);
    expect(ids([...archive.versions(1, first)]))
      .to.have.members([...numbers, 130])
      .with.lengthOf(122);
    expect(archive.newestCorrection(1, first)?.id).to.equal(121);
  });

  it("fill a history with the newest, in their order, up to its number and bytes", () => {
    for (const id of [1, 2, 3, 4, 5]) add(id);
    const bytes = "<m>1</m>".length;
    const history = (since: number, messages: number, most = ROOMY.bytes): number[] =>
      ids(allSteps(reads.history(1, since, { messages, bytes: most })).result);
    expect(history(0, 3)).to.deep.equal([3, 4, 5]);
    expect(history(4, 3)).to.deep.equal([4, 5]);
    expect(history(0, 5, 2 * bytes)).to.deep.equal([4, 5]);
    expect(history(0, 5, 3 * bytes - 1)).to.deep.equal([4, 5]);
  });

  it("are read by ids, sorted, each once, unless one is missing or they are too long together", () => {
    for (const id of [1, 2, 3]) add(id);
    add(4, { room: 2 });
    const some = (wanted: number[], bytes: number): unknown => {
      const { result } = allSteps(reads.some(1, wanted, bytes));
      return typeof result === "string" ? result : ids(result);
    };
    const bytes = "<m>1</m>".length;
    expect(some([3, 1, 3], 2 * bytes)).to.deep.equal([1, 3]);
    expect(some([3, 1], 2 * bytes - 1)).to.equal("long");
    expect(some([1, 4], ROOMY.bytes)).to.equal("missing");
  });

  it("are counted up to a limit, and by nickname only if few are in the range", () => {
    rooms.db.transaction(() => {
      for (let id = 1; id <= 2_000; id += 1) add(id, { sender: id % 2 === 0 ? "even" : "odd" });
    })();
    const count = (filter: ArchiveFilter): unknown => allSteps(reads.count(1, filter)).result;
    expect(count({})).to.equal(2_000);
    expect(count({ nick: "even" })).to.equal(1_000);
    expect(count({ sender: "odd", after: 10, before: 14 })).to.equal(2);
    add(2_001);
    expect(count({ sender: "odd" })).to.equal(undefined);
    expect(count({ sender: "odd", after: 1 })).to.equal(999);
    const more = "WITH n(id) AS (SELECT 3000 UNION ALL SELECT id + 1 FROM n LIMIT ?)";
    const put = rooms.db.prepare(
      `${more} INSERT INTO archive (id, room, kept, said, sender, nick, stanza) SELECT id, 1, 1, 1, '', '', '' FROM n`,
    );
    put.run(10_000 - 2_001);
    expect(count({})).to.equal(10_000);
    add(2_002);
    expect(count({})).to.equal(undefined);
  });

  it("are the same in pages forwards and backwards, indexed or not, as in a plain list", () => {
    const texts = ["broth", "cauldron broth", "toad"];
    const model = [...Array(1_203).keys()].map((id) => {
      const room = id % 7 === 0 ? 2 : 1;
      return { id: id + 1, room, sender: `w${id % 3}`, text: texts[id % 5] ?? "newt" };
    });
    rooms.db.transaction(() => {
      for (const { id, ...more } of model) add(id, more);
    })();
    const edge = fc.option(fc.integer({ min: 0, max: 1_210 }), { nil: undefined });
    const filters = fc.record({
      after: edge,
      before: edge,
      sender: fc.option(fc.constantFrom("w0", "w1", "none"), { nil: undefined }),
      words: fc.constantFrom([], ["broth"], ["cauldron", "broth"], ["newts"]),
    });
    const expected = ({ after = 0, before = 9_999, sender, words = [] }: ArchiveFilter): number[] => {
      const isIn = (one: (typeof model)[number]): boolean =>
        one.room === 1 && one.id > after && one.id < before && (sender ?? one.sender) === one.sender;
      return ids(model.filter((one) => isIn(one) && words.every((word) => one.text.includes(word))));
    };
    const check = (seed: number): void => {
      fc.assert(
        fc.property(filters, fc.constantFrom(1, 40, 501), ({ after, before, ...rest }, messages) => {
          const given = {
            ...rest,
            ...(after === undefined ? {} : { after }),
            ...(before === undefined ? {} : { before }),
          };
          const filter = given as ArchiveFilter;
          const wanted = expected(filter);
          const size = { ...ROOMY, messages };
          expect(page(filter, size)).to.deep.equal(wanted.slice(0, messages));
          expect(page(filter, size, "last")).to.deep.equal(wanted.slice(-messages));
          const { more } = allSteps(reads.page(1, filter, size, "last")).result;
          expect(more).to.equal(wanted.length > messages);
        }),
        { numRuns: 40, seed },
      );
    };
    check(1);
    rooms.db.transaction(() => void allSteps(reads.index(700)))();
    check(2);
    rooms.db.transaction(() => void allSteps(reads.index(9_999)))();
    check(3);
  });

  it("can be paused while nothing matches", () => {
    rooms.db.transaction(() => {
      for (let id = 1; id <= 1_600; id += 1) add(id);
    })();
    for (const end of ["first", "last"] as const) {
      expect(allSteps(reads.page(1, { sender: "nobody" }, ROOMY, end)).steps).to.be.within(4, 5);
      expect(allSteps(reads.page(1, { sender: "nobody", after: 1_500 }, ROOMY, end)).steps).to.equal(1);
    }
  });

  it("are indexed in order, up to a time, and charged to nobody twice", () => {
    for (const id of [3, 1, 2]) add(id, { text: "toad" });
    const read = (before: number): unknown => rooms.db.transaction(() => [...reads.index(before)])();
    expect(read(3)).to.deep.equal([4, 4]);
    expect(read(3)).to.deep.equal([]);
    expect(read(99)).to.deep.equal([4]);
  });

  it("end a page that has as many bytes as it may, but never before its first message", () => {
    for (const id of [1, 2, 3]) add(id);
    const bytes = "<m>1</m>".length;
    expect(page({}, { messages: 9, bytes: 1 })).to.deep.equal([1]);
    expect(page({}, { messages: 9, bytes: bytes + 1 })).to.deep.equal([1, 2]);
    expect(page({}, { messages: 9, bytes: 2 * bytes }, "last")).to.deep.equal([2, 3]);
    expect(page({}, { messages: 0, bytes })).to.deep.equal([]);
  });
});
