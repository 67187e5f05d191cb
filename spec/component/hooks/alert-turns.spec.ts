/** Posts about the same alert that arrive together, to a room of another service, which the test plays. */
import { expect } from "chai";
import { Alerts } from "../../../component/hooks/alerts/alerts.js";
import { WALL_CLOCK } from "../../../component/hooks/clock.js";
import { HookFault } from "../../../component/hooks/fault.js";
import { Hooks } from "../../../component/hooks/hooks.js";
import type { RemotePost } from "../../../component/hooks/remote/posts.js";
import type { OperationContext } from "../../../component/operations/context.js";
import { BotsStore } from "../../../storage/bots-store.js";
import { openDatabase, type Database } from "../../../storage/database.js";
import { AlertsStore } from "../../../storage/alerts-store.js";
import { HeartbeatsStore } from "../../../storage/heartbeats-store.js";
import { HooksStore } from "../../../storage/hooks-store.js";
import { storedHook } from "../../support/stored-hook.js";
import { read } from "../muc/play.js";
import { hookDependencies, nobodyOnDuty, withoutUploads } from "./hook-dependencies.js";

/** A post of Uptime Kuma. @param msg makes it another post about the same monitor */
const body = (status: 0 | 1, msg: string): object => ({
  heartbeat: { monitorID: 1, status, time: "2026-01-02 18:30:00", msg },
  monitor: { id: 1, name: "web" },
  msg,
});

describe("Posts about the same alert that arrive together", () => {
  let db: Database;
  let hooks: Hooks;
  let alerts: Alerts;
  /** The posts that the room has not said yet. */
  let waiting: (() => void)[];
  /** Each message that was stored: its id, and the id that it corrects. */
  let stored: (readonly [id: string | undefined, corrects: string | undefined])[];
  /** How many of the next transactions fail. */
  let failures: number;
  /** Why the room refuses what is posted; undefined: it doesn't. */
  let refusal: HookFault | undefined;

  beforeEach(() => {
    db = openDatabase(":memory:");
    waiting = [];
    stored = [];
    failures = 0;
    refusal = undefined;
    new BotsStore(db).put({ name: "bot", title: "Bot", picture: undefined });
    new HooksStore(db).add(storedHook({ receiver: "ops@x.test", bot: "bot", corrects: true }));
    const dependencies = hookDependencies(db);
    const { commit } = dependencies;
    const post = async (posts: readonly RemotePost[]): Promise<"confirmed" | HookFault> => {
      if (refusal !== undefined) return refusal;
      await commit.run(() => {
        for (const { note } of posts) note();
        if (failures-- > 0) throw new Error("the disk fails");
      });
      for (const { stanza } of posts) {
        const message = read(stanza);
        stored.push([message.attrs.id, message.getChild("replace")?.attrs.id]);
      }
      return await new Promise((resolve) => waiting.push(() => resolve("confirmed")));
    };
    const limits = { message_bytes: 65_536, stanza_bytes: 262_144 };
    const addresses = { roomAt: () => undefined };
    const context = { limits, messages: { language: "en" }, addresses } as unknown as OperationContext;
    const remote = {
      has: () => true,
      hasLeft: () => false,
      nickOf: () => "Bot",
      post: (_bot: string, _to: unknown, posts: readonly RemotePost[]) => post(posts),
    };
    alerts = new Alerts({
      ...dependencies,
      context,
      remote,
      hookOf: (id) => hooks.byId(id),
      events: { alertChanged: () => undefined },
      takeSigns: ["👀"],
      duty: nobodyOnDuty,
      hooks: () => [],
      clock: WALL_CLOCK,
    });
    hooks = new Hooks({ ...dependencies, ...withoutUploads, context, remote, alerts });
  });
  afterEach(() => db.close());

  const posted = (status: 0 | 1, msg: string): Promise<unknown> => {
    const value = body(status, msg);
    return hooks.receive(
      { ...hooks.named("h")!, isTest: false },
      {
        posted: { json: { value }, headers: {} },
        key: undefined,
        body: Buffer.from(JSON.stringify(value)),
        request: msg,
      },
    );
  };
  const until = async (count: number): Promise<void> => {
    while (stored.length < count) await new Promise(setImmediate);
  };

  it("correct the first one's message, though the room has confirmed none of them", async () => {
    const all = [posted(0, "down"), posted(0, "still down"), posted(1, "up")];
    await until(3);
    const first = stored[0]?.[0];
    expect(stored.map(([, corrects]) => corrects)).to.deep.equal([undefined, first, first]);
    for (const say of waiting) say();
    await Promise.all(all);
  });

  it("are one alert if a program of one's own gives them the same key", async () => {
    const send = (text: string, query: string): Promise<unknown> =>
      hooks.receive(
        { ...hooks.named("h")!, isTest: false },
        {
          posted: { text, headers: { "x-alert-key": "nightly" }, query: new URLSearchParams(query) },
          key: undefined,
          body: Buffer.from(text),
          request: text,
        },
      );
    const all = [send("Backup failed", "severity=warning"), send("Backup done", "status=resolved")];
    await until(2);
    expect(stored[1]?.[1]).to.equal(stored[0]?.[0]);
    for (const say of waiting) say();
    await Promise.all(all);
    expect(db.prepare("SELECT state, title FROM alerts").all()).to.deep.equal([
      { state: "resolved", title: "Backup failed" },
    ]);
  });

  it("end the alert that none came, of a hook that expects them, beside what they say themselves", async () => {
    const expectation = { expectMs: 3600_000, graceMs: 1000, quiet: false };
    new HooksStore(db).set({ ...new HooksStore(db).find("h")!, expectation });
    const old = Date.now() - 2 * 3600_000;
    new HeartbeatsStore(db).expect("h", old);
    await hooks.heartbeats.start();
    await until(1);
    const [alert] = new AlertsStore(db).openAt("ops@x.test", 9);
    expect(alert).to.deep.include({ state: "open", title: "h · no post" });
    void posted(0, "down");
    await until(2);
    for (const say of waiting) say();
    await until(3);
    expect(new AlertsStore(db).find(alert!.id)?.state).to.equal("resolved");
    await hooks.heartbeats.stop();
  });

  for (const [what, kind, counts] of [
    ["count for a hook that expects them, though its room is gone", "gone", true],
    ["don't count for a hook that expects them, if nobody can read them", "large", false],
  ] as const)
    it(what, async () => {
      const expectation = { expectMs: 3600_000, graceMs: 1000, quiet: false };
      new HooksStore(db).set({ ...new HooksStore(db).find("h")!, expectation });
      const old = Date.now() - 2 * 3600_000;
      new HeartbeatsStore(db).expect("h", old);
      refusal = new HookFault(kind, "not there");
      expect(await posted(0, "down")).to.equal(refusal);
      const { postedAt } = new HeartbeatsStore(db).find("h")!;
      expect(postedAt > old).to.equal(counts);
    });

  it("end an alert for good: a take that came just before isn't said after the end", async () => {
    const all = [posted(0, "down")];
    await until(1);
    const store = new AlertsStore(db);
    const [alert] = store.openAt("ops@x.test", 9);
    const by = { id: "juliet@x.test", name: "Juliet" };
    await alerts.apply(alert!.id, { kind: "take", by }, () => undefined);
    expect(store.tasksOf(alert!.id)).to.have.length(1);
    all.push(posted(1, "up"));
    await until(2);
    alerts.start();
    while (store.tasksOf(alert!.id).length > 0) await new Promise(setImmediate);
    for (const say of waiting) say();
    await Promise.all(all);
    await alerts.stop(1000);
    expect(stored).to.have.length(2);
    expect(store.find(alert!.id)?.state).to.equal("resolved");
  });

  it("don't correct a message that could not be stored", async () => {
    failures = 1;
    const failed = posted(0, "down").catch((error: unknown) => String(error));
    void posted(0, "still down");
    void posted(1, "up");
    await until(2);
    expect(await failed).to.equal("Error: the disk fails");
    expect(stored.map(([, corrects]) => corrects)).to.deep.equal([undefined, stored[0]?.[0]]);
  });
});
