/** Rooms take turns: order within a room, and what others wait for. */
import { expect } from "chai";
import fc from "fast-check";
import { Jid } from "../../component/addresses/address.js";
import { Metrics } from "../../component/metrics.js";
import { Backlog } from "../../component/outbox/backlog.js";
import { Refusal } from "../../component/refusal.js";
import { StanzaError } from "../../component/inbound/stanza-error.js";
import { RoomTurns } from "../../component/room-turns.js";
import { xml } from "../../component/xml/builder.js";
import { serialise } from "../../component/xml/serialise.js";

const DOMAIN = "rooms.test";
const WINDOW = 1_000;
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const jid = (text: string): Jid => Jid.parse(text) ?? expect.fail(text);

/** Rooms whose every stanza makes a number of stanzas, which the test acknowledges. */
class World {
  readonly backlog = new Backlog(DOMAIN, () => WINDOW);
  readonly handled: string[] = [];
  readonly turns;
  isReady = true;
  #row = 0;

  constructor(sessions: (room: string) => number = () => 300, patience?: number) {
    this.turns = new RoomTurns(this, sessions, new Metrics(), patience);
  }

  /** A stanza reaches a room, and makes `stanzas` in reply when it is handled. */
  arrive(
    name: string,
    room: string,
    stanzas: number,
    sent: { from?: string; body?: string } = {},
  ): Promise<unknown> {
    const { from = "user@test/1", body = "" } = sent;
    const stanza = xml("message", { from, to: room }, xml("body", {}, body));
    return this.turns.run({ stanza, from: jid(from), room }, () => this.#handle(name, [room], stanzas));
  }

  /** A program calls, and its call makes `stanzas` in each room. */
  call(
    name: string,
    rooms: readonly string[],
    stanzas: number,
    { by = "caller", size = 0 } = {},
  ): Promise<unknown> {
    const account = { kind: "caller", name: by } as const;
    return this.turns.call({ rooms, account, size }, () => this.#handle(name, rooms, stanzas));
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

  /** The server acknowledges everything. */
  async ackAll(): Promise<void> {
    this.backlog.acked(this.#row + 1);
    await turn();
  }
}

describe("Turns of rooms", () => {
  const [crowded, quiet] = [`crowded@${DOMAIN}`, `quiet@${DOMAIN}`];

  it("let a crowded room wait, and another go on", async () => {
    const world = new World();
    for (const n of [1, 2, 3]) void world.arrive(`crowded ${n}`, crowded, 900);
    void world.arrive("quiet 1", quiet, 300);
    await turn();
    expect(world.handled).to.deep.equal(["crowded 1", "quiet 1"]);
    await world.ackAll();
    expect(world.handled).to.deep.equal(["crowded 1", "quiet 1", "crowded 2"]);
  });

  it("let a small room never wait for others", async () => {
    const world = new World((room) => (room === quiet ? 2 : 900));
    void world.arrive("crowded", crowded, 2 * WINDOW);
    void world.arrive("another crowd", `another@${DOMAIN}`, 900);
    for (const n of [1, 2, 3]) void world.arrive(`quiet ${n}`, quiet, 2);
    await turn();
    expect(world.handled).to.deep.equal(["crowded", "quiet 1", "quiet 2", "quiet 3"]);
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
      for (let n = 0; n <= arrived.length; n += 1) await world.ackAll();
      for (const room of ["0", "1", "2", "3"]) {
        const of = (names: string[]): string[] => names.filter((name) => name.startsWith(`${room} `));
        expect(of(world.handled)).to.deep.equal(of(arrived));
      }
    });
    await fc.assert(property, { numRuns: 100 });
  });

  it("let a program's calls wait in order, behind neither the room's stanzas nor another's calls", async () => {
    const world = new World();
    for (const n of [1, 2, 3]) void world.arrive(`stanza ${n}`, crowded, 900);
    for (const n of [1, 2, 3]) void world.call(`call ${n}`, [crowded], 900);
    void world.call("another's call", [crowded], 900, { by: "another" });
    void world.call("elsewhere", [quiet], 300);
    await turn();
    expect(world.handled).to.deep.equal(["stanza 1", "elsewhere"]);
    for (let n = 0; n < 6; n += 1) await world.ackAll();
    const [, , ...then] = world.handled;
    expect(new Set(then.slice(0, 3))).to.deep.equal(new Set(["stanza 2", "call 1", "another's call"]));
    expect(then.filter((name) => name.startsWith("call"))).to.deep.equal(["call 1", "call 2", "call 3"]);
  });

  it("let a call to several rooms wait for each, without holding any up", async () => {
    const world = new World();
    void world.arrive("crowd", crowded, 900);
    void world.call("both", [crowded, quiet], 10);
    void world.arrive("quiet", quiet, 10);
    await turn();
    expect(world.handled).to.deep.equal(["crowd", "quiet"]);
    await world.ackAll();
    expect(world.handled).to.deep.equal(["crowd", "quiet", "both"]);
  });

  it("let no call wait while the server can't be reached", async () => {
    const world = new World();
    world.isReady = false;
    for (const n of [1, 2, 3]) await world.call(`call ${n}`, [crowded], 900);
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
    for (let n = 0; n < 3; n += 1) await world.ackAll();
    expect(world.handled.slice(0, 3)).to.deep.equal(["step 1", "step 2", "step 3"]);
    expect(world.handled.slice(3)).to.have.members([
      "stanza",
      "during step 1",
      "during step 2",
      "during step 3",
    ]);
  });

  it("refuse a program whose waiting calls are too large, and nobody else", async () => {
    const world = new World();
    void world.arrive("crowd", crowded, 900);
    const size = 1024 * 1024;
    const answers = Array.from({ length: 40 }, (_, n) => world.call(`large ${n}`, [crowded], 1, { size }));
    void world.call("another's", [crowded], 1, { by: "another" });
    for (let n = 0; n < 60; n += 1) await world.ackAll();
    const refused = (await Promise.all(answers)).filter((answer) => answer instanceof Refusal);
    expect(refused).to.not.be.empty;
    expect(refused.length + world.handled.length).to.equal(42);
    expect(world.handled).to.contain("another's");
  });

  it("refuse an account whose waiting stanzas are too large, and nobody else", async () => {
    const world = new World();
    void world.arrive("crowd", crowded, 2 * WINDOW);
    const large = "x".repeat(1024 * 1024);
    const refusals: unknown[] = [];
    for (let n = 0; n < 20; n += 1)
      void world
        .arrive(`large ${n}`, crowded, 1, { from: "loud@test/1", body: large })
        .catch((error: unknown) => refusals.push(error));
    const another = world.arrive("another's", crowded, 1, { from: "calm@test/1" });
    await turn();
    expect(refusals).to.not.be.empty;
    expect(
      refusals.every((one) => one instanceof StanzaError && one.condition === "resource-constraint"),
    ).to.equal(true);
    for (let n = 0; n < 30; n += 1) await world.ackAll();
    await another;
    expect(world.handled).to.contain("another's");
  });

  it("refuse nobody because of others' stanzas, neither in their room nor elsewhere", async () => {
    const world = new World();
    void world.arrive("crowd", crowded, 2 * WINDOW);
    const large = "x".repeat(256 * 1024);
    let refused = 0;
    for (let n = 0; n < 400; n += 1)
      void world
        .arrive(`large ${n}`, crowded, 1, { from: `loud${n}@test/1`, body: large })
        .catch(() => (refused += 1));
    const there = world.arrive("there", crowded, 1, { from: "calm@test/1", body: "x".repeat(1024) });
    const elsewhere = world.arrive("elsewhere", quiet, 1, { from: "calm@test/1", body: "x".repeat(65_536) });
    await turn();
    expect(refused, "the loud are refused").to.be.above(300);
    for (let n = 0; n < 30; n += 1) await world.ackAll();
    await Promise.all([there, elsewhere]);
    expect(world.handled).to.include.members(["there", "elsewhere"]);
  });
});
