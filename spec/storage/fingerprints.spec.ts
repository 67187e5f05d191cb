/** Fingerprints identify repeated calls for ten minutes, also after rolled back transactions. */
import { randomBytes } from "node:crypto";
import { expect } from "chai";
import { openDatabase, type Database } from "../../storage/database.js";
import { Fingerprints } from "../../storage/fingerprints.js";

const MINUTE = 60_000;
const NOW = 1_700_000_000_000;

describe("Fingerprints of accepted messages", () => {
  let db: Database;
  let fingerprints: Fingerprints;

  beforeEach(() => {
    db = openDatabase(":memory:");
    fingerprints = new Fingerprints(db);
  });
  afterEach(() => db.close());

  const many = (count: number): Buffer[] => Array.from({ length: count }, () => randomBytes(16));
  const remember = (all: readonly Buffer[], at: number): void =>
    db.transaction(() => {
      for (const one of all) fingerprints.remember(one, at);
    })();

  it("are found among very many, also after a restart", () => {
    const all = many(60_000);
    remember(all, NOW);
    for (const known of [fingerprints, new Fingerprints(db)]) {
      expect(all.every((one) => known.isKnown(one, NOW + MINUTE))).to.equal(true);
      expect(many(1_000).some((one) => known.isKnown(one, NOW + MINUTE))).to.equal(false);
    }
  });

  it("differ in every byte", () => {
    const [one, other] = [Buffer.alloc(16, 7), Buffer.alloc(16, 7)];
    other[15] = 8;
    remember([one], NOW);
    expect(fingerprints.isKnown(one, NOW)).to.equal(true);
    expect(fingerprints.isKnown(other, NOW)).to.equal(false);
    remember([other], NOW);
    expect(fingerprints.isKnown(other, NOW)).to.equal(true);
  });

  it("of a rolled back transaction are unknown, as are later ones with their numbers", () => {
    const [kept, undone, next] = many(3) as [Buffer, Buffer, Buffer];
    remember([kept], NOW);
    const failing = db.transaction(() => {
      fingerprints.remember(undone, NOW);
      expect(fingerprints.isKnown(undone, NOW)).to.equal(true);
      throw new Error("changed my mind");
    });
    expect(failing).to.throw("changed my mind");
    expect(fingerprints.isKnown(undone, NOW)).to.equal(false);
    remember([next], NOW);
    const known = [kept, undone, next].map((one) => fingerprints.isKnown(one, NOW));
    expect(known).to.deep.equal([true, false, true]);
  });

  it("expire in slices, the oldest first", () => {
    // No multiple of a slice, so that the last slice also meets young ones.
    const [old, young] = [many(30_007), many(5)];
    remember(old, NOW);
    remember(young, NOW + 10 * MINUTE);
    let slices = 1;
    const forget = db.transaction(() => fingerprints.forget(NOW + 11 * MINUTE));
    for (; forget() && slices < 100;) slices += 1;
    expect(slices).to.be.greaterThan(3).and.lessThan(100);
    expect(db.prepare("SELECT count(*) FROM accepted").pluck().get()).to.equal(5);
    expect(young.every((one) => fingerprints.isKnown(one, NOW + 11 * MINUTE))).to.equal(true);
    expect(old.some((one) => fingerprints.isKnown(one, NOW))).to.equal(false);
  });
});
