/** How much may wait in the outbox, in total and of each account. */
import { expect } from "chai";
import { Backlog } from "../../../component/outbox/backlog.js";
import { Quotas } from "../../../component/outbox/quotas.js";
import type { Row } from "../../../storage/outbox-row.js";
import type { Account } from "../../../storage/unit-of-work.js";
import { message } from "../../support/sender.js";

const HR: Account = { name: "hr", kind: "caller" };
const CRM: Account = { name: "crm", kind: "caller" };
const ANN: Account = { name: "ann@x", kind: "user" };
const NOTHING = { stanzas: 0, bytes: 0 };
const weight = (stanzas: number, bytes = stanzas) => ({ stanzas, bytes });
const row = (rowId: number, isParked: boolean, stanza = "12345"): Row =>
  ({ rowId, stanza, recipients: undefined, stanzas: 1, isParked }) as Row;

describe("The quotas of the outbox", () => {
  const quotas = (stanzas = 1_000, bytes = 1_000): Quotas =>
    new Quotas({ stanzas, bytes }, { waiting: NOTHING, parked: NOTHING });

  it("hold at most so many stanzas and bytes, and say which is the limit", () => {
    const one = quotas(10, 100);
    expect(one.take(weight(10, 100), undefined)).to.equal(undefined);
    for (const [more, limit] of [
      [weight(1, 0), "10 stanzas"],
      [weight(1, 1), "10 stanzas"],
    ] as const)
      expect(one.take(more, undefined)?.message).to.equal(
        `the queue holds at most ${limit}; nothing was accepted, try again later`,
      );
    expect(one.take(weight(0, 0), undefined), "nothing needs no room").to.equal(undefined);
    one.count("waiting", weight(5, 0), -1);
    const refused = one.take(weight(1, 1), undefined);
    expect(refused?.message).to.contain("at most 100 bytes");
    expect(refused).to.deep.include({ retryAfter: 5 });
    expect(one.states.waiting).to.deep.equal(weight(5, 100));
    const old = new Quotas(weight(10, 100), { waiting: weight(4), parked: weight(6) });
    expect(old.take(weight(1), undefined)?.message, "parked ones count, too").to.contain("10 stanzas");
  });

  it("give a caller as much as is free, and a user an eighth of that", () => {
    const all = quotas();
    all.take(weight(1), undefined);
    expect(all.refuse(HR, weight(500))).to.equal(undefined);
    expect(all.refuse(HR, weight(501))?.message).to.equal(
      "too many stanzas of this caller are waiting; nothing was accepted, try again later",
    );
    expect(all.refuse(ANN, weight(111))).to.equal(undefined);
    expect(all.refuse(ANN, weight(112))?.message).to.contain("of this user are waiting");
    expect(all.refuse(HR, weight(1, 501))?.message, "by bytes").to.contain("this caller");
    all.take(weight(500), HR);
    all.stored(HR, weight(500), 1);
    expect(all.refuse(HR)?.message).to.contain("this caller");
    expect(all.refuse(CRM), "another one has room").to.equal(undefined);
  });

  it("refuse no account while nothing waits", () => {
    expect(quotas(2).refuse(ANN, weight(2))).to.equal(undefined);
    expect(quotas(2).take(weight(3), ANN)?.message).to.contain("at most 2 stanzas");
  });

  it("are free again when the rows before are acknowledged", () => {
    const all = quotas();
    all.take(weight(1), undefined);
    for (const [account, last] of [
      [HR, 5],
      [CRM, 9],
      [HR, 12],
    ] as const) {
      all.take(weight(300), account);
      all.stored(account, weight(300), last);
    }
    const isFull = (account: Account): boolean => all.refuse(account, weight(40)) !== undefined;
    expect([isFull(HR), isFull(CRM)]).to.deep.equal([true, true]);
    all.acked(5);
    expect(isFull(HR), "its row 5 isn't acknowledged yet").to.equal(true);
    all.acked(6);
    all.count("waiting", weight(300), -1);
    expect([isFull(HR), isFull(CRM)]).to.deep.equal([false, false]);
  });

  it("are free again if the rows couldn't be stored", () => {
    const all = quotas();
    all.take(weight(1), undefined);
    all.take(weight(500), HR);
    all.giveBack(weight(500), HR);
    expect(all.states.waiting).to.deep.equal(weight(1));
    expect(all.refuse(HR, weight(500))).to.equal(undefined);
  });

  it("count many calls of an account together, a hundred at most", () => {
    const all = quotas(100_000, 100_000);
    all.take(weight(1), undefined);
    for (let last = 1; last <= 150; last += 1) {
      all.take(weight(100), HR);
      all.stored(HR, weight(100), last);
    }
    all.acked(100);
    expect(all.refuse(HR, weight(42_600))).to.not.equal(undefined);
    all.acked(101);
    expect(all.refuse(HR, weight(42_600)), "the first hundred are over").to.equal(undefined);
  });

  it("count parked rows apart, and rows of an earlier process for nobody", () => {
    const all = new Quotas(weight(1_000), { waiting: weight(400), parked: weight(7, 70) });
    expect(all.remove(row(1, false), row(2, true))).to.deep.equal(weight(2, 10));
    expect(all.states).to.deep.equal({ waiting: weight(399, 395), parked: weight(6, 65) });
    expect(all.refuse(HR, weight(300))).to.equal(undefined);
  });
});

describe("The backlog of rooms", () => {
  const [ROOM, OTHER] = ["a@rooms.test", "b@rooms.test"];
  let backlog: Backlog;
  let most: number;
  let told: number;
  beforeEach(() => {
    [most, told] = [100, 0];
    backlog = new Backlog("rooms.test", () => most);
    backlog.onAcked = () => (told += 1);
  });
  const from = (sender: string, more: object = {}) => ({ ...message("m"), sender, ...more });

  it("has each room's stanzas, one for each recipient, and nobody else's", () => {
    const taken = backlog.take([
      from(ROOM, { recipients: ["x", "y", "z"] }),
      from(ROOM, { stanzas: 2 }),
      from(OTHER),
      from("ann@x.test"),
      from("a@other.rooms.test"),
    ]);
    expect([...taken]).to.deep.equal([
      [ROOM, 5],
      [OTHER, 1],
    ]);
    expect([backlog.of(ROOM), backlog.of(OTHER), backlog.of("ann@x.test")]).to.deep.equal([5, 1, 0]);
  });

  it("lets a room send until it has three quarters of what may be unacknowledged", () => {
    backlog.take([from(ROOM, { stanzas: 74 })]);
    expect(backlog.isFree(ROOM)).to.equal(true);
    backlog.take([from(ROOM)]);
    expect([backlog.isFree(ROOM), backlog.isFree(OTHER), backlog.isFull]).to.deep.equal([false, true, false]);
    backlog.take([from(OTHER, { stanzas: 24 })]);
    expect(backlog.isFull).to.equal(false);
    backlog.take([from(OTHER)]);
    expect(backlog.isFull).to.equal(true);
    most = 200;
    expect([backlog.isFull, backlog.isFree(ROOM)]).to.deep.equal([false, true]);
  });

  it("shrinks when the rows before are acknowledged, and says so", () => {
    for (const last of [3, 5, 9]) backlog.stored(backlog.take([from(ROOM, { stanzas: 2 })]), last);
    backlog.stored(backlog.take([from("ann@x.test")]), 10);
    backlog.acked(3);
    expect([backlog.of(ROOM), told]).to.deep.equal([6, 0]);
    backlog.acked(6);
    expect([backlog.of(ROOM), told]).to.deep.equal([2, 1]);
    expect([backlog.isAckedWithin(60_000), backlog.isAckedWithin(0)]).to.deep.equal([true, false]);
    backlog.acked(20);
    backlog.acked(30);
    expect([backlog.of(ROOM), told]).to.deep.equal([0, 2]);
  });

  it("shrinks if rows couldn't be stored", () => {
    const taken = backlog.take([from(ROOM, { stanzas: 7 })]);
    backlog.giveBack(taken);
    backlog.giveBack(backlog.take([from("ann@x.test")]));
    expect([backlog.of(ROOM), told]).to.deep.equal([0, 1]);
  });
});
