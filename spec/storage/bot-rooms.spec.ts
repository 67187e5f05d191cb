import { expect } from "chai";
import { BotRoomsStore, MAX_LEFT } from "../../storage/bot-rooms-store.js";
import { BotsStore } from "../../storage/bots-store.js";
import { openDatabase, type Database } from "../../storage/database.js";
import { HookMessages } from "../../storage/hook-messages.js";
import { HooksStore } from "../../storage/hooks-store.js";
import { Folder } from "../support/folder.js";
import { storedHook } from "../support/stored-hook.js";

const [OPS, DEV] = ["ops@rooms.test", "dev@rooms.test"];

describe("Stored rooms of bots", () => {
  let folder: Folder;
  let db: Database;
  let store: BotRoomsStore;
  beforeEach(() => {
    folder = new Folder();
    db = openDatabase(folder.at("qtalk.db"));
    store = new BotRoomsStore(db);
    for (const name of ["zoe", "abe"]) new BotsStore(db).put({ name, title: name, picture: undefined });
  });
  afterEach(() => {
    db.close();
    folder.remove();
  });

  const ask = (
    bot: string,
    room: string,
    at: number,
    more: { readonly password?: string; readonly isChosen?: boolean } = {},
  ): void => store.ask(bot, room, { isChosen: false, at, ...more });
  const post = (bot: string, room: string, id: string): number =>
    store.addPost(bot, room, { id, acceptedAt: 1 }, `<${id}/>`);

  it("are listed by bot and room, with the number of posts that wait there", () => {
    ask("zoe", OPS, 1);
    ask("abe", OPS, 1);
    ask("abe", DEV, 1);
    for (const id of ["a", "b"]) post("abe", OPS, id);
    post("zoe", OPS, "c");
    const listed = store.list().map(({ bot, room, posts }) => [bot, room, posts]);
    expect(listed).to.deep.equal([
      ["abe", DEV, 0],
      ["abe", OPS, 2],
      ["zoe", OPS, 1],
    ]);
    expect(store.find("abe", OPS)?.posts).to.equal(2);
    expect([store.count("abe"), store.count("zoe"), store.postCount()]).to.deep.equal([2, 1, 3]);
  });

  it("are asked for again: the password and an operator's wish stay, and each request is later than the last", () => {
    ask("abe", OPS, 100, { password: "open", isChosen: true });
    store.note(
      { bot: "abe", room: OPS, state: "refused", condition: "forbidden", reason: "no", nick: "Abe" },
      150,
    );
    const first = store.find("abe", OPS);
    expect(first).to.include({
      state: "refused",
      condition: "forbidden",
      reason: "no",
      nick: "Abe",
      since: 150,
    });
    ask("abe", OPS, 50);
    const again = {
      state: "entering",
      since: 50,
      requestedAt: 101,
      password: "open",
      isChosen: true,
      nick: "Abe",
    };
    expect(store.find("abe", OPS)).to.include(again);
    ask("abe", OPS, 500, { password: "sesame" });
    expect(store.find("abe", OPS)).to.include({ requestedAt: 500, password: "sesame", isChosen: true });
    store.setPassword("abe", OPS, "third");
    expect(store.find("abe", OPS)?.password).to.equal("third");
  });

  it("count as outside unless the bot is inside", () => {
    const states = ["inside", "outside", "unsure", "refused", "entering"] as const;
    for (const [at, state] of states.entries()) {
      const room = `r${at}@rooms.test`;
      ask("abe", room, 1);
      store.note({ bot: "abe", room, state, condition: undefined, reason: undefined, nick: undefined }, 2);
    }
    expect(store.outsideCount()).to.equal(4);
  });

  it("keep posts in their order until they are removed, and can't be removed before", () => {
    ask("abe", OPS, 1);
    ask("abe", DEV, 1);
    const [first, second] = [post("abe", OPS, "z"), post("abe", OPS, "a")];
    expect(store.posts("abe", OPS).map(({ id }) => id)).to.deep.equal(["z", "a"]);
    expect([store.roomOf(first), store.stanza(second)]).to.deep.equal([OPS, "<a/>"]);
    expect(() => store.remove("abe", OPS)).to.throw("FOREIGN KEY");
    store.removePost({ rowId: first, id: "z", acceptedAt: 1 });
    expect(store.roomOf(first)).to.equal(undefined);
    store.removePost({ rowId: second, id: "a", acceptedAt: 1 });
    store.remove("abe", OPS);
    expect(store.list().map(({ room }) => room)).to.deep.equal([DEV]);
  });

  it("give a webhook's waiting posts to another room, with their outcomes, and no others", () => {
    for (const name of ["mine", "other"])
      new HooksStore(db).add(storedHook({ id: name, name, bot: "abe", receiver: OPS }));
    for (const room of [OPS, DEV]) ask("abe", room, 1);
    ask("zoe", OPS, 1);
    const messages = new HookMessages(db);
    const message = {
      receiver: OPS,
      fingerprint: undefined,
      call: undefined,
      request: undefined,
      acceptedAt: 1,
    };
    for (const [id, hook] of Object.entries({ a: "mine", b: "other", c: "mine", said: "mine" }))
      messages.put({ ...message, id, hook }, 0);
    post("abe", OPS, "a");
    post("abe", OPS, "b");
    post("zoe", OPS, "c");
    const waiting = store.waitingOf("mine", "abe", OPS);
    expect(waiting.map(({ id }) => id)).to.deep.equal(["a"]);
    for (const each of waiting) store.movePost({ ...each, stanza: "<moved/>" }, { from: OPS, to: DEV });
    expect(store.stanza(waiting[0]?.rowId ?? 0)).to.equal("<moved/>");
    expect(store.posts("abe", DEV).map(({ id }) => id)).to.deep.equal(["a"]);
    expect(store.posts("abe", OPS).map(({ id }) => id)).to.deep.equal(["b"]);
    expect(messages.find("mine", "a")?.receiver).to.equal(DEV);
    for (const [hook, id] of [
      ["other", "b"],
      ["mine", "c"],
      ["mine", "said"],
    ] as const)
      expect(messages.find(hook, id)?.receiver, id).to.equal(OPS);
  });

  it("are remembered when the bot has left them, the newest thousand, until it is asked to enter again", () => {
    ask("abe", OPS, 1);
    expect(store.hasLeft("abe", OPS)).to.equal(false);
    store.leave("abe", OPS, 1);
    expect([store.find("abe", OPS), store.hasLeft("abe", OPS), store.hasLeft("zoe", OPS)]).to.deep.equal([
      undefined,
      true,
      false,
    ]);
    ask("abe", OPS, 2);
    expect(store.hasLeft("abe", OPS)).to.equal(false);
    db.transaction(() => {
      for (let n = 0; n <= MAX_LEFT; n++) store.leave("abe", `${n}@x.test`, n);
    })();
    expect(db.prepare("SELECT count(*) FROM bot_rooms_left").pluck().get()).to.equal(MAX_LEFT);
    expect([store.hasLeft("abe", "0@x.test"), store.hasLeft("abe", "1@x.test")]).to.deep.equal([false, true]);
  });
});
