/** Presence that comes too fast waits for its turn; what is read too fast is refused. */
import { expect } from "chai";
import { Jid } from "../../../../component/address.js";
import { roomsConfig } from "../../../../component/config.js";
import { Budgets, costOf } from "../../../../component/muc/limits/budgets.js";
import { PresenceQueue } from "../../../../component/muc/limits/presence-queue.js";
import { Reading, type Asked, type ReadingParts } from "../../../../component/muc/limits/reading.js";
import { replied } from "../../../../component/router.js";
import { StanzaError } from "../../../../component/stanza-error.js";
import type { TokenBuckets } from "../../../../component/token-bucket.js";
import { asStored, StanzaTooLarge } from "../../../../component/xml/wire-text.js";
import { xml, type Element } from "../../../../component/xml/builder.js";
import { read } from "../told.js";

const MUC = "http://jabber.org/protocol/muc";

describe("Presence that comes too fast", () => {
  /** How many may be handled now. */
  let budget = 0;
  const spent: string[] = [];
  const real = { setInterval, clearInterval };
  let clock = 0;
  let intervals: { readonly work: () => void; readonly every: number; at: number }[] = [];
  let queue: PresenceQueue;
  beforeEach(() => {
    [clock, intervals] = [0, []];
    globalThis.setInterval = ((work: () => void, every: number) => {
      const timer = { work, every, at: clock + every, unref: () => timer };
      intervals.push(timer);
      return timer;
    }) as unknown as typeof setInterval;
    globalThis.clearInterval = (timer) => {
      intervals = intervals.filter((one) => one !== (timer as unknown));
    };
    budget = 0;
    spent.length = 0;
    const consume = (account: string): boolean => {
      if (budget === 0) return false;
      budget -= 1;
      spent.push(account);
      return true;
    };
    queue = new PresenceQueue({ consume } as unknown as TokenBuckets);
  });
  afterEach(() => {
    queue.stop();
    Object.assign(globalThis, real);
  });

  const presence = (inside = ""): Element => read(`<presence>${inside}</presence>`);
  const [plain, entry] = [presence("<show>away</show>"), presence(`<x xmlns="${MUC}"/>`)];
  /** What has come of it: undefined while it waits. */
  const admit = (place: string, stanza = plain): { due?: Element | undefined } => {
    const outcome: { due?: Element | undefined } = {};
    const due = queue.admit(place, `account of ${place}`, stanza);
    if (due instanceof Promise) void due.then((one) => (outcome.due = one));
    else outcome.due = due;
    return outcome;
  };
  const pass = async (ms: number): Promise<void> => {
    for (const end = clock + ms; clock < end; clock += 50) {
      for (const timer of intervals.filter(({ at }) => at <= clock + 50)) {
        timer.at += timer.every;
        timer.work();
      }
    }
    await Promise.resolve();
    await Promise.resolve();
  };

  it("is handled at once while there is budget, and later where there is none", async () => {
    budget = 1;
    expect(admit("one").due).to.equal(plain);
    const later = admit("one");
    expect(later).to.deep.equal({});
    await pass(500);
    expect(later).to.deep.equal({});
    budget = 1;
    await pass(450);
    expect(later).to.deep.equal({});
    await pass(50);
    expect([later.due, spent]).to.deep.equal([plain, ["account of one", "account of one"]]);
    const again = admit("one");
    budget = 1;
    await pass(500);
    expect(again.due, "it looks again").to.equal(plain);
  });

  it("is looked at every half second since the first of it waits, until none does", async () => {
    const [one, two] = [admit("one"), admit("two")];
    await pass(100);
    const three = admit("three");
    budget = 1;
    await pass(400);
    expect([one.due, "due" in two, "due" in three]).to.deep.equal([plain, false, false]);
    budget = 9;
    await pass(500);
    expect([two.due, three.due, spent.length]).to.deep.equal([plain, plain, 3]);
    await pass(1_450);
    expect(spent, "each once").to.have.length(3);
    budget = 0;
    const four = admit("four");
    budget = 1;
    await pass(450);
    expect("due" in four).to.equal(false);
    await pass(50);
    expect(four.due).to.equal(plain);
  });

  it("is handled as it was last, in each place, also where there is budget meanwhile", async () => {
    const [first, other] = [admit("one", entry), admit("two")];
    budget = 5;
    const second = admit("one");
    await pass(0);
    expect([first, "due" in second]).to.deep.equal([{ due: undefined }, false]);
    await pass(500);
    expect(second.due?.getChildText("show")).to.equal("away");
    expect(second.due?.getChild("x", MUC), "who enters again is answered").not.to.equal(undefined);
    expect(other.due).to.equal(plain);
    expect(spent).to.deep.equal(["account of one", "account of two"]);
  });

  it("asks for all again where either of them does, and else not", async () => {
    for (const [before, after, isAsking] of [
      [plain, plain, false],
      [plain, entry, true],
      [entry, entry, true],
    ] as const) {
      admit("one", before);
      const latest = admit("one", after);
      budget = 1;
      await pass(500);
      expect(latest.due?.getChildren("x", MUC)).to.have.length(isAsking ? 1 : 0);
    }
  });

  it("isn't handled where it isn't wanted any more", async () => {
    const [one, two] = [admit("one"), admit("two")];
    queue.forget("one");
    queue.forget("never heard of");
    budget = 5;
    await pass(500);
    expect([one, two.due, spent]).to.deep.equal([{ due: undefined }, plain, ["account of two"]]);
    budget = 0;
    const last = admit("three");
    queue.stop();
    await pass(0);
    expect(last).to.deep.equal({ due: undefined });
  });

  it("is dropped where ten thousand wait, unless it takes another's place", async () => {
    for (let at = 0; at < 10_000; at++) void queue.admit(`${at}`, "a", plain);
    expect(queue.admit("more", "a", plain)).to.equal(undefined);
    expect(queue.admit("9", "a", plain)).to.be.instanceOf(Promise);
    queue.forget("9");
    const taken = admit("more");
    await pass(0);
    expect(taken).to.deep.equal({});
  });
});

describe("What somebody reads", () => {
  const written: string[] = [];
  let reading: Reading;
  let [left, isShort, isTaken, isFull]: [number, boolean, boolean, boolean] = [0, false, true, false];
  const asked = {
    from: Jid.parse("hag@h/pda"),
    to: { jid: Jid.parse("coven@r/x") },
    stanza: read('<iq from="hag@h/pda" to="coven@r" id="i" type="get"/>'),
  } as unknown as Asked;

  beforeEach(() => {
    written.length = 0;
    [left, isShort, isTaken, isFull] = [5_000, false, true, false];
    const budget = {
      consume: (_: string, cost: number) => left >= cost && ((left -= cost), true),
      debit: (_: string, cost: number) => (left -= cost),
      waitTime: (_: string, cost: number) => Math.max(0, cost - left),
    };
    const parts = {
      unqueued: {
        write: (text: string) => (written.push(text), isTaken),
        whenFree: (_: string, work: () => Promise<void>) => (isFull ? undefined : work()),
      },
      memory: {
        get isShort() {
          return isShort;
        },
      },
      stanzaBytes: 10_000,
    };
    reading = new Reading(budget as unknown as TokenBuckets, parts as unknown as ReadingParts);
  });
  const outcome = async (payload: () => Element | undefined | typeof replied): Promise<unknown> => {
    try {
      return await reading.answer(asked, payload);
    } catch (error) {
      return error instanceof StanzaError
        ? `${error.condition} by ${error.details.by}`
        : (error as Error).constructor;
    }
  };
  const TOO_MUCH = "resource-constraint by coven@r";

  it("is answered, and charged for: a kibibyte at least, and its length", async () => {
    expect(await outcome(() => xml("query", { a: "x".repeat(1_000) }))).to.equal(replied);
    expect(written[0]).to.contain('to="hag@h/pda"').and.to.contain('type="result"').and.to.contain("<query");
    expect(left).to.equal(5_000 - 1_024 - written[0]!.length);
    expect(await outcome(() => replied)).to.equal(replied);
    expect(written).to.have.length(1);
  });

  it("is refused before it is made where too much was read, memory is short, or too many ask", async () => {
    const never = (): never => expect.fail("it is made");
    left = 1_023;
    expect(await outcome(never)).to.equal(TOO_MUCH);
    [left, isShort] = [5_000, true];
    expect(await outcome(never)).to.equal(TOO_MUCH);
    [isShort, isFull] = [false, true];
    expect(await outcome(never)).to.equal(TOO_MUCH);
    expect([left, written]).to.deep.equal([5_000, []]);
  });

  it("is refused for what it will cost, though that isn't asked for here, where too much was read", () => {
    reading.refuseSpent(asked);
    left = 1_023;
    expect(() => reading.refuseSpent(asked)).to.throw(StanzaError);
  });

  it("is written as it is where it is finished, and charged for", () => {
    reading.write(asked, asStored("<message/>"));
    expect([written, left]).to.deep.equal([["<message/>"], 4_990]);
    isTaken = false;
    expect(() => reading.write(asked, asStored("<message/>"))).to.throw(StanzaError);
  });

  it("is refused where the server takes no more, and charged for all the same", async () => {
    isTaken = false;
    expect(await outcome(() => xml("query"))).to.equal(TOO_MUCH);
    expect(left).to.be.below(5_000 - 1_024);
  });

  it("is charged for though it is too long for a stanza", async () => {
    expect(await outcome(() => xml("query", { a: "x".repeat(11_000) }))).to.equal(StanzaTooLarge);
    expect([left < 0, written]).to.deep.equal([true, []]);
  });

  it("is refused where others of theirs have spent the budget meanwhile", async () => {
    const parts = { unqueued: { whenFree: (_: string, work: () => Promise<void>) => ((left = 10), work()) } };
    const budget = { consume: () => left >= 1_024, waitTime: () => 0 };
    const all = { ...parts, memory: { isShort: false }, stanzaBytes: 10_000 };
    reading = new Reading(budget as unknown as TokenBuckets, all as unknown as ReadingParts);
    expect(await outcome(() => xml("query"))).to.equal(TOO_MUCH);
  });
});

describe("What a user may do", () => {
  it("is as much as is configured, and so much at once", () => {
    const config = {
      messages_per_second: 1,
      presences_per_second: 2,
      questions_per_second: 3,
      read_bytes_per_second: 4_096,
    };
    const budgets = new Budgets(roomsConfig.parse(config));
    const burst = (bucket: TokenBuckets, unit = 1): number => {
      let count = 0;
      while (bucket.consume("hag", unit, 0)) count += 1;
      return count;
    };
    const all = [budgets.sending, budgets.presence, budgets.questions].map((bucket) => burst(bucket));
    expect([...all, burst(budgets.reading, 4_096)]).to.deep.equal([5, 40, 150, 8]);
    expect([costOf(0), costOf(512 * 1024)]).to.deep.equal([0, 2]);
  });
});
