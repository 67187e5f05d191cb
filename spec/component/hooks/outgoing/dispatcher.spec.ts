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
  EventDelivery,
  Receiver,
} from "../../../../component/hooks/outgoing/delivery-requests.js";
import { Metrics } from "../../../../component/metrics.js";
import { LogLines } from "../../../support/log-lines.js";
import { BOUNDS, event, hook, storesOf, TestClock } from "./parts.js";
import { settledAnswer } from "../../../support/settled-answer.js";

const HOUR = 3600_000;
const TAKEN: DeliveryResult = { isDelivered: true, status: 200, answer: undefined };
const answered = (answer: string, status = 200): DeliveryResult => ({ ...TAKEN, status, answer });
const failing = (reason = "HTTP 500"): DeliveryResult => ({ isDelivered: false, reason });
const GONE: DeliveryResult = { isDelivered: false, reason: "HTTP 410", isGone: true };
/** A program that hangs. */
const NEVER = new Promise<DeliveryResult>(() => undefined);

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
  let posts: (EventDelivery & { readonly to: Receiver; readonly at: number })[];
  let outcomeOf: (name: string, to: Receiver) => DeliveryResult | Promise<DeliveryResult>;
  let replies: string[];
  /** Why replies can't be sent. */
  let trouble: string | undefined;
  /** When the disk has what is committed. */
  let onDisk: Promise<void>;

  beforeEach(() => {
    db = openDatabase(":memory:");
    ({ store, events } = storesOf(db));
    clock = new TestClock();
    log = new LogLines();
    metrics = new Metrics();
    [posts, replies, trouble] = [[], [], undefined];
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
        let close: () => void = () => undefined;
        const closed = new Promise<DeliveryResult>((resolve) => (close = () => resolve(failing("closed"))));
        return {
          post: ({ id: name, body }) => {
            posts.push({ id: name, body, to, at: clock.now() });
            return settledAnswer(Promise.race([outcomeOf(name, to), closed]));
          },
          close,
        };
      },
      replies: {
        send: async ({ answer: { text } }, delivered) => {
          if (trouble !== undefined) return { later: trouble };
          await commit.run(() => {
            delivered();
            replies.push(text);
          });
          return "sent";
        },
      },
    });
  }

  const queue = (names: readonly string[], more: object = {}, of = id): Promise<void> => {
    const times = { happenedAt: clock.now(), until: clock.now() + 24 * HOUR };
    for (const name of names) events.add(event(of, name, { ...times, ...more }), BOUNDS);
    dispatcher.wake(of);
    return settled();
  };
  const put = (...names: readonly string[]): Promise<void> => queue(names);
  /** Everything that can happen at this time has. */
  const settled = async (): Promise<void> => {
    for (let turn = 0; turn < 200; turn++) await new Promise(setImmediate);
  };
  const pass = async (until: number): Promise<void> => {
    while (clock.step(until)) await settled();
    await settled();
  };
  const told = (): string => posts.map((each) => each.id).join(" ");
  const counted = async (result: string): Promise<number> => {
    const { values } = await metrics.hookDeliveries.get();
    return values.filter(({ labels }) => labels.result === result).reduce((sum, { value }) => sum + value, 0);
  };

  it("deliver nothing that isn't on disk", async () => {
    let stored: () => void = () => undefined;
    onDisk = new Promise((resolve) => (stored = resolve));
    await put("1");
    expect(told()).to.equal("");
    stored();
    await settled();
    expect(told()).to.equal("1");
  });

  it("are delivered at once if a pause began while the clock was far ahead", async () => {
    store.tried(id, { failures: 1, retryAt: clock.now() + 40 * 24 * HOUR, fault: "HTTP 500" });
    await put("1");
    expect(told()).to.equal("1");
  });

  it("take an exception of a delivery for a failed try, and come to later events", async () => {
    outcomeOf = (name) => {
      if (name === "odd") throw new URIError("URI malformed");
      return TAKEN;
    };
    await put("odd");
    expect([told(), await counted("failed")]).to.deep.equal(["odd", 1]);
    expect(log.about("could not deliver an event", "error")).to.have.length(1);
    await pass(2 * HOUR);
    await put("2");
    await pass(25 * HOUR);
    expect(posts.at(-1)?.id).to.equal("2");
    expect(events.dead().map((each) => each.reason)).to.deep.equal(["an internal error"]);
  });

  it("count and log dead letters that are deleted, as there are too many", async () => {
    outcomeOf = () => GONE;
    const names = Array.from({ length: BOUNDS.events + 3 }, (_, n) => String(n));
    for (const name of names) {
      await put(name);
      await pass(clock.now() + HOUR);
    }
    expect(events.dead()).to.have.length(BOUNDS.events);
    expect(await counted("dropped")).to.equal(3);
    expect(log.about(`more than ${BOUNDS.events} dead letters (hooks.queue)`, "warn")).to.have.length(3);
  }).timeout(60_000);

  it("retry a failing event with growing pauses, and deliver later events after it", async () => {
    outcomeOf = () => (clock.now() < HOUR ? failing() : TAKEN);
    await put("1", "2");
    await pass(HOUR / 2);
    await put("3");
    await pass(2 * HOUR);
    expect(told()).to.match(/^(1 ){9,19}2 3$/);
    // Tried at once, then after growing pauses; heard of within ten minutes of its coming back.
    const pauses = posts.map(({ at }, n) => at - (posts[n - 1]?.at ?? 0)).slice(1, 6);
    expect([...pauses].sort((a, b) => a - b)).to.deep.equal(pauses);
    expect(posts.at(-1)?.at).to.be.within(HOUR, HOUR + 11 * 60_000);
    expect(log.about("could not deliver an event: HTTP 500", "warn")).to.have.length(1);
    expect(log.about("delivers again")).to.have.length(1);
    expect([events.waiting(), await counted("delivered")]).to.deep.equal([0, 3]);
    expect(store.find(id)).to.deep.include({ failures: 0, retryAt: 0, fault: undefined });
  });

  it("make dead letters of events that fail for a day, and continue", async () => {
    outcomeOf = (name) => (name === "late" ? TAKEN : failing());
    await put("1", "2");
    await pass(23 * HOUR);
    await put("late");
    await pass(26 * HOUR);
    const dead = events.dead().map((each) => `${each.id}: ${each.reason}`);
    expect(dead).to.deep.equal(["1: HTTP 500", "2: HTTP 500"]);
    expect(posts.at(-1)?.id).to.equal("late");
    expect([await counted("dead letter"), events.waiting()]).to.deep.equal([2, 0]);
    expect(log.about("The hook ops: 2 new dead letters", "warn")).to.have.length(1);
  });

  it("make a dead letter at once of an event that is answered with 410", async () => {
    outcomeOf = (name) => (name === "1" ? GONE : TAKEN);
    await put("1", "2");
    expect(told()).to.equal("1 2");
    expect(events.dead().map((each) => each.id)).to.deep.equal(["1"]);
    expect(log.about("retrying")).to.deep.equal([]);
    outcomeOf = () => GONE;
    await put(...Array.from({ length: 30 }, (_, n) => `gone ${n}`));
    // One that wants nothing at all isn't asked without a pause.
    expect(posts).to.have.length(4);
  });

  it("wait as long as Retry-After says, at most an hour", async () => {
    outcomeOf = () => ({ isDelivered: false, reason: "busy", retryAfter: 100_000 });
    await put("1");
    await pass(99_000);
    expect(told()).to.equal("1");
    await pass(100_000);
    expect(told()).to.equal("1 1");
    expect(pauseAfter(1, 5 * HOUR)).to.equal(HOUR);
  });

  it("don't wait for another webhook that hangs", async () => {
    const other = store.add(hook({ name: "other", url: "http://other.test/" }));
    outcomeOf = (_name, to) => (to.url === "http://other.test/" ? NEVER : TAKEN);
    await queue(["hangs"], {}, other);
    await put("1", "2", "3");
    expect(told()).to.equal("hangs 1 2 3");
    expect(events.waiting()).to.equal(1);
  });

  it("deliver after a restart under the same ids, and no earlier than the next retry", async () => {
    outcomeOf = () => failing();
    await put("1");
    await dispatcher.stop(0);
    outcomeOf = () => TAKEN;
    dispatcher = begin();
    dispatcher.rouse();
    await settled();
    expect(told()).to.equal("1");
    store.hurry(id);
    dispatcher.rouse();
    await settled();
    expect(told()).to.equal("1 1");
  });

  it("use a new secret from the next delivery, and end when they are removed", async () => {
    await put("1");
    store.rotate(id, "whsec_bmV3");
    await put("2");
    expect(posts.map(({ to }) => to.secret)).to.deep.equal([hook().secret, "whsec_bmV3"]);
    outcomeOf = () => NEVER;
    await put("3");
    store.remove(id);
    dispatcher.rouse();
    await settled();
    expect(log.about("could not deliver")).to.deep.equal([]);
  });

  it("send the text of a JSON response with status 200, if the event has a reply address", async () => {
    const texts = `{"text":"one"}|{"text":""}|{"text":7}|null|[1]|{||text| {"text":"two"}`.split("|");
    outcomeOf = (name) => answered(texts[Number(name)] ?? '{"text":"x"}', name === "created" ? 201 : 200);
    await queue([...texts.keys(), "created"].map(String), { replyTo: "ops@c" });
    await put("nobody's");
    expect(replies).to.deep.equal(["one", "two"]);
    expect(events.waiting()).to.equal(0);
  });

  it("retry the event if its reply can't be sent", async () => {
    trouble = "the queue is full";
    outcomeOf = () => answered('{"text":"hi"}');
    await queue(["1"], { replyTo: "ops@c" });
    expect(store.find(id)?.fault).to.equal("its reply can't be sent: the queue is full");
    trouble = undefined;
    await pass(HOUR);
    expect([told(), replies]).to.deep.equal(["1 1", ["hi"]]);
  });

  it("are measured in seconds, from the request to the response", async () => {
    let now = performance.now();
    const time = mock.method(performance, "now", () => now);
    outcomeOf = () => {
      now += 2_000;
      return TAKEN;
    };
    await put("1");
    time.mock.restore();
    const { values } = await metrics.hookSeconds.get();
    const sum = values.find(({ metricName }) => metricName === "qtalk_hook_delivery_seconds_sum");
    expect(sum?.value).to.be.closeTo(2, 1e-6);
  });

  it("continue when the database can be written again", async () => {
    events.add(event(id, "1"), BOUNDS);
    db.pragma("query_only = 1");
    dispatcher.wake(id);
    await settled();
    expect(log.about("Webhooks can't deliver events", "error")).to.have.length(1);
    db.pragma("query_only = 0");
    await pass(60_000);
    expect([told(), events.waiting()]).to.deep.equal(["1 1", 0]);
  });
});
