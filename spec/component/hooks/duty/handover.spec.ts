/** Whoever comes on duty is told, or else the room of the webhook is: what can't be said is no loop, and not silent. */
import { expect } from "chai";
import type { Jid } from "../../../../component/addresses/address.js";
import { Duty } from "../../../../component/hooks/duty/duty.js";
import type { DutyWearers } from "../../../../component/hooks/duty/hats.js";
import { HookFault, type FaultKind } from "../../../../component/hooks/fault.js";
import { hookOf } from "../../../../component/hooks/hook.js";
import type { RemotePost } from "../../../../component/hooks/remote/posts.js";
import type { OperationContext } from "../../../../component/operations/context.js";
import { BotsStore } from "../../../../storage/bots-store.js";
import { openDatabase, type Database } from "../../../../storage/database.js";
import { DutyStore } from "../../../../storage/duty-store.js";
import { storedHook } from "../../../support/stored-hook.js";
import { TestClock } from "../../../support/test-clock.js";
import { read } from "../../muc/play.js";
import { hookDependencies } from "../hook-dependencies.js";

const ROOM = "ops@rooms.y.test";
const JULIET = "juliet@y.test";
const ROMEO = "romeo@y.test";
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

describe("Who comes on duty", () => {
  let db: Database;
  let clock: TestClock;
  let duty: Duty;
  /** The tries, as "ADDRESS: TEXT". */
  let tried: string[];
  /** What messages to an address are refused with. */
  let faults: Map<string, FaultKind>;
  let untold: () => Promise<string>;

  beforeEach(() => {
    db = openDatabase(":memory:");
    clock = new TestClock();
    tried = [];
    faults = new Map();
    new BotsStore(db).put({ name: "bot", title: "Bot", picture: undefined });
    const dependencies = hookDependencies(db);
    const { commit, metrics } = dependencies;
    const calls = {
      steps: ["5m duty:calls"],
      stepsFrom: undefined,
      mentions: undefined,
      mentionsFrom: undefined,
    };
    const stored = storedHook({ receiver: ROOM, bot: "bot", calls });
    const hook = hookOf(stored, { bots: dependencies.bots, domain: dependencies.domain });
    const store = new DutyStore(db);
    const turns = { every: "P1W", starts: "2025-12-29T09:00", zone: "UTC", people: [JULIET], inner: [] };
    db.transaction(() => store.put({ ...NOBODY, ...turns, name: "calls" }))();
    duty = new Duty({
      ...{ ...dependencies, clock },
      context: {
        limits: { message_bytes: 65_536, stanza_bytes: 262_144 },
        messages: { language: "en" },
        addresses: { roomAt: () => undefined },
        directory: { namesOf: () => [] },
      } as unknown as OperationContext,
      remote: {
        has: () => true,
        hasLeft: () => false,
        nickOf: () => "Bot",
        post: async (_bot: string, to: Jid, posts: readonly RemotePost[]) => {
          const kind = faults.get(to.text);
          for (const { stanza } of posts)
            tried.push(`${to.text}: ${read(stanza).getChildText("body") ?? ""}`);
          if (kind !== undefined) return new HookFault(kind, `it is ${kind}`);
          await commit.run(() => posts.forEach(({ note }) => note()));
          return "confirmed";
        },
      },
      wearers: { update: () => [] } as unknown as DutyWearers,
      hooks: () => [hook],
      raise: () => Promise.resolve(undefined),
    });
    untold = async () =>
      (/^qtalk_hook_unsaid_total\{.*/m.exec(await metrics.registry.metrics()) ?? ["none"])[0];
    duty.start();
  });
  afterEach(async () => {
    await duty.stop(0);
    db.close();
  });

  it("is told once", async () => {
    await clock.pass(10 * MINUTE);
    expect(tried).to.have.length(1);
    expect(tried[0]).to.match(/^juliet@y\.test: 📟 You are on duty now \(calls\)/);
    expect(await untold()).to.equal("none");
  });

  it("is told at each handover, as is whoever leaves, once each, over a restart", async () => {
    const roster = duty.store.find("calls")!;
    db.transaction(() => duty.store.put({ ...roster, people: [JULIET, ROMEO] }))();
    await clock.pass(MINUTE);
    tried = [];
    await clock.pass(5 * DAY);
    await duty.stop(0);
    clock.jump(MINUTE);
    duty.start();
    await clock.pass(DAY);
    expect(tried).to.have.length(2);
    expect(tried[0]).to.match(
      /^romeo@y\.test: 📟 You are on duty now \(calls\) until Mon 2026-01-12 09:00.*; then juliet/,
    );
    expect(tried[1]).to.equal(`${JULIET}: 📟 Your duty is over (calls); romeo is on duty now.`);
  });

  for (const kind of ["unavailable", "unanswered", "fast"] as const)
    it(`is told later if that can't be done now: ${kind}`, async () => {
      faults.set(JULIET, kind);
      await clock.pass(3.5 * MINUTE);
      expect(tried).to.have.length(4);
      faults.clear();
      await clock.pass(10 * MINUTE);
      expect(tried).to.have.length(5);
      expect(await untold()).to.equal("none");
    });

  for (const kind of ["payload", "forbidden", "gone"] as const)
    it(`isn't told for ever if that can never be done, and the room is told so: ${kind}`, async () => {
      faults.set(JULIET, kind);
      await clock.pass(60 * MINUTE);
      expect(tried).to.have.length(2);
      expect(tried[1]).to.equal(`${ROOM}: 📟 juliet could not be told about the duty (calls): it is ${kind}`);
      expect(await untold()).to.equal('qtalk_hook_unsaid_total{what="duty"} 1');
    });

  it("is given up, counted and logged if the room can't be told either", async () => {
    faults.set(JULIET, "payload").set(ROOM, "gone");
    await clock.pass(60 * MINUTE);
    expect(tried).to.have.length(2);
    expect(await untold()).to.equal('qtalk_hook_unsaid_total{what="duty"} 1');
  });
});

const NOBODY = {
  ...{ every: undefined, starts: undefined, calendar: undefined, file: undefined },
  ...{ readAt: undefined, fault: undefined, faultyAt: undefined, retryAt: undefined, alerted: false },
  ...{ onDuty: undefined, leaving: undefined, coming: undefined },
};
