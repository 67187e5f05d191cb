/** Messages of incoming webhooks, which are kept for a day. */
import { expect } from "chai";
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
});
