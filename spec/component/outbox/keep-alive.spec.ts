/** A link on which nothing comes back is found out, with the times that hold outside of tests. */
import { expect } from "chai";
import { KeepAlive, type KeepAliveOptions } from "../../../component/outbox/keep-alive.js";
import { TIMES } from "../../../component/outbox/sender-parts.js";

describe("A link's keep-alive", () => {
  const now = performance.now.bind(performance);
  const real = { setInterval, clearInterval };
  let clock = 0;
  /** What it does again and again, and how often; milliseconds. */
  let look = { work: (): void => undefined, every: 0 };
  let keepAlive: KeepAlive | undefined;
  /** When it was done, in seconds, and what was said. */
  const seen = { asked: [] as number[], abandoned: [] as string[] };
  /** What the outbox knows of the link. */
  const link = {
    oldestAt: undefined as number | undefined,
    lastWrite: 0,
    isReady: true,
    isServiceAwaited: false,
  };

  beforeEach(() => {
    clock = 1_000;
    Object.assign(link, { oldestAt: undefined, lastWrite: clock, isReady: true, isServiceAwaited: false });
    seen.asked.length = 0;
    seen.abandoned.length = 0;
    performance.now = () => clock;
    globalThis.setInterval = ((work: () => void, every: number) => {
      look = { work, every };
      return { unref: () => undefined };
    }) as unknown as typeof setInterval;
    globalThis.clearInterval = () => (look.work = () => undefined);
    open();
  });
  const open = (times: KeepAliveOptions["times"] = TIMES): void => {
    const options = {
      link: { abandon: (why: string) => seen.abandoned.push(why) },
      window: link,
      ...{ writer: link, times },
      isReady: () => link.isReady,
      onIdle: () => {
        seen.asked.push((clock - 1_000) / 1_000);
        link.lastWrite = clock;
        link.oldestAt ??= clock;
      },
    };
    keepAlive = new KeepAlive(options as unknown as KeepAliveOptions);
  };
  afterEach(() => {
    keepAlive?.stop();
    performance.now = now;
    Object.assign(globalThis, real);
  });

  const pass = (seconds: number): void => {
    for (let ms = 0; ms < seconds * 1_000; ms += look.every) {
      clock += look.every;
      look.work();
    }
  };

  it("gives up an idle one within half a minute after it fell silent", () => {
    pass(30);
    expect(seen.asked[0]).to.equal(8);
    expect(seen.abandoned[0]).to.equal("the server was silent for 19 s");
  });

  it("gives up a busy one no later, though it is written to all the time", () => {
    link.oldestAt = clock;
    for (let second = 0; second < 30; second++) {
      link.lastWrite = clock;
      pass(1);
    }
    expect(seen.asked).to.deep.equal([]);
    expect(seen.abandoned[0]).to.contain("the server was silent");
  });

  it("leaves one alone on which something comes back now and then, however long its oldest waits", () => {
    link.oldestAt = clock;
    for (let times = 0; times < 20; times++) {
      pass(5);
      keepAlive?.heard();
    }
    expect(seen.abandoned).to.deep.equal([]);
    expect(seen.asked).to.have.length.above(2);
  });

  it("names the multicast service where that is waited for", () => {
    Object.assign(link, { oldestAt: clock, isServiceAwaited: true });
    pass(30);
    expect(seen.abandoned[0]).to.contain("the server's multicast service was silent");
  });

  it("asks nothing, and gives up nothing, while no barriers are expected", () => {
    Object.assign(link, { oldestAt: clock, isReady: false });
    pass(60);
    expect([seen.asked, seen.abandoned]).to.deep.equal([[], []]);
  });

  it("looks each second, and more often where it has less time", () => {
    expect(look.every).to.equal(1_000);
    open({ keepAlive: 20, silence: 60 });
    expect(look.every).to.equal(5);
  });

  it("does nothing more once the component stops", () => {
    link.oldestAt = clock;
    keepAlive?.stop();
    pass(60);
    expect([seen.asked, seen.abandoned]).to.deep.equal([[], []]);
  });
});
