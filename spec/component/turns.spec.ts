/** Rooms take turns: order within a room, and what others wait for. */
import { expect } from "chai";
import fc from "fast-check";
import { Jid } from "../../component/addresses/address.js";
import { Metrics } from "../../component/metrics.js";
import { Backlog } from "../../component/outbox/backlog.js";
import { StanzaError } from "../../component/inbound/stanza-error.js";
import { Turns } from "../../component/turns.js";
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
  #row = 0;

  constructor(sessions: (room: string) => number = () => 300) {
    this.turns = new Turns(this.backlog, sessions, new Metrics());
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
    return this.turns.run({ stanza, from: jid(from), room }, () => {
      this.handled.push(name);
      const text = serialise(xml("message", { from: room }));
      const row = { kind: "message", sender: room, stanza: text, stanzas, acceptedAt: 0 } as const;
      this.#row += 1;
      this.backlog.stored(this.backlog.take([row]), this.#row);
      return Promise.resolve();
    });
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
});
