import { expect } from "chai";
import { Concurrency } from "../../../component/limits/concurrency.js";

describe("Work of which only so much runs at the same time", () => {
  it("runs in order, and goes on after work that fails", async () => {
    const concurrency = new Concurrency(2);
    const started: number[] = [];
    const ends: ((error?: Error) => void)[] = [];
    const runs = [0, 1, 2, 3, 4].map((number) =>
      concurrency.run(() => {
        started.push(number);
        return new Promise<void>((resolve, reject) => {
          ends[number] = (error) => (error === undefined ? resolve() : reject(error));
        });
      }),
    );
    expect(started).to.deep.equal([0, 1]);
    ends[1]?.(new Error("it failed"));
    const error = await runs[1]?.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).to.have.property("message", "it failed");
    expect(started).to.deep.equal([0, 1, 2]);
    ends[0]?.();
    await runs[0];
    expect(started).to.deep.equal([0, 1, 2, 3]);
    for (const number of [2, 3, 4]) {
      ends[number]?.();
      await runs[number];
    }
    expect(await concurrency.run(() => Promise.resolve("after all"))).to.equal("after all");
  });

  it("is full when as much waits as may wait", async () => {
    const concurrency = new Concurrency(1, 1);
    let end = (): void => undefined;
    const first = concurrency.run(() => new Promise<void>((resolve) => (end = resolve)));
    expect(concurrency.isFull).to.equal(false);
    const second = concurrency.run(() => Promise.resolve());
    expect(concurrency.isFull).to.equal(true);
    end();
    await Promise.all([first, second]);
    expect(concurrency.isFull).to.equal(false);
  });
});
