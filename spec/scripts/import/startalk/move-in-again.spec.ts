import { expect } from "chai";
import { Failure } from "../../../../scripts/failure.js";
import { openDatabase } from "../../../../storage/database.js";
import { affiliation, optsOf } from "../../../support/startalk.js";
import { ALL, CARDS, DOMAIN, OWNERS, ROOMS, SILENT, blocksOf, everythingIn, Original } from "./original.js";

describe("Moving in again", () => {
  let original: Original;
  beforeEach(() => (original = new Original()));
  afterEach(() => original.end());

  it("finds everything there when it is run again, and takes what is new", async () => {
    await original.move(original.dump(...blocksOf(ALL)));
    const before = everythingIn(original.db);
    const { results } = await original.move(original.dump(...blocksOf(ALL)));
    expect(everythingIn(original.db)).to.deep.equal(before);
    expect(results.every(({ added, changed }) => added === 0 && changed === 0)).to.equal(true);

    const cards = [{ ...CARDS[0], show_name: "新名" }];
    const owners = optsOf(`${OWNERS},${affiliation("wangwu", "admin")}`);
    const rooms = [{ ...ROOMS[0], opts: owners }];
    await original.move(original.dump(...blocksOf({ ...ALL, muc_vcard_info: cards, muc_room: rooms })));
    expect(original.options("room1")).to.include({ name: "新名" });
    expect(original.affiliations("room1")).to.include("wangwu@qtalk admin");
    await original.move(original.dump(...blocksOf(ALL)));
    expect(original.affiliations("room1"), "nobody is lowered").to.include("wangwu@qtalk admin");
  });

  it("is refused once the component has run with what was imported, unless that is meant", async () => {
    const serve = (at: number): unknown =>
      original.db.prepare("UPDATE outbox_progress SET up_at = ?").run(at);
    // It has run before, too, which keeps nobody from importing, nor from going on after an interruption.
    serve(Date.now() - 1);
    const update = (): void => {
      throw new Error("interrupted");
    };
    const interrupted = original.move(original.dump(...blocksOf(ALL)), { progress: { ...SILENT, update } });
    expect(await interrupted.catch(String)).to.include("interrupted");
    await original.move(original.dump(...blocksOf(ALL)));
    await original.move(original.dump(...blocksOf(ALL)));
    serve(Date.now() + 1);
    original.db.exec("DELETE FROM affiliations WHERE jid = 'wangwu@qtalk'");
    const before = everythingIn(original.db);
    const refused = await original.move(original.dump(...blocksOf(ALL))).catch((error: unknown) => error);
    expect(refused).to.be.instanceOf(Failure);
    expect(String(refused)).to.include("repeat the command with --again");
    expect(everythingIn(original.db)).to.deep.equal(before);
    await original.move(original.dump(...blocksOf(ALL)), { isAgain: true });
    expect(original.affiliations("room1")).to.include("wangwu@qtalk member");
  });

  it("lifts no ban that was made since, whatever the person was in the original", async () => {
    const opts = optsOf(`${OWNERS},${affiliation("wangwu", "admin")}`);
    const tables = { ...ALL, muc_room: [{ ...ROOMS[0], opts }] };
    await original.move(original.dump(...blocksOf(tables)));
    expect(original.affiliations("room1")).to.include("wangwu@qtalk admin");
    original.db.exec("UPDATE affiliations SET affiliation = 'outcast' WHERE jid = 'wangwu@qtalk'");
    await original.move(original.dump(...blocksOf(tables)));
    expect(original.affiliations("room1")).to.include("wangwu@qtalk outcast");
  });

  it("has everything if it is run again after interruptions, its list of refused rows too", async () => {
    const many = Array.from({ length: 200 }, (_, i) => ({
      muc_name: i % 7 === 0 ? "gone" : "room1",
      username: `user${i}`,
      host: "qtalk",
      domain: DOMAIN,
      id: i + 1,
    }));
    const tables = { ...ALL, muc_room_users: many };
    await original.move(original.dump(...blocksOf(tables)), { batch: 10 });
    const expected = everythingIn(original.db);
    const list = original.refused();

    const other = openDatabase(":memory:");
    let most = 3;
    let interruptions = 0;
    for (let done = false; !done; most += 5) {
      let steps = 0;
      const update = (): void => {
        if ((steps += 1) > most) throw new Error("interrupted");
      };
      const move = { batch: 10, progress: { ...SILENT, update } };
      done = await original.move(original.dump(...blocksOf(tables)), move, other).then(
        () => true,
        () => false,
      );
      if (!done) interruptions += 1;
    }
    expect(interruptions).to.be.above(3);
    expect(everythingIn(other)).to.deep.equal(expected);
    expect(original.refused()).to.deep.equal(list);
    expect(list).to.have.length(29);
  });
});
