import { expect } from "chai";
import { hashOf } from "../../../component/hooks/secrets.js";
import { parseConfig } from "../../../scripts/config/config.js";
import { hooksOf } from "../../../scripts/doctor/hooks.js";
import { BotsStore } from "../../../storage/bots-store.js";
import { openDatabase } from "../../../storage/database.js";
import { HooksStore } from "../../../storage/hooks-store.js";
import { Folder } from "../../support/folder.js";

describe("doctor, of hooks", () => {
  let folder: Folder;
  beforeEach(() => {
    folder = new Folder();
  });
  afterEach(() => folder.remove());

  const found = (): string[] => {
    const config = parseConfig({
      xmpp: { domain: "c.test", password: "x", hosts: ["x.test"] },
      storage: { path: folder.at("qtalk.db") },
    });
    return hooksOf(config).map(({ state, text }) => `${state}: ${text}`);
  };
  const add = (name: string, receiver: string, sender?: string): void => {
    const db = openDatabase(folder.at("qtalk.db"));
    if (sender === undefined) new BotsStore(db).put({ name, title: name, picture: undefined });
    const bot = sender === undefined ? name : undefined;
    const rest = {
      format: "auto",
      template: undefined,
      signatureKey: undefined,
      corrects: false,
      madeAt: 0,
      limits: { rate: undefined, bodyBytes: undefined },
    };
    new HooksStore(db).add({ id: name, name, secret: hashOf("x"), receiver, sender, bot, ...rest });
    db.close();
  };

  it("says nothing where there are none, and that they are fine where they are", () => {
    expect(found()).to.deep.equal([]);
    openDatabase(folder.at("qtalk.db")).close();
    expect(found()).to.deep.equal([]);
    add("a", "juliet@x.test");
    expect(found()).to.deep.equal(["fine: 1 incoming webhook has an existing receiver and sender"]);
  });

  it("names those whose room isn't there, or whose user isn't served", () => {
    add("a", "ops@c.test");
    add("b", "juliet@x.test", "romeo@y.test");
    expect(found()).to.deep.equal([
      "doubtful: the hook a posts to the room ops@c.test, which doesn't exist: posts are refused",
      "wrong: the hook b posts as romeo@y.test, but y.test is not in xmpp.hosts (x.test)",
    ]);
  });
});
