/** Duty by a roster on a real database, in a time that the test lets pass, with people who can be reached or not. */
import type { Jid } from "../../../../component/addresses/address.js";
import { Duty } from "../../../../component/hooks/duty/duty.js";
import type { DutyWearers } from "../../../../component/hooks/duty/hats.js";
import { HookFault, type FaultKind } from "../../../../component/hooks/fault.js";
import { hookOf } from "../../../../component/hooks/hook.js";
import type { RemotePost } from "../../../../component/hooks/remote/posts.js";
import type { OperationContext } from "../../../../component/operations/context.js";
import { BotsStore } from "../../../../storage/bots-store.js";
import { openDatabase } from "../../../../storage/database.js";
import { DutyStore } from "../../../../storage/duty-store.js";
import { storedHook } from "../../../support/stored-hook.js";
import { TestClock } from "../../../support/test-clock.js";
import { read } from "../../muc/play.js";
import { hookDependencies } from "../hook-dependencies.js";

export const ROOM = "ops@rooms.y.test";
export const [JULIET, ROMEO, NURSE] = ["juliet@y.test", "romeo@y.test", "nurse@y.test"] as const;
export const MINUTE = 60_000;
export const DAY = 24 * 60 * MINUTE;

const CALLS = {
  steps: ["5m duty:calls"],
  stepsFrom: undefined,
  mentions: undefined,
  mentionsFrom: undefined,
};

export class DutyWorld {
  readonly clock = new TestClock();
  readonly store: DutyStore;
  /** The tries to say something, as "ADDRESS: TEXT". */
  tried: string[] = [];
  /** What was said, as "ADDRESS: TEXT". */
  said: string[] = [];
  /** What messages to an address are refused with. */
  readonly faults = new Map<string, FaultKind>();
  /** Called while a message is on its way, before it is stored. */
  onWay: () => void = () => undefined;
  isUsed = true;
  duty: Duty;
  readonly db = openDatabase(":memory:");
  readonly #parts = hookDependencies(this.db);

  constructor() {
    new BotsStore(this.db).put({ name: "bot", title: "Bot", picture: undefined });
    this.store = new DutyStore(this.db);
    this.turns([JULIET]);
    this.duty = this.#made();
    this.duty.start();
  }

  /** Lets people take turns of a week. */
  turns(people: readonly string[]): void {
    const turns = { every: "P1W", starts: "2025-12-29T09:00", zone: "UTC", people, inner: [] };
    const none = { calendar: undefined, file: undefined, readAt: undefined };
    const well = { fault: undefined, faultyAt: undefined, retryAt: undefined };
    this.db.transaction(() => this.store.put({ ...none, ...well, ...turns, name: "calls" }))();
  }

  /** Puts a person on duty from now on, as `duty cover` does. */
  covers(person: string, ms: number): void {
    const now = this.clock.now();
    this.db.transaction(() => this.store.addCover("calls", { starts: now, ends: now + ms, person }, now))();
    this.duty.forget();
  }

  /** Lets time pass, and what is due then come to an end. */
  async passes(ms: number): Promise<void> {
    await this.clock.pass(ms);
    for (let n = 0; n < 6; n++) await this.clock.pass(0);
  }

  /** Stops the component, and starts it again after a while. */
  async restarts(ms: number): Promise<void> {
    await this.duty.stop(0);
    this.clock.jump(ms);
    this.duty = this.#made();
    this.duty.start();
  }

  /** Takes what was said so far away, and returns it. */
  heard(): string[] {
    const { said } = this;
    this.said = [];
    return said;
  }

  /** The metric of what can never be said. */
  async untold(): Promise<string> {
    return (/^qtalk_hook_unsaid_total\{.*/m.exec(await this.#parts.metrics.registry.metrics()) ?? [
      "none",
    ])[0];
  }

  async ends(): Promise<void> {
    await this.duty.stop(0);
    this.db.close();
  }

  #made(): Duty {
    const { commit } = this.#parts;
    const hook = hookOf(storedHook({ receiver: ROOM, bot: "bot", calls: CALLS }), this.#parts);
    return new Duty({
      ...{ ...this.#parts, clock: this.clock },
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
          const kind = this.faults.get(to.text);
          const texts = posts.map(({ stanza }) => `${to.text}: ${read(stanza).getChildText("body") ?? ""}`);
          this.tried.push(...texts);
          this.onWay();
          if (kind !== undefined) return new HookFault(kind, `it is ${kind}`);
          await commit.run(() => posts.forEach(({ note }) => note()));
          this.said.push(...texts);
          return "confirmed";
        },
      },
      wearers: { update: () => [] } as unknown as DutyWearers,
      hooks: () => (this.isUsed ? [hook] : []),
      raise: () => Promise.resolve(undefined),
    });
  }
}
