/** Rooms take turns: order within a room, and what others wait for. */
import { expect } from "chai";
import fc from "fast-check";
import { Jid } from "../../component/addresses/address.js";
import { Metrics } from "../../component/metrics.js";
import { Backlog } from "../../component/outbox/backlog.js";
import { Refusal } from "../../component/refusal.js";
import { StanzaError } from "../../component/inbound/stanza-error.js";
import { RoomTurns } from "../../component/busy-room-turns.js";
import { MUC } from "../../component/muc/wire/ns.js";
import { xml, type Element } from "../../component/xml/builder.js";
import { serialise } from "../../component/xml/serialise.js";

const DOMAIN = "rooms.test";
const WINDOW = 1_000;
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const jid = (text: string): Jid => Jid.parse(text) ?? expect.fail(text);

interface Arrival {
  readonly from?: string;
  /** By default a message with a body of `size` characters. */
  readonly stanza?: Element;
  readonly size?: number;
}

/** Rooms whose every stanza makes a number of stanzas, which the test acknowledges. */
class World {
  readonly backlog = new Backlog(DOMAIN, () => WINDOW);
  readonly handled: string[] = [];
  readonly turns;
  isReady = true;
  #row = 0;

  constructor(sessionsIn: (room: string) => number = () => 300, patience?: number) {
    const isInside = (_: string, session: string): boolean => session.startsWith("inside");
    this.turns = new RoomTurns(this, { sessionsIn, isInside }, new Metrics(), patience);
  }

  /** Stanzas reach a room one after another. Each makes `stanzas` when it is handled. */
  arrive(names: string, room: string, stanzas: number, arrival: Arrival = {}) {
    const { from = "user@test/1", size = 0 } = arrival;
    const message = (): Element => xml("message", { from, to: room }, xml("body", {}, "x".repeat(size)));
    const stanza = arrival.stanza ?? message();
    const each = (name: string) =>
      this.turns.run({ stanza, from: jid(from), room }, () => this.#handle(name, [room], stanzas));
    return Promise.all(names.split(", ").map(each));
  }

  /** A program calls. Each call makes `stanzas` in each room. @returns the answer to the last call */
  async call(names: string, rooms: readonly string[], stanzas: number, { by = "caller", size = 0 } = {}) {
    const account = { kind: "caller", name: by } as const;
    const each = (name: string) =>
      this.turns.call({ rooms, account, size }, () => this.#handle(name, rooms, stanzas));
    return (await Promise.all(names.split(", ").map(each))).at(-1);
  }

  #handle(name: string, rooms: readonly string[], stanzas: number): Promise<void> {
    this.handled.push(name);
    for (const room of rooms) {
      const text = serialise(xml("message", { from: room }));
      const row = { kind: "message", sender: room, stanza: text, stanzas, acceptedAt: 0 } as const;
      this.#row += 1;
      this.backlog.stored(this.backlog.take([row]), this.#row);
    }
    return Promise.resolve();
  }

  /** The server acknowledges everything, several times. */
  async ackAll(times = 1): Promise<void> {
    for (let n = 0; n < times; n += 1) {
      this.backlog.acked(this.#row + 1);
      await turn();
    }
  }

  /** What was handled in this turn of the event loop, and before. */
  async expectHandled(...names: readonly string[]): Promise<void> {
    await turn();
    expect(this.handled).to.deep.equal(names);
  }
}

describe("Turns of rooms", () => {
  const [crowded, quiet] = [`crowded@${DOMAIN}`, `quiet@${DOMAIN}`];

  it("let a crowded room wait, and another go on", async () => {
    const world = new World();
    void world.arrive("crowded 1, crowded 2, crowded 3", crowded, 900);
    void world.arrive("quiet 1", quiet, 300);
    await world.expectHandled("crowded 1", "quiet 1");
    await world.ackAll();
    await world.expectHandled("crowded 1", "quiet 1", "crowded 2");
  });

  it("let a small room never wait for others", async () => {
    const world = new World((room) => (room === quiet ? 2 : 900));
    void world.arrive("crowded", crowded, 2 * WINDOW);
    void world.arrive("another crowd", `another@${DOMAIN}`, 900);
    void world.arrive("quiet 1, quiet 2, quiet 3", quiet, 2);
    await world.expectHandled("crowded", "quiet 1", "quiet 2", "quiet 3");
  });

  it("keep the order of each room, and handle everything in the end", async () => {
    const arrival = fc.record({
      room: fc.integer({ min: 0, max: 3 }),
      stanzas: fc.integer({ min: 0, max: 900 }),
    });
    const step = fc.oneof(arrival, fc.constant("ack" as const));
    const property = fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const world = new World();
      const arrived: string[] = [];
      for (const [n, one] of steps.entries()) {
        if (one === "ack") await world.ackAll();
        else {
          const name = `${one.room} ${n}`;
          arrived.push(name);
          void world.arrive(name, `room-${one.room}@${DOMAIN}`, one.stanzas);
        }
      }
      await world.ackAll(arrived.length + 1);
      for (const room of ["0", "1", "2", "3"]) {
        const of = (names: string[]): string[] => names.filter((name) => name.startsWith(`${room} `));
        expect(of(world.handled)).to.deep.equal(of(arrived));
      }
    });
    await fc.assert(property, { numRuns: 100 });
  });

  it("let a program's calls wait in order, behind neither the room's stanzas nor another's calls", async () => {
    const world = new World();
    void world.arrive("stanza 1, stanza 2, stanza 3", crowded, 900);
    void world.call("call 1, call 2, call 3", [crowded], 900);
    void world.call("another's call", [crowded], 900, { by: "another" });
    void world.call("elsewhere", [quiet], 300);
    await world.expectHandled("stanza 1", "elsewhere");
    await world.ackAll(6);
    const then = world.handled.slice(2);
    expect(then.slice(0, 3)).to.have.members(["stanza 2", "call 1", "another's call"]);
    expect(then.filter((name) => name.startsWith("call"))).to.deep.equal(["call 1", "call 2", "call 3"]);
  });

  it("let a call to several rooms wait for each, without holding any up", async () => {
    const world = new World();
    void world.arrive("crowd", crowded, 900);
    void world.call("both", [crowded, quiet], 10);
    void world.arrive("quiet", quiet, 10);
    await world.expectHandled("crowd", "quiet");
    await world.ackAll();
    await world.expectHandled("crowd", "quiet", "both");
  });

  it("let no call wait while the server can't be reached", async () => {
    const world = new World();
    world.isReady = false;
    await world.call("call 1, call 2, call 3", [crowded], 900);
    expect(world.handled).to.have.length(3);
  });

  it("refuse a call that waits for too long, but not if the server is silent", async () => {
    const answerIf = async (isAcked: boolean): Promise<unknown> => {
      const world = new World(() => 300, 1);
      world.backlog.isAckedWithin = () => isAcked;
      void world.arrive("crowd", crowded, 900);
      const answer = await world.call("call", [crowded], 900);
      await world.ackAll();
      return [answer instanceof Refusal, ...world.handled];
    };
    expect(await answerIf(true)).to.deep.equal([true, "crowd"]);
    expect(await answerIf(false)).to.deep.equal([false, "crowd", "call"]);
  });

  it("let nothing happen between the steps of a room's change", async () => {
    const world = new World();
    let steps = 0;
    const step = (): void => {
      world.handled.push(`step ${(steps += 1)}`);
      if (steps < 3) world.turns.step(crowded, step);
      void world.call(`during step ${steps}`, [crowded], 0);
    };
    world.turns.step(crowded, step);
    void world.arrive("stanza", crowded, 1);
    await world.ackAll(3);
    expect(world.handled.slice(0, 3)).to.deep.equal(["step 1", "step 2", "step 3"]);
    const during = [1, 2, 3].map((n) => `during step ${n}`);
    expect(world.handled.slice(3)).to.have.members(["stanza", ...during]);
  });

  it("let a program's first call wait, however large it is", async () => {
    const world = new World();
    void world.arrive("crowd", crowded, 900);
    const answer = world.call("huge", [crowded], 1, { size: 40 * 1024 * 1024 });
    const next = world.call("next", [crowded], 1);
    await world.ackAll(9);
    expect([await answer, (await next) instanceof Refusal, ...world.handled]).to.deep.equal([
      undefined,
      true,
      "crowd",
      "huge",
    ]);
  });

  it("refuse a program whose waiting calls are too large, and nobody else", async () => {
    const world = new World();
    void world.arrive("crowd", crowded, 900);
    const large = { size: 1024 * 1024 };
    const answers = Array.from({ length: 40 }, (_, n) => world.call(`large ${n}`, [crowded], 1, large));
    void world.call("another's", [crowded], 1, { by: "another" });
    await world.ackAll(60);
    const refused = (await Promise.all(answers)).filter((answer) => answer instanceof Refusal);
    expect(refused).to.not.be.empty;
    expect(refused.length + world.handled.length).to.equal(42);
    expect(world.handled).to.contain("another's");
  });

  /** Accounts send large stanzas to a crowded room, and a calm one sends small ones. @returns the errors of the large */
  const crowdedBy = async (accounts: number, stanzas: number, size: number): Promise<unknown[]> => {
    const world = new World();
    void world.arrive("crowd", crowded, 2 * WINDOW);
    const errors: unknown[] = [];
    for (let n = 0; n < stanzas; n += 1) {
      const large = { from: `loud${n % accounts}@test/1`, size };
      void world.arrive(`large ${n}`, crowded, 1, large).catch((error: unknown) => errors.push(error));
    }
    const calm = { from: "calm@test/1", size: 1024 };
    const there = world.arrive("there", crowded, 1, calm);
    const elsewhere = world.arrive("elsewhere", quiet, 1, { ...calm, size: 64 * 1024 });
    await turn();
    const refused = [...errors];
    await world.ackAll(30);
    await Promise.all([there, elsewhere]);
    expect(world.handled).to.include.members(["there", "elsewhere"]);
    return refused;
  };

  it("refuse an account whose waiting stanzas are too large, and nobody else", async () => {
    const refused = await crowdedBy(1, 20, 1024 * 1024);
    expect(refused).to.not.be.empty;
    for (const error of refused)
      expect(error).to.be.instanceOf(StanzaError).and.include({ condition: "resource-constraint" });
  });

  it("answer or handle each presence over the quota, except an occupant's update", async () => {
    const world = new World();
    void world.arrive("crowd", crowded, 2 * WINDOW);
    const x = (): Element => xml("x", MUC.muc);
    /** What becomes of a presence when the quota is used up. */
    const outcome = async (from: string, type?: string, ...children: Element[]): Promise<unknown> => {
      for (let n = 0; n < 3_000; n += 1)
        void world.arrive("small", crowded, 0, { from }).catch(() => undefined);
      const stanza = xml("presence", { from, to: `${crowded}/nick`, type }, ...children);
      const { length } = world.handled;
      const answer = world.arrive("presence", crowded, 0, { from, stanza }).then(
        () => (world.handled.slice(length).includes("presence") ? "handled" : "dropped"),
        (error: unknown) => error,
      );
      const settled = new AbortController();
      void answer.finally(() => settled.abort());
      await turn();
      // A turn handles what fits into its time slice, which is little on a busy machine.
      while (!settled.signal.aborted) await world.ackAll();
      void world.arrive("crowd", crowded, 2 * WINDOW);
      return answer;
    };
    const refused = await outcome("outside@test/1", undefined, x());
    expect(refused)
      .to.be.instanceOf(StanzaError)
      .and.include({ condition: "resource-constraint", type: "wait" });
    expect((refused as StanzaError).echo?.attrs.xmlns).to.equal(MUC.muc);
    expect(await outcome("inside2@test/1", undefined, x())).to.equal("handled");
    const padding = xml("a", "x", "x".repeat(200_000));
    expect(await outcome("inside3@test/1", "unavailable", padding)).to.equal("handled");
    expect(padding.parent?.children, "what it said as it left isn't kept").to.deep.equal([]);
    expect(await outcome("inside4@test/1")).to.equal("dropped");
    expect(await outcome("outside5@test/1", "unavailable")).to.equal("dropped");
  });

  it("refuse nobody because of others' stanzas, neither in their room nor elsewhere", async () => {
    expect(await crowdedBy(400, 400, 256 * 1024), "the loud are refused").to.have.length.above(300);
  });
});
