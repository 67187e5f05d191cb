import { mock } from "node:test";
import { expect } from "chai";
import { lookFor } from "../../../../component/muc/archive/pages.js";
import { openDatabase, type Database } from "../../../../storage/database.js";
import { RoomsArchive, type ArchiveFilter } from "../../../../storage/rooms-archive.js";
import { RoomsSearch } from "../../../../storage/rooms-search.js";

const MESSAGES = 9_000;
/** Rare ones in the whole archive, all of those that others said in it, and none at all. */
const NICKS = ["rare", "often", "nobody"];

describe("looking for what one person said in a long archive", () => {
  let db: Database;
  let archive: RoomsArchive;
  let search: RoomsSearch;
  before(() => {
    db = openDatabase(":memory:");
    archive = new RoomsArchive(db);
    search = new RoomsSearch(db, { rawOf: () => "", textOf: () => "" });
    db.exec(
      "INSERT INTO rooms (id, name, secret, created_at, locked, listed, options) VALUES (1, 'r', x'00', 0, 0, 0, '{}')",
    );
    db.transaction(() => {
      for (let id = 1; id <= MESSAGES; id++) {
        const nick = id % 1_700 === 5 ? "rare" : "often";
        archive.add(1, { kept: true, said: true }, { id, sender: `${nick}@b`, nick, stanza: "x".repeat(10) });
      }
    })();
  });
  after(() => db.close());

  const all = { messages: MESSAGES, chars: Infinity };

  for (const end of ["first", "last"] as const) {
    it(`finds the same as looking through all of it at once, from its ${end} message on`, async () => {
      for (const nick of NICKS) {
        for (const most of [
          all,
          { messages: 3, chars: Infinity },
          { messages: 250, chars: 25 },
          { messages: 250, chars: 20 },
        ]) {
          for (const bounds of [{}, { after: 1_000, before: 8_000 }]) {
            const filter: ArchiveFilter = { nick, ...bounds };
            const page = await lookFor({ archive, search }, 1, filter, { most, end });
            expect(page).to.deep.equal(archive.page(1, filter, most, end));
          }
        }
      }
    });
  }

  for (const [isLong, turns] of [
    [true, "gives others their turn after each stretch that took long"],
    [false, "is done in one turn where no stretch takes long"],
  ] as const) {
    it(`${turns}, and tells of each`, async () => {
      let [now, others, stretches] = [0, 0, 0];
      const clock = mock.method(performance, "now", () => (now += isLong ? 100 : 0));
      const other = (): void => {
        others += 1;
        next = setImmediate(other);
      };
      let next = setImmediate(other);
      const onStretch = (): void => void (stretches += 1);
      await lookFor({ archive, search }, 1, { nick: "nobody" }, { most: all, end: "first", onStretch });
      clearImmediate(next);
      clock.mock.restore();
      expect(stretches).to.be.greaterThan(2);
      if (isLong) expect(others).to.be.at.least(stretches - 1);
      else expect(others).to.equal(0);
    });
  }

  it("says how many there are only where few have to be looked at", () => {
    expect(archive.count(1, { nick: "rare" })).to.equal(undefined);
    expect(archive.count(1, { nick: "rare", before: 1_800 })).to.equal(2);
    expect(archive.count(1, { sender: "often@b", after: 8_000 })).to.be.greaterThan(900);
    expect(archive.count(1, {})).to.equal(MESSAGES);
  });
});
