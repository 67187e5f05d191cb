/** Bots in a room of another service, which the test plays. */
import { setTimeout as lapse } from "node:timers/promises";
import { expect } from "chai";
import { Jid } from "../../../../component/address.js";
import type { Bounce } from "../../../../component/hooks/bot-handlers.js";
import { HookFault } from "../../../../component/hooks/fault.js";
import { Bots } from "../../../../component/hooks/bots.js";
import { RemoteRooms } from "../../../../component/hooks/remote/remote-rooms.js";
import type { IqAnswer, IqRequest } from "../../../../component/iq-requests.js";
import { Metrics } from "../../../../component/metrics.js";
import { xml, type Element } from "../../../../component/xml/builder.js";
import { serialise } from "../../../../component/xml/serialise.js";
import { BotRoomsStore, type StoredBotRoom } from "../../../../storage/bot-rooms-store.js";
import { BotsStore } from "../../../../storage/bots-store.js";
import { openDatabase, type Database } from "../../../../storage/database.js";
import { GroupCommit } from "../../../../storage/group-commit.js";
import { LogLines } from "../../../support/log-lines.js";
import { Folder } from "../../../support/folder.js";
import { INHERITED } from "../../../support/inherited-names.js";
import { read } from "../../muc/play.js";

const ROOM = "ops@rooms.test";
const BOT = "bot@c.test";
const USER = "http://jabber.org/protocol/muc#user";
const jid = (text: string): Jid => Jid.parse(text)!;

/** A room with one bot, or without. */
class Room {
  readonly entered: string[] = [];
  readonly left: string[] = [];
  /** Ids of messages, each time that the room gets one. */
  readonly messages: string[] = [];
  readonly bounces: Bounce[] = [];
  pings = 0;
  knowsBot = true;
  registered: string | undefined;
  /** Status codes for whoever enters. */
  codes = ["110"];
  /** Conditions with which it refuses the next messages; afterwards it reflects them. */
  refusals: string[] = [];
  /** Conditions with which it refuses to let the bot in. */
  closed: string[] = [];
  readonly rooms: RemoteRooms;
  readonly #db: Database;
  readonly #store: BotRoomsStore;

  constructor(folder: Folder) {
    this.#db = openDatabase(`${folder.path}/db`);
    new BotsStore(this.#db).put({ name: "bot", title: "Bot", picture: undefined });
    this.#store = new BotRoomsStore(this.#db);
    this.#store.ask("bot", ROOM, { isChosen: true, at: 1 });
    const listeners = new Map<string, () => void>();
    this.rooms = new RemoteRooms({
      ...{ db: this.#db, commit: new GroupCommit(this.#db), domain: "c.test", nickLength: 20 },
      bots: new Bots(new BotsStore(this.#db), { domain: "c.test", nickLength: 20 }),
      config: { queue: 3 },
      link: { isUp: true, on: (event, listener) => listeners.set(event, listener) },
      requests: { ask: (request) => Promise.resolve(this.#answer(request)) },
      unqueued: { write: (stanza) => this.#take(read(stanza)) },
      confirmTimeout: 20_000,
      bounced: (bounce) => this.bounces.push(bounce),
      listener: { heardIn: () => undefined },
      times: { idle: 30, kicked: 40 },
      metrics: new Metrics(),
      log: new LogLines().logger,
    });
    this.linkUp = () => listeners.get("up")?.();
    this.linkDown = () => listeners.get("down")?.();
    this.close = () => {
      this.linkDown();
      this.#db.close();
    };
  }

  readonly linkUp: () => void;
  readonly linkDown: () => void;
  readonly close: () => void;

  get stored(): StoredBotRoom {
    return this.#store.find("bot", ROOM)!;
  }

  says(nick: string, type: string | undefined, ...codes: readonly string[]): void {
    const x = xml("x", USER, ...codes.map((code) => xml("status", { code })));
    this.rooms.presence(
      xml("presence", { from: `${ROOM}/${nick}`, type }, x),
      jid(`${ROOM}/${nick}`),
      jid(BOT),
    );
  }

  message(from: string, message: Element): void {
    this.rooms.message(message, jid(from), jid(BOT));
  }

  post(id: string): ReturnType<RemoteRooms["post"]> {
    const stanza = serialise(xml("message", { from: `${BOT}/bot`, to: ROOM, type: "groupchat", id }));
    return this.rooms.post("bot", jid(ROOM), { id, stanza, note: () => undefined });
  }

  /** Waits until this holds. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) await lapse(1);
  }

  async enters(): Promise<void> {
    this.linkUp();
    await this.is("inside");
  }

  is(state: string): Promise<void> {
    return this.until(() => this.stored.state === state);
  }

  #answer({ payload }: IqRequest): IqAnswer {
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

  #take({ name, attrs }: Element): boolean {
    if (name === "message") setImmediate(() => this.#hear(attrs.id ?? ""));
    else if (attrs.type === "unavailable") this.left.push(attrs.to?.split("/")[1] ?? "");
    else {
      const nick = attrs.to?.split("/")[1] ?? "";
      this.entered.push(nick);
      const condition = this.closed.shift();
      if (condition === undefined) setImmediate(() => this.says(nick, undefined, ...this.codes));
      else setImmediate(() => this.#refuses(nick, condition));
    }
    return true;
  }

  #refuses(nick: string, condition: string): void {
    const from = `${ROOM}/${nick}`;
    this.rooms.presence(xml("presence", { from, type: "error" }, errorOf(condition)), jid(from), jid(BOT));
  }

  #hear(id: string): void {
    this.messages.push(id);
    const condition = this.refusals.shift();
    if (condition === undefined) this.message(`${ROOM}/Bot`, xml("message", { type: "groupchat", id }));
    else this.message(ROOM, xml("message", { type: "error", id }, errorOf(condition)));
  }
}

function errorOf(condition: string): Element {
  const stanzas = "urn:ietf:params:xml:ns:xmpp-stanzas";
  return xml("error", { type: "wait" }, xml(condition, { xmlns: stanzas }));
}

describe("A bot in a room of another service", () => {
  let folder: Folder;
  let room: Room;
  beforeEach(() => {
    folder = new Folder();
    room = new Room(folder);
  });
  afterEach(() => {
    room.close();
    folder.remove();
  });

  it("enters again after a kick, later each time", async () => {
    await room.enters();
    const waits: number[] = [];
    for (let kicks = 1; kicks <= 3; kicks += 1) {
      const kickedAt = performance.now();
      room.says("Bot", "unavailable", "110", "307");
      await room.until(() => room.entered.length === kicks + 1);
      waits.push(performance.now() - kickedAt);
      await room.is("inside");
    }
    for (const [index, wait] of waits.entries()) expect(wait).to.be.at.least(40 * 2 ** index - 2);
  });

  it("pings itself after a silence, and enters again if it is outside", async () => {
    room.linkUp();
    await room.until(() => room.pings >= 2);
    expect(room.entered).to.deep.equal(["Bot"]);
    room.knowsBot = false;
    await room.until(() => room.entered.length === 2);
  });

  it("uses its registered nickname", async () => {
    room.registered = "Butler";
    await room.enters();
    expect([room.entered, room.stored.nick]).to.deep.equal([["Butler"], "Butler"]);
  });

  it("isn't confused by other occupants' presence", async () => {
    await room.enters();
    room.says("Somebody", "unavailable", "301");
    room.says("Somebody", undefined);
    expect(await room.post("m1")).to.equal("confirmed");
    expect([room.stored.state, room.stored.nick]).to.deep.equal(["inside", "Bot"]);
  });

  it("enters again after a shutdown of the room's service, and sends waiting posts", async () => {
    await room.enters();
    room.says("Bot", "unavailable", "110", "332");
    await room.is("waiting");
    const post = room.post("m1");
    await room.until(() => room.entered.length === 2);
    expect(await post).to.equal("confirmed");
    expect(room.messages).to.deep.equal(["m1"]);
  }).timeout(30_000);

  for (const condition of ["policy-violation", "resource-constraint"]) {
    it(`posts again, in order, after the room has refused for now with ${condition}`, async () => {
      await room.enters();
      room.refusals = [condition];
      const posts = await Promise.all(["m1", "m2"].map((id) => room.post(id)));
      expect(posts).to.deep.equal(["confirmed", "confirmed"]);
      expect(room.messages).to.deep.equal(["m1", "m1", "m2"]);
      expect([room.bounces, room.entered]).to.deep.equal([[], ["Bot"]]);
    }).timeout(30_000);
  }

  it("reports a post that the room refuses for good, and continues with the next", async () => {
    await room.enters();
    room.refusals = ["forbidden"];
    const [refused, next] = await Promise.all(["m1", "m2"].map((id) => room.post(id)));
    expect(refused).to.deep.include({ kind: "forbidden" });
    expect(next).to.equal("confirmed");
    expect(room.bounces).to.deep.equal([{ id: "m1", sender: BOT, from: ROOM, condition: "forbidden" }]);
  });

  it("accepts at most hooks.queue posts while it is outside", async () => {
    await room.enters();
    room.says("Bot", "unavailable", "110", "332");
    await room.is("waiting");
    const posts = ["m1", "m2", "m3"].map((id) => room.post(id));
    await room.until(() => room.stored.posts === 3);
    expect(await room.post("m4")).to.deep.include({ kind: "unavailable" });
    expect(await Promise.all(posts)).to.deep.equal(["confirmed", "confirmed", "confirmed"]);
    expect(room.messages).to.deep.equal(["m1", "m2", "m3"]);
  }).timeout(30_000);

  it("enters when the room invites it, and not for similar messages", async () => {
    await room.enters();
    room.says("Bot", "unavailable", "110", "321");
    await room.is("refused");
    const invite = xml("invite", { from: "juliet@x.test" });
    room.message(ROOM, xml("message", {}, xml("x", "urn:other", invite)));
    await lapse(50);
    expect(room.entered).to.have.length(1);
    room.message(ROOM, xml("message", {}, xml("x", USER, invite)));
    await room.until(() => room.entered.length === 2);
    await room.is("inside");
  });

  for (const name of INHERITED) {
    it(`survives the error condition ${name}, for itself and for a post`, async () => {
      room.closed = [name];
      room.linkUp();
      await room.is("waiting");
      expect(room.stored.condition).to.equal("undefined-condition");
      room.linkDown();
      await room.enters();
      room.refusals = [name];
      expect(await room.post("m1")).to.be.instanceOf(HookFault);
      expect(room.bounces.map(({ condition }) => condition)).to.deep.equal(["undefined-condition"]);
    });
  }
});
