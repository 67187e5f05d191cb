/** Deliveries and retries of outgoing webhooks, with the test's receivers and clock. */
import { mock } from "node:test";
import { expect } from "chai";
import { openDatabase, type Database } from "../../../../storage/database.js";
import { GroupCommit } from "../../../../storage/group-commit.js";
import type { HookEvents } from "../../../../storage/hook-events.js";
import type { OutgoingHooksStore } from "../../../../storage/outgoing-hooks-store.js";
import { Dispatcher } from "../../../../component/hooks/outgoing/dispatcher.js";
import { pauseAfter } from "../../../../component/hooks/retry-pauses.js";
import type {
  DeliveryResult,
  Delivery,
  Receiver,
} from "../../../../component/hooks/outgoing/delivery-requests.js";
import { Metrics } from "../../../../component/metrics.js";
import { LogLines } from "../../../support/log-lines.js";
import { BOUNDS, event, hook, storesOf, TestClock } from "./parts.js";

const HOUR = 3600_000;
const TAKEN: DeliveryResult = { isDelivered: true, status: 200, answer: undefined };
const failing = (reason = "HTTP 500"): DeliveryResult => ({ isDelivered: false, reason });

describe("Outgoing webhooks", () => {
  let db: Database;
  let store: OutgoingHooksStore;
  let events: HookEvents;
  let clock: TestClock;
  let log: LogLines;
  let metrics: Metrics;
  let dispatcher: Dispatcher;
  let id: number;
  /** The posts that came, and what becomes of each. */
  let posts: (Delivery & { readonly to: Receiver; readonly at: number })[];
  let outcomeOf: (posting: Delivery, to: Receiver) => DeliveryResult | Promise<DeliveryResult>;
  let answers: string[];
  let sayingFails: string | undefined;
  /** When the disk has what is committed. */
  let onDisk: Promise<void>;

  beforeEach(() => {
    db = openDatabase(":memory:");
    ({ store, events } = storesOf(db));
    clock = new TestClock();
    log = new LogLines();
    metrics = new Metrics();
    posts = [];
    answers = [];
    sayingFails = undefined;
    onDisk = Promise.resolve();
    outcomeOf = () => TAKEN;
    id = store.add(hook());
    dispatcher = begin();
  });
  afterEach(async () => {
    await dispatcher.stop(0);
    db.close();
  });

  function begin(): Dispatcher {
    const commit = new GroupCommit(db);
    return new Dispatcher({
      store,
      events,
      clock,
      metrics,
      log: log.logger,
      bounds: BOUNDS,
      commit: Object.assign(commit, { settled: () => onDisk }),
      clientOf: (to) => {
        let end: (() => void) | undefined;
        return {
          post: ({ id: name, body }) => {
            posts.push({ id: name, body, to, at: clock.now() });
            const ended = new Promise<DeliveryResult>((resolve) => (end = () => resolve(failing("ended"))));
            return Promise.race([Promise.resolve(outcomeOf({ id: name, body }, to)), ended]);
          },
          close: () => end?.(),
        };
      },
      replies: {
        send: async ({ text }, delivered) => {
          if (sayingFails !== undefined) return { later: sayingFails };
          await commit.run(() => {
            delivered();
            answers.push(text);
          });
          return "sent";
        },
      },
    });
  }

  const put = (...names: readonly string[]): void => {
    for (const name of names)
      events.add(event(id, name, { happenedAt: clock.now(), until: clock.now() + 24 * HOUR }), BOUNDS);
    dispatcher.wake(id);
  };
  /** Everything that can happen at this time has. */
  const settled = async (): Promise<void> => {
    for (let turn = 0; turn < 40; turn++) await new Promise(setImmediate);
  };
  const pass = async (until: number): Promise<void> => {
    do await settled();
    while (clock.step(until));
    await settled();
  };
  const told = (): string[] => posts.map((each) => each.id);
  const counted = async (result: string): Promise<number> => {
    const { values } = await metrics.hookDeliveries.get();
    return values.filter(({ labels }) => labels.result === result).reduce((sum, { value }) => sum + value, 0);
  };

  it("deliver nothing that isn't on disk", async () => {
    let stored: () => void = () => undefined;
    onDisk = new Promise((resolve) => (stored = resolve));
    put("1");
    await settled();
    expect(told()).to.deep.equal([]);
    stored();
    await settled();
    expect(told()).to.deep.equal(["1"]);
  });

  it("retry a failing event with growing pauses, and deliver later events after it", async () => {
    outcomeOf = () => (clock.now() < HOUR ? failing() : TAKEN);
    put("1", "2");
    await pass(HOUR / 2);
    put("3");
    await pass(2 * HOUR);
    const last = told().slice(-3);
    expect(last).to.deep.equal(["1", "2", "3"]);
    expect(new Set(told().slice(0, -3))).to.deep.equal(new Set(["1"]));
    // Tried at once, then after growing pauses; heard of within ten minutes of its coming back.
    expect(posts.length).to.be.within(10, 20);
    const pauses = posts.map(({ at }, n) => at - (posts[n - 1]?.at ?? 0)).slice(1, 6);
    expect([...pauses].sort((a, b) => a - b)).to.deep.equal(pauses);
    expect(posts.at(-1)?.at).to.be.within(HOUR, HOUR + 11 * 60_000);
    expect(log.about("could not deliver an event: HTTP 500", "warn")).to.have.length(1);
    expect(log.about("delivers again")).to.have.length(1);
    expect([events.waiting(), await counted("delivered")]).to.deep.equal([0, 3]);
    expect(store.find(id)).to.deep.include({ failures: 0, retryAt: 0, fault: undefined });
  });

  it("make dead letters of events that fail for a day, and continue", async () => {
    outcomeOf = ({ id: name }) => (name === "late" ? TAKEN : failing());
    put("1", "2");
    await pass(23 * HOUR);
    put("late");
    await pass(26 * HOUR);
    expect(events.dead().map((each) => [each.id, each.reason])).to.deep.equal([
      ["1", "HTTP 500"],
      ["2", "HTTP 500"],
    ]);
    expect(told().at(-1)).to.equal("late");
    expect([await counted("dead letter"), events.waiting()]).to.deep.equal([2, 0]);
    expect(log.about("The hook ops: 2 new dead letters", "warn")).to.have.length(1);
  });

  it("make a dead letter at once of an event that is answered with 410", async () => {
    outcomeOf = ({ id: name }) =>
      name === "1" ? { isDelivered: false, reason: "HTTP 410", isGone: true } : TAKEN;
    put("1", "2");
    await settled();
    expect(told()).to.deep.equal(["1", "2"]);
    expect(events.dead().map((each) => each.id)).to.deep.equal(["1"]);
    expect(log.about("retrying")).to.deep.equal([]);
    outcomeOf = () => ({ isDelivered: false, reason: "HTTP 410", isGone: true });
    put(...Array.from({ length: 30 }, (_, n) => `gone ${n}`));
    await settled();
    // One that wants nothing at all isn't asked without a pause.
    expect(posts).to.have.length(4);
  });

  it("wait as long as Retry-After says, at most an hour", async () => {
    outcomeOf = ({ id: name }) => ({
      isDelivered: false,
      reason: "busy",
      retryAfter: name === "1" ? 100_000 : 5 * HOUR,
    });
    put("1");
    await pass(99_000);
    expect(posts).to.have.length(1);
    await pass(100_000);
    expect(posts).to.have.length(2);
    expect(pauseAfter(1, 5 * HOUR)).to.equal(HOUR);
  });

  it("don't wait for another webhook that hangs", async () => {
    const other = store.add(hook({ name: "other", url: "http://other.test/" }));
    outcomeOf = (_posting, to) =>
      to.url === "http://other.test/" ? new Promise<DeliveryResult>(() => undefined) : TAKEN;
    events.add(event(other, "hangs"), BOUNDS);
    dispatcher.wake(other);
    await settled();
    put(...Array.from({ length: 50 }, (_, n) => String(n)));
    for (let turn = 0; turn < 20; turn++) await settled();
    expect(told()).to.have.length(51);
    expect(events.waiting()).to.equal(1);
  });

  it("deliver after a restart under the same ids, and no earlier than the next retry", async () => {
    outcomeOf = () => failing();
    put("1");
    await settled();
    await dispatcher.stop(0);
    outcomeOf = () => TAKEN;
    dispatcher = begin();
    dispatcher.rouse();
    await settled();
    expect(told()).to.deep.equal(["1"]);
    store.hurry(id);
    dispatcher.rouse();
    await settled();
    expect(told()).to.deep.equal(["1", "1"]);
  });

  it("use a new secret from the next delivery, and end when they are removed", async () => {
    put("1");
    await settled();
    store.rotate(id, "whsec_bmV3");
    put("2");
    await settled();
    expect(posts.map(({ to }) => to.secret)).to.deep.equal([hook().secret, "whsec_bmV3"]);
    outcomeOf = () => new Promise<DeliveryResult>(() => undefined);
    put("3");
    await settled();
    store.remove(id);
    dispatcher.rouse();
    await settled();
    expect(log.about("could not deliver")).to.deep.equal([]);
  });

  it("send the text of a JSON response with status 200, if the event has a reply address", async () => {
    const reply = { until: 24 * HOUR, replyTo: "ops@c" };
    const texts = `{"text":"one"}|{"text":""}|{"text":7}|null|[1]|{||text| {"text":"two"}`.split("|");
    const statuses = new Map(texts.map((answer, n) => [String(n), answer]));
    outcomeOf = ({ id: name }) => ({
      isDelivered: true,
      status: name === "x" ? 201 : 200,
      answer: statuses.get(name) ?? '{"text":"x"}',
    });
    for (const name of [...statuses.keys(), "x"]) events.add(event(id, name, reply), BOUNDS);
    events.add(event(id, "nobody", { until: 24 * HOUR }), BOUNDS);
    dispatcher.wake(id);
    for (let turn = 0; turn < 5; turn++) await settled();
    expect(answers).to.deep.equal(["one", "two"]);
    expect(events.waiting()).to.equal(0);
  });

  it("retry the event if its reply can't be sent", async () => {
    sayingFails = "the queue is full";
    outcomeOf = () => ({ isDelivered: true, status: 200, answer: '{"text":"hi"}' });
    events.add(event(id, "1", { until: 24 * HOUR, replyTo: "ops@c" }), BOUNDS);
    dispatcher.wake(id);
    await settled();
    expect(store.find(id)?.fault).to.equal("its reply can't be sent: the queue is full");
    sayingFails = undefined;
    await pass(HOUR);
    expect([told(), answers]).to.deep.equal([["1", "1"], ["hi"]]);
  });

  it("are measured in seconds, from the request to the response", async () => {
    let now = performance.now();
    const time = mock.method(performance, "now", () => now);
    outcomeOf = () => {
      now += 2_000;
      return TAKEN;
    };
    put("1");
    await settled();
    time.mock.restore();
    const { values } = await metrics.hookSeconds.get();
    const sum = values.find(({ metricName }) => metricName === "qtalk_hook_delivery_seconds_sum");
    expect(sum?.value).to.be.closeTo(2, 1e-6);
  });

  it("continue when the database can be written again", async () => {
    events.add(event(id, "1", { until: 24 * HOUR }), BOUNDS);
    db.pragma("query_only = 1");
    dispatcher.wake(id);
    await settled();
    expect(log.about("Webhooks can't deliver events", "error")).to.have.length(1);
    db.pragma("query_only = 0");
    await pass(60_000);
    expect([told(), events.waiting()]).to.deep.equal([["1", "1"], 0]);
  });
});
