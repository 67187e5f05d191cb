import { expect } from "chai";
import { Lines } from "../../../component/limits/fair-lines.js";

describe("Lines", () => {
  let handled: string[];
  let isBlocked: boolean;
  let waiting: Set<string>;
  let lines: Lines<string>;
  beforeEach(() => {
    [handled, isBlocked, waiting] = [[], false, new Set()];
    lines = new Lines(
      (key, next) => !waiting.has(key) && !waiting.has(next),
      (item, key) => void handled.push(`${key}${item}`),
      () => isBlocked,
    );
    for (const [key, item] of ["a1", "a2", "b1", "a3", "c1"].map((text) => [text[0]!, text[1]!] as const))
      lines.add(key, item);
  });

  /** Resumes, and waits until so many items are handled: on a busy machine they may take more than one turn. */
  const resumed = async (count: number): Promise<void> => {
    lines.resume();
    while (handled.length < count) await new Promise(setImmediate);
  };

  it("take turns, an item each, in their order", async () => {
    expect(lines.next).to.deep.equal(["1", "1", "1"]);
    await resumed(5);
    expect(handled).to.deep.equal(["a1", "b1", "c1", "a2", "a3"]);
    expect([lines.has("a"), lines.has("b"), lines.next]).to.deep.equal([false, false, []]);
  });

  it("let those wait whose turn it isn't, and others go on", async () => {
    waiting.add("b").add("2");
    await resumed(2);
    expect(handled).to.deep.equal(["a1", "c1"]);
    expect([lines.has("a"), lines.has("b"), lines.next.sort()]).to.deep.equal([true, true, ["1", "2"]]);
    waiting.clear();
    await resumed(5);
    expect(handled.slice(2).sort()).to.deep.equal(["a2", "a3", "b1"]);
  });

  it("stop when nothing may be handled, at once", () => {
    isBlocked = true;
    lines.resume();
    expect(handled).to.deep.equal([]);
    isBlocked = false;
    lines = new Lines(
      () => true,
      (item, key) => {
        handled.push(`${key}${item}`);
        isBlocked = true;
      },
      () => isBlocked,
    );
    for (const key of ["a", "b"]) lines.add(key, "1");
    lines.resume();
    expect(handled).to.deep.equal(["a1"]);
  });

  it("go on in the next turn of the event loop when they are asked to, once", async () => {
    lines.resumeSoon();
    lines.resumeSoon();
    expect(handled).to.deep.equal([]);
    await new Promise(setImmediate);
    expect(handled).to.have.length(5);
    lines.add("d", "1");
    lines.resumeSoon();
    await new Promise(setImmediate);
    expect(handled.at(-1)).to.equal("d1");
  });

  it("use a slice of each turn, and go on by themselves", async () => {
    const done: number[] = [];
    const busy = new Lines<number>(
      () => true,
      (item) => {
        for (const end = performance.now() + 3; performance.now() < end;);
        done.push(item);
      },
    );
    for (let item = 0; item < 8; item += 1) busy.add("a", item);
    busy.resume();
    expect(done.length).to.be.within(1, 4);
    expect(busy.isUsedUp()).to.equal(true);
    while (busy.has("a")) await new Promise(setImmediate);
    expect(done).to.deep.equal([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it("look once a turn, however often they are asked to", async () => {
    let looks = 0;
    const blocked = new Lines<string>(
      () => true,
      () => undefined,
      () => (looks += 1) > 0,
    );
    blocked.add("a", "1");
    for (let time = 0; time < 3; time += 1) blocked.resumeSoon();
    await new Promise(setImmediate);
    expect(looks).to.equal(1);
    blocked.resumeSoon();
    await new Promise(setImmediate);
    expect(looks).to.equal(2);
  });
});
