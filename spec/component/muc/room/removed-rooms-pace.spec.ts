/** How soon the rows of destroyed rooms go: some at a time, so that the disk is there for others, too. */
import { mock } from "node:test";
import { expect } from "chai";
import { RemovedRooms } from "../../../../component/muc/room/removed-rooms.js";
import { LogLines } from "../../../support/log-lines.js";

type Parts = ConstructorParameters<typeof RemovedRooms>;

describe("what is left of destroyed rooms goes", () => {
  const log = new LogLines();
  let [left, writes] = [0, 0];
  let isFull = false;
  /** What the disk is to finish first. */
  let busy: Promise<void> | undefined;
  let rooms: RemovedRooms;

  beforeEach(() => {
    mock.timers.enable({ apis: ["setTimeout"] });
    [left, writes, isFull, busy] = [0, 0, false, undefined];
    const store = {
      get any() {
        return left > 0;
      },
      prune: () => {
        if (isFull) throw new Error("disk full");
        left -= 1;
      },
    };
    const commit = {
      run: async (work: () => void) => {
        writes += 1;
        await busy;
        work();
      },
    };
    rooms = new RemovedRooms(...([store, commit, log.logger] as unknown as Parts));
  });
  afterEach(() => {
    rooms.stop();
    mock.timers.reset();
  });

  /** @returns what makes the disk free again */
  const occupy = (): (() => void) => {
    let free = (): void => undefined;
    busy = new Promise((resolve) => (free = resolve));
    return free;
  };
  const pass = async (ms: number): Promise<void> => {
    mock.timers.tick(ms);
    await new Promise(setImmediate);
  };

  it("slice by slice, each a little after the other, and is asked for no more when all is gone", async () => {
    left = 2;
    rooms.clear();
    rooms.clear();
    await pass(4);
    expect(left, "not at once").to.equal(2);
    await pass(1);
    expect(left).to.equal(1);
    await pass(4);
    expect(left, "not sooner").to.equal(1);
    await pass(1);
    expect(left).to.equal(0);
    await pass(5);
    left = 1;
    await pass(10_000);
    expect(left, "nobody asked").to.equal(1);
    rooms.clear();
    await pass(5);
    expect([left, writes]).to.deep.equal([0, 3]);
  });

  it("one slice at a time, also where another room is destroyed meanwhile", async () => {
    left = 2;
    const free = occupy();
    rooms.clear();
    await pass(5);
    rooms.clear();
    await pass(5);
    expect(writes, "the disk is busy").to.equal(1);
    free();
    await pass(0);
    await pass(5);
    expect([left, writes]).to.deep.equal([0, 2]);
  });

  it("a while later where the disk doesn't take it, which the log tells", async () => {
    [left, isFull] = [1, true];
    rooms.clear();
    await pass(5);
    expect(log.about("could not be deleted: Error: disk full. Trying again.")).to.have.length(1);
    isFull = false;
    await pass(4_999);
    expect(left).to.equal(1);
    await pass(1);
    expect(left).to.equal(0);
  });

  it("no further once the component ends", async () => {
    left = 2;
    rooms.clear();
    await pass(5);
    rooms.stop();
    rooms.clear();
    await pass(10_000);
    expect(left).to.equal(1);
  });

  it("no further where it ends while the disk is busy", async () => {
    left = 2;
    const free = occupy();
    rooms.clear();
    await pass(5);
    rooms.stop();
    free();
    await pass(0);
    await pass(10_000);
    expect(writes).to.equal(1);
  });
});
