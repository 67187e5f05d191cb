/** The rows of hooks: what an address is compared with, and a hook's own limits. */
import { expect } from "chai";
import { openDatabase, type Database } from "../../storage/database.js";
import { BotsStore } from "../../storage/bots-store.js";
import { HooksStore } from "../../storage/hooks-store.js";
import { Folder } from "../support/folder.js";

const SECRET = Buffer.alloc(32, 1);
const NOBODY = Buffer.alloc(32, 2);

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

  it("have something to compare an address with whether there is such a hook or not", () => {
    expect(hooks.secretsOf("a", NOBODY)).to.deep.equal({ secret: SECRET, test: undefined });
    expect(hooks.secretsOf("b", NOBODY)).to.deep.equal({ secret: NOBODY, test: undefined });
    hooks.allowTest("a", NOBODY, 5);
    expect(hooks.secretsOf("a", NOBODY)).to.deep.equal({
      secret: SECRET,
      test: { secret: NOBODY, until: 5 },
    });
  });

  it("keep limits of their own, which can be changed and taken away", () => {
    expect(hooks.find("a")?.limits).to.deep.equal({ rate: undefined, bodyBytes: 2048 });
    hooks.setLimits("a", { rate: 0.5, bodyBytes: undefined });
    expect(hooks.named("a")?.limits).to.deep.equal({ rate: 0.5, bodyBytes: undefined });
  });
});
