/** The rows of hooks, and their own limits. */
import { expect } from "chai";
import { openDatabase, type Database } from "../../storage/database.js";
import { BotsStore } from "../../storage/bots-store.js";
import { HooksStore } from "../../storage/hooks-store.js";
import { Folder } from "../support/folder.js";

const SECRET = Buffer.alloc(32, 1);

describe("The rows of hooks", () => {
  let folder: Folder;
  let db: Database;
  let hooks: HooksStore;
  beforeEach(() => {
    folder = new Folder();
    db = openDatabase(folder.at("qtalk.db"));
    hooks = new HooksStore(db);
    new BotsStore(db).put({ name: "bot", title: "Bot", picture: undefined });
    const speaking = { receiver: "ops@c.test", sender: undefined, bot: "bot" };
    const rest = { format: "auto", template: undefined, signatureKey: undefined, corrects: false, madeAt: 0 };
    const limits = { rate: undefined, bodyBytes: 2048 };
    hooks.add({ id: "a", name: "a", secret: SECRET, limits, ...speaking, ...rest });
  });
  afterEach(() => {
    db.close();
    folder.remove();
  });

  it("keep limits of their own, which can be changed and taken away", () => {
    expect(hooks.find("a")?.limits).to.deep.equal({ rate: undefined, bodyBytes: 2048 });
    hooks.set({ ...hooks.find("a")!, limits: { rate: 0.5, bodyBytes: undefined } });
    expect(hooks.named("a")?.limits).to.deep.equal({ rate: 0.5, bodyBytes: undefined });
  });
});
