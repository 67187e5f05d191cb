/** What operators see in the console's lists, and what of it they change. */
import { expect } from "chai";
import { Errcode, Refusal } from "../../../component/refusal.js";
import { makeRoom } from "../../../component/administration/make-room.js";
import { BotsStore } from "../../../storage/bots-store.js";
import { HooksStore } from "../../../storage/hooks-store.js";
import { HAG } from "../../component/muc/play.js";
import { ConsoleStage, faultOf, WITH_CALLERS, type Headers, type StageOptions } from "./stage.js";
import { addDeadLetter } from "../../support/dead-letter.js";

const HOST = "qtalk.test.org";
const MORE = {
  template: "t",
  signatureKey: "hidden",
  corrects: true,
  announces: false,
  limits: { rate: 2, bodyBytes: undefined },
  madeAt: 7,
};

/** More than one request may name. */
const ANY_MORE = Array.from({ length: 1_001 }, (_, i) => `user-${i}`);

describe("The console's lists", () => {
  let stage: ConsoleStage;
  afterEach(() => stage.close());
  const open = async (options: StageOptions = {}): Promise<void> => {
    stage = await ConsoleStage.open(options);
  };
  const all = (path: string, kind: string, limit: number, headers?: Headers): Promise<unknown[]> =>
    stage.pages(path, kind, limit, headers);

  describe("of dead letters", () => {
    it("show each with its reason, and put back or delete those that are named", async () => {
      await open();
      for (const stanza of ["<a/>", "<b/>", `<c>${"x".repeat(5000)}</c>`])
        addDeadLetter(stage.desk.play.db, { acceptedAt: 1, diedAt: 2, reason: "policy-violation", stanza });
      const shown = (await all("dead-letters", "letters", 2)) as Record<string, unknown>[];
      expect(shown.map(({ id, stanza, isCut }) => [id, String(stanza).length, isCut])).to.eql([
        [1, 4, false],
        [2, 4, false],
        [3, 4000, true],
      ]);
      expect(shown[0]).to.include({ acceptedAt: 1, diedAt: 2, reason: "policy-violation", request: null });
      expect(shown.map(({ bytes }) => bytes)).to.eql([4, 4, 5007]);

      expect((await stage.changes("dead-letters/retry", { ids: [1, 99] })).json.message).to.match(
        /^1 dead letter was put back into the queue \(1\)\.$/,
      );
      expect((await stage.changes("dead-letters/drop", { ids: [2, 3] })).json.message).to.match(
        /^2 dead letters were deleted \(2, 3\)\.$/,
      );
      expect((await stage.asks("dead-letters")).json).to.eql({ letters: [], next: null, count: 0 });
      const sent = (): string[] => stage.desk.play.link.withoutPings.map(String);
      while (!sent().some((text) => text.startsWith("<a>"))) await new Promise(setImmediate);
      expect(faultOf(await stage.changes("dead-letters/drop", { ids: [1] }))).to.eql([404, "missing", "ids"]);
      for (const ids of [[], Array.from({ length: 201 }, (_, i) => i + 1)])
        expect(faultOf(await stage.changes("dead-letters/drop", { ids }))).to.eql([400, "input", "ids"]);
    });
  });

  describe("of callers and hooks", () => {
    it("tell what each may do, and how it used that", async () => {
      const outcomes: (Refusal | object)[] = [{}, new Refusal(Errcode.notFound, "user: nobody")];
      await open({ runs: { auth_uk: () => Promise.resolve(outcomes.shift() ?? {}) } });
      for (let i = 0; i < 3; i += 1) await stage.http.request("/qtalk/auth_uk?u=test&k=1");
      const { json } = await stage.asks("callers");
      expect(json).to.include({ open: true });
      const [anybody] = json.callers as Record<string, { lastAt?: number }>[];
      expect(anybody).to.deep.include({ name: "anybody", senders: ["*"], rate: null });
      expect(anybody?.use).to.include({ calls: 3, refused: 1 });
      expect(anybody?.use?.lastAt).to.be.closeTo(Date.now(), 10_000);
    });

    it("show no secret", async () => {
      await open({ config: WITH_CALLERS });
      const ann = await stage.logIn(stage.addOperator("ann"));
      const { json } = await stage.asks("callers", ann);
      expect(json.open).to.equal(false);
      expect(json.callers).to.eql([
        {
          ...{ name: "hr", addresses: ["10.0.0.0/8"], token: true, endpoints: null, senders: [], rooms: [] },
          ...{ everyone: false, rate: 20, use: { calls: 0, refused: 0, lastAt: null } },
        },
      ]);
      expect(JSON.stringify(json)).not.to.contain("eeee");
      const { db } = stage.desk.play;
      new BotsStore(db).put({ name: "ci", title: "CI", picture: undefined });
      const secret = Buffer.from("secret");
      const hook = {
        id: "1",
        name: "ci",
        secret,
        receiver: "ops@x.test",
        sender: undefined,
        bot: "ci",
        format: "auto",
      };
      new HooksStore(db).add({ ...hook, ...MORE });
      const hooks = await stage.asks("hooks", ann);
      expect(hooks.json).to.deep.include({ rate: 5, bodyBytes: 1024, next: null, count: 1 });
      expect(hooks.json.hooks).to.eql([
        {
          ...{ name: "ci", receiver: "ops@x.test", sender: "ci@conference.qtalk.test.org", title: "CI" },
          ...{
            format: "auto",
            corrects: true,
            announces: false,
            madeAt: 7,
            trouble: null,
            rate: 2,
            bodyBytes: null,
            isSigned: true,
            hasTemplate: true,
          },
          use: { calls: 0, refused: 0, lastAt: null },
        },
      ]);
      expect(JSON.stringify(hooks.json)).not.to.contain("hidden");
      new HooksStore(db).add({ ...hook, ...MORE, id: "2", name: "forge" });
      const paged = (await all("hooks", "hooks", 1, ann)) as { name: string }[];
      expect(paged.map(({ name }) => name)).to.eql(["ci", "forge"]);
    });

    it("tell why the last calls were refused, the newest first", async () => {
      const unknown = new Refusal(Errcode.notFound, "u: nobody");
      await open({ runs: { auth_uk: () => Promise.resolve(unknown) } });
      await stage.http.request("/qtalk/auth_uk?u=test&k=1");
      await stage.http.request("/qtalk/none", { headers: { "X-Request-Id": "r1" } });
      await stage.http.post("send_thirdmessage", { from: "a" });
      const { calls } = (await stage.asks("refused")).json as { calls: Record<string, unknown>[] };
      expect(calls.map(({ endpoint, caller, kind, errcode }) => [endpoint, caller, kind, errcode])).to.eql([
        ["send_thirdmessage", "anybody", "request", 1],
        ["unknown", null, "request", 1],
        ["auth_uk", "anybody", "notFound", 4],
      ]);
      expect(calls[0]?.reason).to.match(/^to: /);
      expect(calls[1]).to.include({ address: "127.0.0.1", reason: "request not defined", request: "r1" });
    });
  });

  describe("of rooms", () => {
    it("are searched and gone through page by page", async () => {
      await open();
      for (const [room, title] of [
        ["plan", "Planning"],
        ["dev", "Development"],
        ["ops", ""],
      ]) {
        await stage.changes("rooms-do/make", { room, title, owner: HAG });
      }
      const rooms = (await all("rooms", "rooms", 1)) as { name: string }[];
      expect(rooms.map(({ name }) => name)).to.eql(["dev", "ops", "plan"]);
      const { json } = await stage.asks("rooms?search=PLANN");
      expect(json.rooms).to.eql([
        { name: "plan", address: "plan@conference.qtalk.test.org", title: "Planning", members: 1, inside: 0 },
      ]);
    });

    it("show who is inside and who is what, and a form without its password", async () => {
      await open();
      await stage.desk.play.coven();
      await stage.changes("rooms-do/affiliation", {
        room: "coven",
        affiliation: "outcast",
        users: ["spy", "mole"],
        reason: "spies",
      });
      const shown = (await stage.asks("rooms/coven")).json as Record<string, unknown> & {
        fields: Record<string, unknown>[];
      };
      expect(shown).to.deep.include({ name: "coven", inside: 2, isLocked: false });
      expect(shown.affiliations).to.eql({ owner: 1, admin: 0, member: 0, outcast: 2 });
      const field = (name: string) => shown.fields.find((each) => each.name === `muc#roomconfig_${name}`);
      expect(field("membersonly")).to.deep.include({ type: "boolean", isSecret: false });

      await stage.changes("rooms-do/set", { room: "coven", fields: { roomsecret: ["open sesame"] } });
      const again = await stage.asks("rooms/coven%40conference.qtalk.test.org");
      expect(JSON.stringify(again.json)).to.contain('"isSecret":true').and.not.to.contain("sesame");

      const inside = (await all("rooms/coven/occupants", "occupants", 1)) as Record<string, unknown>[];
      expect(inside.map(({ nick, role }) => [nick, role])).to.have.deep.members([
        ["hag", "moderator"],
        ["crone", "participant"],
      ]);
      const banned = await all("rooms/coven/affiliations?affiliation=outcast", "users", 1);
      const spy = { jid: `spy@${HOST}`, nick: null, reason: "spies", isInside: false };
      expect(banned).to.eql([spy, { ...spy, jid: `mole@${HOST}` }]);
      const owners = (await stage.asks("rooms/coven/affiliations?affiliation=owner")).json.users;
      expect(owners).to.deep.include({ jid: HAG, nick: null, reason: null, isInside: true });
      for (const path of ["rooms/none", "rooms/none/occupants", "rooms/none/affiliations?affiliation=owner"])
        expect(faultOf(await stage.asks(path)), path).to.eql([404, "missing", "room"]);
      expect(faultOf(await stage.asks("rooms/a@elsewhere.test"))).to.eql([400, "input", "room"]);
    });

    it("are found wherever they stand among very many", async () => {
      await open();
      const context = stage.desk.administration.byOperator();
      for (let i = 0; i < 601; i += 1) {
        const call = {
          room: `room-${1_000 + i}`,
          owner: HAG,
          title: i % 300 === 0 ? "Sought" : "",
          description: "",
        };
        await makeRoom.run(context, { ...call, fields: new Map() });
      }
      const found = (await all("rooms?search=sought", "rooms", 2)) as { name: string }[];
      expect(found.map(({ name }) => name)).to.eql(["room-1000", "room-1300", "room-1600"]);
    });

    it("are changed as on the command line, with the operator's name in the log", async () => {
      await open({ access: "token" });
      const ann = await stage.logIn(stage.addOperator("ann"));
      const made = await stage.changes("rooms-do/make", { room: "plan", owner: "hag66" }, ann);
      expect(made.json.message).to.match(/^The room plan@\S+ was made/);
      expect(stage.desk.play.log.about("Administration by the operator ann: The room plan@")).to.have.length(
        1,
      );
      for (const [operation, body, fault] of [
        ["make", { room: "plan", owner: "hag66" }, [409, "exists", "room"]],
        ["make", { room: "other" }, [400, "input", "owner"]],
        ["make", { room: 1, owner: "hag66" }, [400, "input", "room"]],
        ["set", { room: "plan", fields: { nonsense: ["1"] } }, [400, "input", "nonsense"]],
        ["set", { room: "plan", fields: { maxusers: ["ten"] } }, [400, "input", "muc#roomconfig_maxusers"]],
        ["affiliation", { room: "plan", affiliation: "king", users: ["a"] }, [400, "input", "affiliation"]],
        ["affiliation", { room: "plan", affiliation: "none", users: [HAG] }, [403, "forbidden", "users"]],
        ["kick", { room: "plan", occupants: ["ghost"] }, [404, "missing", "occupants"]],
        ["destroy", { room: "none" }, [404, "missing", "room"]],
        ["purge", { room: "plan", before: "soon" }, [400, "input", "before"]],
        ["affiliation", { room: "plan", affiliation: "member", users: ANY_MORE }, [400, "input", "users"]],
        ["announce", { room: "plan", text: "x".repeat(10_001) }, [400, "input", "announcement"]],
        ["make", { room: "other", owner: "hag66", title: "x".repeat(256) }, [400, "input", "title"]],
        ["purge", "{", [400, "input", undefined]],
        ["purge", [], [400, "input", undefined]],
      ] as const) {
        expect(faultOf(await stage.changes(`rooms-do/${operation}`, body, ann)), operation).to.eql(fault);
      }
      expect((await stage.changes("rooms-do/destroy", { room: "plan" }, ann)).status).to.equal(200);
      expect((await stage.asks("rooms", ann)).json.rooms).to.eql([]);
    });
  });

  it("name what is wrong with a question", async () => {
    await open();
    for (const [path, field] of [
      ["rooms?limit=0", "limit"],
      ["rooms?limit=201", "limit"],
      ["rooms?limit=many", "limit"],
      [`rooms?search=${"x".repeat(201)}`, "search"],
      ["dead-letters?after=x", "after"],
      ["rooms/coven/affiliations", "affiliation"],
      ["rooms/coven/affiliations?affiliation=none", "affiliation"],
    ] as const)
      expect(faultOf(await stage.asks(path)), path).to.eql([400, "input", field]);
    expect((await stage.asks("rooms?sort=up")).json.error?.message).to.contain("sort");
    expect(faultOf(await stage.asks("nothing"))).to.eql([404, "missing", undefined]);
    expect(faultOf(await stage.asks("rooms-do/make"))).to.eql([405, "method", undefined]);
    expect(faultOf(await stage.changes("rooms", {}))).to.eql([405, "method", undefined]);
  });
});
