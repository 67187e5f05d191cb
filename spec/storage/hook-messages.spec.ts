/** Messages of incoming webhooks, which are kept for a day. */
import { expect } from "chai";
import { BotRoomsStore } from "../../storage/bot-rooms-store.js";
import { BotsStore } from "../../storage/bots-store.js";
import { openDatabase, type Database } from "../../storage/database.js";
import { DeadLetters } from "../../storage/dead-letters.js";
import { HookMessages } from "../../storage/hook-messages.js";
import { HooksStore } from "../../storage/hooks-store.js";
import { addDeadLetter } from "../support/dead-letter.js";
import { Folder } from "../support/folder.js";
import { storedHook } from "../support/stored-hook.js";

const DAY = 1000;

describe("Messages of incoming webhooks", () => {
  let folder: Folder;
  let db: Database;
  beforeEach(() => {
    folder = new Folder();
    db = openDatabase(folder.at("qtalk.db"));
    new BotsStore(db).put({ name: "bot", title: "Bot", picture: undefined });
    new HooksStore(db).add(storedHook({ bot: "bot" }));
  });
  afterEach(() => {
    db.close();
    folder.remove();
  });

  describe("of which the server rejects one", () => {
    const decided = (): string | undefined => new HookMessages(db).find("h", "m1")?.outcome;
    let letters: DeadLetters;
    beforeEach(() => {
      const messages = new HookMessages(db);
      const message = { id: "m1", hook: "h", receiver: "x@c.test", request: undefined, acceptedAt: 1 };
      messages.put({ ...message, fingerprint: Buffer.from("f"), call: 1 }, 0);
      addDeadLetter(db, { stanza: "<message/>", reason: "no", acceptedAt: 1 });
      letters = new DeadLetters(db);
    });

    it("know that it is a dead letter, until it is put back into the outbox", () => {
      expect(decided()).to.equal("dead letter");
      letters.retry(1);
      expect(decided()).to.equal(undefined);
      expect(new HookMessages(db).find("h", "m1")?.call).to.equal(2);
    });

    it("let it be posted again when it was dropped", () => {
      letters.drop(1);
      expect(decided()).to.equal("dropped");
      expect(new HookMessages(db).same("h", Buffer.from("f"), 0)).to.equal(undefined);
    });
  });

  it("expire, the oldest first, no faster than others are added", () => {
    const messages = new HookMessages(db);
    const none = { fingerprint: undefined, call: undefined, request: undefined };
    const message = { hook: "h", receiver: "ops@c.test", ...none };
    db.transaction(() => {
      for (let n = 0; n < 3 * DAY; n++) messages.put({ ...message, id: `m${n}`, acceptedAt: n }, n - DAY);
    })();
    expect(messages.find("h", "m0")).to.equal(undefined);
    expect(messages.find("h", `m${3 * DAY - 1}`)?.acceptedAt).to.equal(3 * DAY - 1);
    expect(messages.find("h", `m${2 * DAY}`)).not.to.equal(undefined);
    const kept = db.prepare<[], number>("SELECT count(*) FROM hook_messages").pluck().get();
    expect(kept).to.be.within(DAY, DAY + 20);
  });

  describe("of which several are known", () => {
    const messages = (): HookMessages => new HookMessages(db);
    const put = (id: string, acceptedAt: number, more: object = {}): void =>
      messages().put(
        {
          ...{ id, hook: "h", receiver: "ops@c.test", fingerprint: Buffer.from("f"), call: undefined },
          ...{ request: undefined, acceptedAt, ...more },
        },
        0,
      );
    beforeEach(() => {
      new HooksStore(db).add(storedHook({ id: "i", name: "i", bot: "bot" }));
      put("a", 1);
      put("c", 3, { fingerprint: Buffer.from("g") });
      put("b", 2);
      put("other", 9, { hook: "i" });
    });

    it("are found by id, by what they say, and the last one", () => {
      expect(messages().last("h")?.id).to.equal("c");
      put("d", 3);
      expect(messages().last("h")?.id, "of two at a time, the later one").to.equal("d");
      expect(messages().same("h", Buffer.from("f"), 2)?.id).to.equal("d");
      expect(messages().same("h", Buffer.from("g"), 3)?.id).to.equal("c");
      expect(messages().same("h", Buffer.from("g"), 4)).to.equal(undefined);
      expect(messages().find("h", "other"), "of another hook").to.equal(undefined);
      expect([messages().isKnown("a", "ops@c.test"), messages().isKnown("a", "dev@c.test")]).to.deep.equal([
        true,
        false,
      ]);
    });

    it("are decided once, and keep the first outcome", () => {
      messages().decide("a", { outcome: "refused", condition: "forbidden", reason: "no" });
      messages().decide("a", { outcome: "confirmed" });
      expect(messages().decisionOf("a")).to.deep.equal({
        ...{ outcome: "refused", condition: "forbidden", reason: "no" },
      });
      expect(messages().decisionOf("b")).to.deep.equal({
        ...{ outcome: undefined, condition: undefined, reason: undefined },
      });
      expect(messages().decisionOf("none")).to.equal(undefined);
      put("e", 5, { call: 7 });
      put("f", 5, { call: 7 });
      messages().decide("e", { outcome: "bounced" });
      messages().died(7, "policy-violation");
      expect(["e", "f"].map((id) => messages().decisionOf(id)?.outcome)).to.deep.equal([
        "bounced",
        "dead letter",
      ]);
      messages().revived(7, 9);
      messages().dropped(7);
      expect(
        ["e", "f"].map((id) => [messages().find("h", id)?.call, messages().decisionOf(id)?.outcome]),
      ).to.deep.equal([
        [7, "bounced"],
        [9, undefined],
      ]);
      messages().died(9, "no");
      messages().dropped(9);
      expect(messages().find("h", "f")).to.deep.include({
        outcome: "dropped",
        fingerprint: undefined,
        reason: "no",
      });
    });

    it("to rooms elsewhere are told by their request, with what troubles the bot there", () => {
      const [room, gone] = ["ops@e.test", "gone@e.test"];
      const rooms = new BotRoomsStore(db);
      for (const each of [room, gone]) rooms.ask("bot", each, { isChosen: false, at: 1 });
      rooms.note(
        {
          bot: "bot",
          room: gone,
          state: "refused",
          condition: "forbidden",
          reason: "banned",
          nick: undefined,
        },
        2,
      );
      put("late", 8, { request: "r", receiver: room });
      put("early", 7, { request: "r", receiver: gone });
      put("here", 6, { request: "r" });
      put("elsewhere", 6, { request: "s", receiver: room });
      rooms.addPost("bot", gone, { id: "early", acceptedAt: 7 }, "<m/>");
      messages().noteTimes("late", 9, 10);
      messages().noteTimes("elsewhere", 9, 10);
      messages().decide("late", { outcome: "confirmed" });
      const [first, second, ...more] = messages().remoteOf("r");
      expect(more).to.deep.equal([]);
      expect(first).to.deep.include({
        name: "h",
        receiver: gone,
        acceptedAt: 7,
        trouble: "banned",
        outcome: undefined,
      });
      expect(second).to.deep.include({
        receiver: room,
        sentAt: 9,
        doneAt: 10,
        outcome: "confirmed",
        trouble: undefined,
      });
    });

    it("learn the room's id if they are about an alert or have a key", () => {
      db.exec(`INSERT INTO alerts (id, hook, name, current, state, receiver, message, title, text, labels, status, changed_at)
          VALUES (1, 'h', x'00', 1, 'open', 'r@c', 'm', 't', '', '{}', '{}', 1);
        INSERT INTO alert_messages (receiver, id, alert, said_at) VALUES ('r@c', 'm', 1, 1), ('r@c', 'n', 1, 1), ('s@c', 'm', 1, 1);
        INSERT INTO keyed_messages (hook, name, receiver, message, version, content, said_at)
          VALUES ('h', x'01', 'r@c', 'm', 'm', x'', 1), ('h', x'02', 'r@c', 'n', 'n', x'', 1)`);
      messages().identify("s1", "r@c", "m");
      const ids = (table: string): unknown[] =>
        db.prepare(`SELECT stanza_id FROM ${table} ORDER BY name`).pluck().all();
      expect(
        db.prepare("SELECT receiver, id FROM alert_messages WHERE stanza_id = 's1'").raw().all(),
      ).to.deep.equal([["r@c", "m"]]);
      expect(ids("keyed_messages")).to.deep.equal(["s1", null]);
    });
  });
});
