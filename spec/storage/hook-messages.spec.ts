/** Messages of incoming webhooks, which are kept for a day. */
import { expect } from "chai";
import { BotsStore } from "../../storage/bots-store.js";
import { openDatabase, type Database } from "../../storage/database.js";
import { HookMessages } from "../../storage/hook-messages.js";
import { HooksStore } from "../../storage/hooks-store.js";
import { Folder } from "../support/folder.js";

const DAY = 1000;

describe("Messages of incoming webhooks", () => {
  let folder: Folder;
  let db: Database;
  beforeEach(() => {
    folder = new Folder();
    db = openDatabase(folder.at("qtalk.db"));
    new BotsStore(db).put({ name: "bot", title: "Bot", picture: undefined });
    const speaking = { receiver: "ops@c.test", sender: undefined, bot: "bot" };
    const rest = {
      format: "auto",
      template: undefined,
      signatureKey: undefined,
      corrects: false,
      announces: false,
      madeAt: 0,
    };
    const limits = { rate: undefined, bodyBytes: undefined };
    new HooksStore(db).add({ id: "h", name: "h", secret: Buffer.alloc(32), limits, ...speaking, ...rest });
  });
  afterEach(() => {
    db.close();
    folder.remove();
  });

  it("expire, the oldest first, no faster than others are added", () => {
    const messages = new HookMessages(db);
    const say = (n: number): void =>
      messages.put(
        {
          id: `m${n}`,
          hook: "h",
          receiver: "ops@c.test",
          fingerprint: undefined,
          call: undefined,
          request: undefined,
          acceptedAt: n,
        },
        n - DAY,
      );
    db.transaction(() => {
      for (let n = 0; n < 3 * DAY; n++) say(n);
    })();
    expect(messages.find("h", "m0")).to.equal(undefined);
    expect(messages.find("h", `m${3 * DAY - 1}`)?.acceptedAt).to.equal(3 * DAY - 1);
    expect(messages.find("h", `m${2 * DAY}`)).not.to.equal(undefined);
    const kept = db.prepare<[], number>("SELECT count(*) FROM hook_messages").pluck().get();
    expect(kept).to.be.within(DAY, DAY + 20);
  });
});
