/** Lists in calls: which items are sent if others are invalid, and what the caller is told. */
import { expect } from "chai";
import {
  batchResult,
  isSingle,
  itemName,
  mapBatch,
  PartialRefusal,
  refuseBatch,
  singleOf,
  validItems,
  type Batch,
  type Item,
} from "../../../component/operations/batch.js";
import { CallKey } from "../../../component/operations/call-key.js";
import {
  KIND_BYTES,
  refuseLarge,
  refuseListLength,
  refuseLong,
  refuseText,
} from "../../../component/operations/limits.js";
import { refusalOfError } from "../../../component/operations/room-call.js";
import { StanzaError } from "../../../component/inbound/stanza-error.js";
import { asStored } from "../../../component/xml/wire-text.js";
import { badRequest, Errcode, Refusal, refuse } from "../../../component/refusal.js";

const EACH: Batch = { mode: "each", name: itemName };
const WHOLE: Batch = { mode: "whole", name: itemName };
const bad = (text: string): Refusal => badRequest(text);
const CONFIRMED = { delivery: "confirmed" } as const;

describe("A list in a call", () => {
  it("is mapped in order; items that are invalid already aren't looked at", async () => {
    const seen: number[] = [];
    const mapped = await mapBatch(EACH, [1, bad("b"), 3], (item) => {
      seen.push(item);
      return item === 3 ? bad("three") : item * 2;
    });
    expect(seen).to.deep.equal([1, 3]);
    expect(
      (mapped as Item<number>[]).map((item) => (item instanceof Refusal ? item.message : item)),
    ).to.deep.equal([2, "b", "three"]);
  });

  it("is looked at until the first invalid item if it is sent as a whole", async () => {
    const seen: number[] = [];
    const refused = await mapBatch(WHOLE, [1, 2, 3], (item) => {
      seen.push(item);
      return item === 2 ? refuse.notFound("no such user") : item;
    });
    expect(seen).to.deep.equal([1, 2]);
    expect(refused).to.include({ errcode: Errcode.notFound, message: "item 1: no such user" });
    expect(await mapBatch(WHOLE, [1, 2], (item) => item)).to.deep.equal([1, 2]);
  });

  it("lets others have their turns, however long it is", async () => {
    let turns = 0;
    const counting = setInterval(() => (turns += 1), 0);
    const results = await mapBatch(
      EACH,
      Array.from({ length: 30 }, (_, index) => index),
      (item) => {
        for (const end = performance.now() + 1; performance.now() < end;);
        return item;
      },
    );
    clearInterval(counting);
    expect(results).to.have.length(30);
    expect(turns).to.be.greaterThan(0);
    let yields = 0;
    const quick = mapBatch(
      EACH,
      Array.from({ length: 1_000 }, (_, index) => index),
      (item) => item,
    );
    const isDone = quick.then(() => true);
    while (!(await Promise.race([isDone, new Promise((resolve) => setImmediate(resolve, false))])))
      yields += 1;
    expect(yields, "but not after each item").to.be.below(100);
  });

  it("is refused if all items are invalid, or one of a whole", () => {
    const message = (batch: Batch, ...items: Item<number>[]): string | undefined =>
      refuseBatch(batch, items)?.message;
    expect(message(EACH, 1, bad("b"))).to.equal(undefined);
    expect(message(EACH)).to.equal(undefined);
    expect(message(EACH, bad("a"), bad("b"))).to.equal("item 0: a; item 1: b; nothing was sent");
    expect(message(EACH, bad("a"), bad("b"), bad("c"), bad("d"), bad("e"))).to.equal(
      "item 0: a; item 1: b; item 2: c; and 2 more; nothing was sent",
    );
    expect(message(EACH, bad("a"))).to.equal("item 0: a");
    expect(message(WHOLE, 1, bad("b"), bad("c"))).to.equal("item 1: b");
    expect(message({ ...EACH, isSingle: true }, bad("a")), "the caller gave no list").to.equal("a");
  });

  it("of which some were sent says which weren't, and how many were", () => {
    const result = (...items: Item<number>[]) => batchResult(EACH, items, CONFIRMED);
    expect(result(1, 2)).to.equal(CONFIRMED);
    const one = result(1, refuse.notFound("no such user"));
    expect(one).to.be.instanceOf(PartialRefusal);
    expect(one).to.deep.include({
      ...{
        errcode: Errcode.notFound,
        message: "item 1: no such user; the other one was sent",
        delivery: "confirmed",
      },
    });
    const many = [bad("a"), ...Array.from({ length: 1_234 }, () => 1)];
    expect((result(...many) as Refusal).message).to.equal("item 0: a; the other 1,234 were sent");
    const full = refuse.unavailable("full");
    expect(batchResult(EACH, [1, bad("b")], full), "nothing was").to.equal(full);
    expect(validItems([1, bad("b"), 3])).to.deep.equal([1, 3]);
  });

  it("may be one value", () => {
    expect([singleOf("a"), isSingle(singleOf("a")), isSingle(["a"])]).to.deep.equal([["a"], true, false]);
  });
});

describe("A room's error", () => {
  for (const [condition, errcode] of [
    ["bad-request", Errcode.request],
    ["jid-malformed", Errcode.request],
    ["not-acceptable", Errcode.request],
    ["policy-violation", Errcode.request],
    ["conflict", Errcode.forbidden],
    ["forbidden", Errcode.forbidden],
    ["not-allowed", Errcode.forbidden],
    ["item-not-found", Errcode.notFound],
    ["internal-server-error", Errcode.unavailable],
  ] as const)
    it(`${condition} has the errcode ${errcode} for programs`, () => {
      const refusal = refusalOfError(new StanzaError("cancel", condition, "no"), "muc_id");
      expect(refusal).to.deep.include({ errcode, message: "muc_id: no" });
      expect(refusalOfError(new StanzaError("cancel", condition, "no")).message).to.equal("no");
    });

  it("that passes says when to try again, whatever its condition", () => {
    const later = refusalOfError(new StanzaError("wait", "policy-violation", "too fast", { retryAfter: 3 }));
    expect(later).to.include({ message: "too fast", retryAfter: 3 });
    expect(later.errcode).to.not.equal(Errcode.request);
    const busy = refusalOfError(new StanzaError("wait", "not-allowed", "busy"));
    expect(busy).to.include({ errcode: Errcode.unavailable, retryAfter: undefined });
  });
});

describe("The limits of a call", () => {
  it("of lists, fields and stanzas name the field, the size and the limit", () => {
    const limits = { batch: 2, recipients: 3, members: 4 } as never;
    const list = (count: number, field?: string) =>
      refuseListLength(limits, { limit: "recipients", ...(field && { field }) }, count)?.message;
    expect([list(3), list(4), list(4, "To")]).to.deep.equal([
      undefined,
      "4 receivers, more than the 3 allowed",
      "To: 4 receivers, more than the 3 allowed",
    ]);
    expect([refuseLong("Body", "ää", 4), refuseLong("Body", "ää", 3)?.message]).to.deep.equal([
      undefined,
      "Body: 4 bytes, more than the 3 allowed",
    ]);
    expect([
      refuseText("t", "abc", 3),
      refuseText("t", "abcd", 3)?.message,
      refuseText("t", "a\u0001")?.message,
    ]).to.deep.equal([
      undefined,
      "t: 4 characters, more than the 3 allowed",
      "t: has a character that XML forbids",
    ]);
    expect(refuseText("t", "x".repeat(1e6))).to.equal(undefined);
    const small = { limits: { stanza_bytes: 20_000 } } as never;
    expect(refuseLarge(small, "message", asStored("x"))).to.equal(undefined);
    expect(refuseLarge(small, "message", asStored("x".repeat(20_001)))?.message).to.match(
      /^message: the stanza has 20001 bytes, more than the \d+ allowed \(limits\.stanza_bytes\)$/,
    );
    expect(KIND_BYTES).to.equal(255);
  });
});

describe("A call's key", () => {
  const CALL = { caller: "hr", path: "/qtalk/send", key: "k", body: Buffer.from("{}") };
  const prints = (more: object = {}): string[] => {
    const key = new CallKey({ ...CALL, ...more });
    return [key.next("a@x", "b@x"), key.next("a@x", "b@x"), key.next("a@x"), key.next("a@x", "c@x")].map(
      (print) => print.toString("hex"),
    );
  };

  it("gives each message a fingerprint, the same in a repetition, and another in any other call", () => {
    const all = prints();
    expect(new Set(all).size).to.equal(4);
    expect(all[0]).to.have.length(32);
    expect(prints()).to.deep.equal(all);
    for (const more of [{ caller: "crm" }, { path: "/other" }, { key: "l" }, { body: Buffer.from("[]") }])
      expect(
        prints(more).filter((print) => all.includes(print)),
        JSON.stringify(more),
      ).to.deep.equal([]);
  });

  it("counts by addresses, so that a refused message changes no other's", () => {
    const key = new CallKey(CALL);
    expect(key.next("a@x", "c@x").toString("hex")).to.equal(prints()[3]);
  });
});
