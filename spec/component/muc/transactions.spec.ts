/** What is done to rooms together: what of it is written and said, and what becomes of it where that fails. */
import { expect } from "chai";
import { Errcode, Refusal } from "../../../component/refusal.js";
import { Transaction, type ChangedRoom } from "../../../component/muc/transaction.js";
import { Transactions } from "../../../component/muc/transactions.js";
import { xml } from "../../../component/xml/builder.js";
import { serialise } from "../../../component/xml/serialise.js";
import { LEFT_FREE, StanzaTooLarge, type WireText } from "../../../component/xml/wire-text.js";

type Parts = ConstructorParameters<typeof Transactions>[0];

const BYTES = 40_000;
const FULL = new Refusal(Errcode.unavailable, "the queue is full");

const roomOf = (id: number, more: Partial<ChangedRoom> = {}): ChangedRoom => {
  const room = {
    id,
    jid: { text: `room${id}@r` },
    isGone: false,
    isLost: false,
    uncommitted: 0,
    unstored: 0,
  };
  return { ...room, ...more } as unknown as ChangedRoom;
};
/** A message of so many bytes, as far as its transaction is concerned. */
const messageOf = (bytes: number): WireText => {
  const empty = serialise(xml("message", {}, xml("body", {}, "x"))).length - 1;
  return serialise(xml("message", {}, xml("body", {}, "x".repeat(bytes - empty))));
};
const NOTHING = (): void => undefined;

describe("one transaction in rooms", () => {
  const begin = (): Transaction => new Transaction((count) => count * 100, BYTES);
  const origin = { kind: "message", sender: "r" } as const;

  it("is empty until something is written or said, and what nobody hears is not said", () => {
    const transaction = begin();
    transaction.tell(xml("message", { from: "r" }), []);
    expect([transaction.isEmpty, transaction.bytes]).to.deep.equal([true, 0]);
    transaction.say(xml("message", { from: "r/a", to: "b", id: "1" }));
    expect(transaction.isEmpty).to.equal(false);
    const written = begin();
    written.write(roomOf(1), NOTHING);
    expect(written.isEmpty).to.equal(false);
  });

  it("says one stanza to one, or to many, and counts what the server is sent", () => {
    const transaction = begin();
    const message = xml("message", { from: "r/a", id: "1" });
    transaction.say(xml("message", { from: "r/a", to: "b", id: "1" }));
    transaction.tell(message, ["c", "d", "e"]);
    const [said, told] = transaction.rows;
    expect(said).to.deep.include({ kind: "message", sender: "r", receiver: "b", acceptedAt: transaction.at });
    expect(told).to.deep.include({ stanza: serialise(message), recipients: ["c", "d", "e"] });
    expect(told?.acceptedAt).to.equal(transaction.at);
    expect(transaction.bytes).to.equal((said?.stanza.length ?? 0) + 3 * serialise(message).length);
    expect([transaction.nextStanzaId(), transaction.nextStanzaId(3)]).to.deep.equal([100, 300]);
  });

  it("says presences in as few rows as fit, in order", () => {
    const transaction = begin();
    const presences = Array.from({ length: 5 }, (_, id) =>
      serialise(xml("presence", { id: `${id}` }, "x".repeat(10_000))),
    );
    transaction.sayPresences(roomOf(1), presences, "b");
    expect(transaction.rows.map(({ stanzas }) => stanzas)).to.deep.equal([3, 2]);
    expect(transaction.rows[0]).to.deep.include({ kind: "presence", sender: "room1@r", receiver: "b" });
    expect(transaction.rows.map(({ stanza }) => stanza).join("")).to.include('id="0"');
    const length = transaction.rows.reduce((sum, { stanza }) => sum + stanza.length, 0);
    expect(transaction.bytes).to.equal(length);
  });

  it("says nothing that is too long, with what it may get on its way", () => {
    const most = BYTES - LEFT_FREE.complete;
    expect([begin().fits(messageOf(most)), begin().fits(messageOf(most + 1))]).to.deep.equal([true, false]);
    begin().sayText(messageOf(most), origin);
    expect(() => begin().sayText(messageOf(most + 1), origin)).to.throw(StanzaTooLarge);
    expect(() => begin().sayPresences(roomOf(1), [messageOf(most + 1)], "b")).to.throw(StanzaTooLarge);
    begin().sayPresences(roomOf(1), [messageOf(most)], "b");
    const kept = BYTES - LEFT_FREE.kept;
    begin().tellText(messageOf(kept), ["a"], origin);
    expect(() => begin().tellText(messageOf(kept + 1), ["a"], origin)).to.throw(StanzaTooLarge);
  });

  it("writes what was changed, in order, and nothing of a room that is gone", () => {
    const transaction = begin();
    const done: string[] = [];
    const [room, other, gone] = [roomOf(1), roomOf(2), roomOf(3, { isGone: true })];
    transaction.write(room, () => done.push("first"));
    transaction.writeOnDisk(other, () => done.push("second"));
    transaction.write(gone, () => done.push("never"));
    transaction.whenDone(() => done.push("done"));
    transaction.writeAll({} as Parts["stores"]);
    transaction.done();
    transaction.done();
    expect(done).to.deep.equal(["first", "second", "done"]);
    expect([...transaction.rooms]).to.deep.equal([room, other]);
    expect([...transaction.onDisk]).to.deep.equal([other]);
  });
});

describe("transactions in rooms", () => {
  const said = { kind: "message", sender: "r", stanza: messageOf(100), acceptedAt: 1 } as const;
  let events: unknown[];
  let accepts: (rows: readonly unknown[], write: () => void) => unknown;
  const transactions = (): Transactions =>
    new Transactions({
      rooms: {
        unload: ({ id }: ChangedRoom) => events.push(`unload ${id}`),
        reread: ({ id }: ChangedRoom) => events.push(`reread ${id}`),
      },
      stores: {},
      stanzaIds: { next: (count: number) => count },
      outbox: {
        accept: (rows: readonly unknown[], write: () => void) => Promise.resolve(accepts(rows, write)),
        refuse: () => FULL,
      },
      stanzaBytes: BYTES,
    } as unknown as Parts);
  beforeEach(() => {
    events = [];
    accepts = (_rows, write) => {
      write();
      return { delivery: "confirmed" };
    };
  });

  it("are written with all that they say, and their rooms are free again", async () => {
    const all = transactions();
    const [room, gone] = [roomOf(1), roomOf(2)];
    const [transaction, result] = all.run(undefined, (one) => {
      one.write(room, () => events.push(`written while ${room.uncommitted}, ${gone.unstored} wait`));
      one.writeOnDisk(gone, NOTHING);
      one.sayText(said.stanza, said);
      one.whenDone(() => events.push("done"));
      return "result";
    });
    Object.assign(gone, { isGone: true });
    accepts = (rows, write) => {
      events.push([rows.length, room.uncommitted, room.unstored, gone.uncommitted, gone.unstored]);
      write();
      return { delivery: "confirmed" };
    };
    expect(result).to.equal("result");
    expect(await all.commit(transaction, [said])).to.deep.equal({ delivery: "confirmed" });
    expect(events).to.deep.equal([[2, 1, 0, 1, 1], "written while 0, 0 wait", "unload 2", "done"]);
    expect([room.uncommitted, gone.uncommitted, gone.unstored]).to.deep.equal([0, 0, 0]);
    expect([room.isLost, all.refuse({} as never)]).to.deep.equal([false, FULL]);
    const owner = { name: "somebody" } as never;
    expect(all.begin(owner).owner).to.equal(owner);
  });

  it("that aren't taken leave their rooms as the disk has them, and are waited for by nobody", async () => {
    const all = transactions();
    const room = roomOf(1);
    const [transaction] = all.run(undefined, (one) => {
      one.writeOnDisk(room, NOTHING);
      one.whenDone(() => events.push("done"));
    });
    accepts = () => FULL;
    expect(await all.commit(transaction)).to.equal(FULL);
    expect(events).to.deep.equal(["done", "reread 1"]);
    expect([room.uncommitted, room.unstored, room.isLost]).to.deep.equal([0, 0, false]);
  });

  it("that throw are undone, and what went wrong is told", () => {
    const all = transactions();
    const work = (one: Transaction): never => {
      one.write(roomOf(1), NOTHING);
      one.whenDone(() => events.push("done"));
      throw new Error("no");
    };
    expect(() => all.run(undefined, work)).to.throw("no");
    expect(events).to.deep.equal(["done", "reread 1"]);
  });

  it("that build on what was lost, or can't be written, lose their rooms as well", async () => {
    const all = transactions();
    accepts = (_rows, write) => {
      try {
        write();
        return { delivery: "confirmed" };
      } catch (error) {
        events.push(String(error));
        return FULL;
      }
    };
    const [lost, other] = [roomOf(1, { isLost: true }), roomOf(2)];
    const [first] = all.run(undefined, (one) => {
      for (const room of [other, lost]) one.write(room, () => events.push("never"));
    });
    expect(await all.commit(first)).to.equal(FULL);
    expect([events[0], other.isLost, other.uncommitted]).to.deep.equal([
      "Error: what it builds on could not be stored",
      true,
      0,
    ]);
    const third = roomOf(3);
    const [second] = all.run(undefined, (one) => {
      one.write(third, () => {
        throw new Error("disk full");
      });
    });
    expect(await all.commit(second)).to.equal(FULL);
    expect([events.includes("Error: disk full"), third.isLost, events.includes("never")]).to.deep.equal([
      true,
      true,
      false,
    ]);
  });
});
