/** How a bot stays in a room of another service, with a room that the test plays. */
import { setTimeout as lapse } from "node:timers/promises";
import { expect } from "chai";
import { Jid, type AccountJid, type FullJid } from "../../../../component/address.js";
import { Occupancy } from "../../../../component/hooks/remote/occupancy.js";
import type { IqAnswer } from "../../../../component/iq-requests.js";
import { xml, type Element } from "../../../../component/xml/builder.js";
import { read } from "../../muc/play.js";

const ROOM = "ops@rooms.test";
const USER = "http://jabber.org/protocol/muc#user";

/** A room with one bot, or without. */
class Room {
  readonly entered: string[] = [];
  /** Whether it answers pings. */
  pings = 0;
  knowsBot = true;
  registered: string | undefined;
  /** Status codes when somebody enters. */
  codes = ["110"];
  readonly left: string[] = [];
  readonly states: string[] = [];
  readonly occupancy = new Occupancy({
    bot: Jid.parse("bot@c.test/bot") as FullJid,
    room: Jid.parse(ROOM) as AccountJid,
    nickLength: 20,
    patience: 1_000,
    times: { idle: 30, kicked: 40 },
    requests: { ask: ({ payload }) => Promise.resolve(this.#answer(payload)) },
    write: (text) => this.#take(read(text)),
    looks: () => ({ title: "Bot", photo: xml("x", "photo") }),
    password: () => undefined,
    changed: () => this.states.push(this.occupancy.state),
  });

  says(nick: string, type: string | undefined, ...codes: readonly string[]): void {
    const x = xml("x", USER, ...codes.map((code) => xml("status", { code })));
    this.occupancy.presence(xml("presence", { from: `${ROOM}/${nick}`, type }, x), nick);
  }

  /** Waits until the bot has entered so often. */
  async hasEntered(times: number): Promise<void> {
    while (this.entered.length < times) await lapse(1);
    await lapse(1);
  }

  #answer(payload: Element): IqAnswer {
    if (payload.name === "ping") {
      this.pings += 1;
      return this.knowsBot
        ? { kind: "result", payload: undefined }
        : { kind: "error", condition: "not-acceptable" };
    }
    const { node } = payload.attrs;
    const name = node === undefined ? "The room" : this.registered;
    const identity = name === undefined ? undefined : xml("identity", { category: "conference", name });
    return { kind: "result", payload: xml("query", { node }, identity) };
  }

  #take({ attrs }: Element): boolean {
    const nick = attrs.to?.split("/")[1] ?? "";
    if (attrs.type === "unavailable") this.left.push(nick);
    else {
      this.entered.push(nick);
      setImmediate(() => this.says(nick, undefined, ...this.codes));
    }
    return true;
  }
}

describe("A bot in a room of another service", () => {
  it("enters again after a kick, later each time, and not because something is posted", async () => {
    const room = new Room();
    await room.occupancy.enter();
    const waits: number[] = [];
    for (let kicks = 1; kicks <= 3; kicks += 1) {
      const kickedAt = performance.now();
      room.says("Bot", "unavailable", "110", "307");
      expect(room.occupancy.wanted()).to.equal(undefined);
      await room.hasEntered(kicks + 1);
      waits.push(performance.now() - kickedAt);
      while (!room.occupancy.isInside) await lapse(1);
    }
    for (const [index, wait] of waits.entries()) expect(wait).to.be.at.least(40 * 2 ** index - 2);
  });

  it("asks whether it is still inside after a silence, and enters again if it isn't", async () => {
    const room = new Room();
    await room.occupancy.enter();
    while (room.pings < 2) await lapse(1);
    expect(room.entered).to.deep.equal(["Bot"]);
    room.knowsBot = false;
    await room.hasEntered(2);
  });

  it("has the nickname that is registered for it, and leaves a room that it would have made", async () => {
    const room = new Room();
    room.registered = "Butler";
    room.codes = ["110", "201"];
    await room.occupancy.enter();
    expect([room.entered, room.left]).to.deep.equal([["Butler"], ["Butler"]]);
    expect(room.occupancy.fault?.kind).to.equal("missing");
    room.occupancy.leave();
  });

  it("doesn't take others' presence for its own", async () => {
    const room = new Room();
    await room.occupancy.enter();
    room.says("Somebody", "unavailable", "301");
    room.says("Somebody", undefined);
    expect([room.occupancy.isInside, room.occupancy.nick]).to.deep.equal([true, "Bot"]);
    room.occupancy.leave();
  });
});
