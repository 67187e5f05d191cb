/** Administrators' operations: the same by command line, over HTTP and in the console. */
import { expect } from "chai";
import { allOperations } from "../../../component/administration/families.js";
import { fieldsOf } from "../../../component/administration/fields.js";
import type { Operation } from "../../../component/administration/operation.js";
import { Errcode, Refusal } from "../../../component/refusal.js";
import { ALL_FAMILIES } from "../../../http/admin/run.js";
import { OperatorSocket, operatorSocket } from "../../../http/admin/socket.js";
import { DirectoryStore } from "../../../storage/directory-store.js";
import { HookEvents } from "../../../storage/hook-events.js";
import { OutgoingHooksStore } from "../../../storage/outgoing-hooks-store.js";
import { HAG } from "../../component/muc/play.js";
import { CommandLine } from "../../support/command-line.js";
import { addDeadLetter } from "../../support/dead-letter.js";
import { ConsoleStage, faultOf, WITH_CALLERS, type StageOptions } from "../console/stage.js";

const HOST = "qtalk.test.org";

/** Operations that change nothing without further objects, with the arguments of a question. */
const READS: Readonly<Record<string, readonly [given: object, ...args: string[]]>> = {
  "room list": [{ text: "cov" }, "cov"],
  "room show": [{ room: "coven" }, "coven"],
  "room users": [{ room: "coven", affiliation: "owner" }, "coven", "--affiliation", "owner"],
  "room occupants": [{ room: "coven" }, "coven"],
  "room grep": [{ room: "coven", text: "words" }, "coven", "words"],
  "user list": [{ limit: 3 }, "--limit", "3"],
  "user show": [{ user: "zs" }, "zs"],
  "hook list": [{}],
  "hook show": [{ name: "ci" }, "ci"],
  "hook dead": [{}],
  "hook template": [{ format: "grafana" }, "grafana"],
  "bot list": [{}],
  "key list": [{ user: "zs" }, "zs"],
  "outbox list": [{}],
  "changes list": [{}],
  "caller list": [{}],
  "caller refused": [{}],
};
/** Examples that name what isn't here: another service's room, a program, a request, an event, a file. */
const ELSEWHERE = /^(?:bot enter|bot leave|hook dead|hook retry|hook drop|hook test|outbox|user import)/;

describe("Administrators' operations", () => {
  let stage: ConsoleStage;
  let line: CommandLine;
  let socket: OperatorSocket;
  let token: string;
  let operations: readonly Operation[];
  before(async () => {
    operations = await allOperations(ALL_FAMILIES);
  });
  const open = async (options: StageOptions = {}): Promise<void> => {
    stage = await ConsoleStage.open(options);
    line = new CommandLine();
    socket = new OperatorSocket(stage.desk.administration, stage.desk.play.log.logger);
    await socket.listen(operatorSocket(line.database));
    token = stage.addOperator("tess");
  };
  afterEach(async () => {
    socket.close();
    line.remove();
    await stage.close();
  });
  const pathOf = (name: string): string => name.replace(" ", "/");

  it("give the same result, whichever way they come in", async () => {
    await open();
    await stage.desk.play.coven();
    new DirectoryStore(stage.desk.play.db).save({ local: "zs", host: HOST, name: "张三" });
    await stage.does("hook/add", { name: "ci", to: "coven" });
    const reads = operations.filter(({ name }) => name in READS);
    expect(reads.map(({ name }) => name)).to.have.members(Object.keys(READS));
    for (const { name, result, needs } of reads) {
      const [given, ...args] = READS[name]!;
      const inConsole = await stage.does(pathOf(name), given);
      expect(result.safeParse(inConsole).error?.message, `${name} is as described`).to.equal(undefined);
      expect((await stage.admin(pathOf(name), given, token)).json, name).to.eql(inConsole);
      // Commands that need nothing don't take the configuration.
      if (needs === "nothing") continue;
      const { stdout, stderr } = await line.run(...name.split(" "), ...args, "--json");
      expect(JSON.parse(stdout || stderr), name).to.eql(inConsole);
    }
  });

  it("refuse the same, whichever way they come in", async () => {
    await open();
    for (const { name } of operations) {
      const inConsole = await stage.changes(pathOf(name), { nonsense: 1 });
      expect(inConsole.status, name).to.equal(422);
      expect((await stage.admin(pathOf(name), { nonsense: 1 }, token)).json, name).to.eql(inConsole.json);
    }
    for (const [name, given, status, code, field, ...args] of [
      ["hook remove", { name: "none" }, 404, "missing", "name", "none", "--yes"],
      ["room make", { room: "a b@x@y", owner: "hag66" }, 422, "input", "room", "a b@x@y", "--owner", "hag66"],
      ["operator add", { name: "tess" }, 409, "exists", "name", "tess"],
      ["room show", { room: "none" }, 404, "missing", "room", "none"],
      ["key revoke", { user: "none" }, 404, "missing", "user", "none"],
    ] as const) {
      const inConsole = await stage.changes(pathOf(name), given);
      expect(faultOf(inConsole), name).to.eql([status, code, field]);
      expect((await stage.admin(pathOf(name), given, token)).json).to.eql(inConsole.json);
      const { stderr } = await line.run(...name.split(" "), ...args);
      expect(stderr).to.equal(`${inConsole.json.error?.message ?? ""}.\n`);
    }
  });

  it("have a help with every argument, and an example that works", async () => {
    await open();
    await stage.desk.play.coven();
    const { stdout: top } = await line.run("--help");
    expect(top).to.match(/^XMPP component that offers QTalk's HTTP interface/m);
    const order = ["room make", "room owner", "user set", "hook add", "key issue", "operator add"];
    const rankOf = (name: string): number =>
      order.includes(name) ? 0 : / (?:remove|destroy)$/.test(name) ? 2 : 1;
    // Each user can only lose a rank that somebody else keeps.
    const isRank = /^room (?:admin|member|expel|ban)$/;
    const sorted = [...operations].sort((a, b) => rankOf(a.name) - rankOf(b.name));
    for (const { name, example, arguments: given, effect, needs } of sorted) {
      const { stdout } = await line.run(...name.split(" "), "--help");
      for (const field of fieldsOf(given, "input")) {
        if (name === "user import" || field.kind === "record") continue;
        expect(stdout, name).to.contain(field.name.replaceAll("_", "-"));
      }
      if (name === "user import") continue;
      expect(stdout, name).to.contain(
        `Example:\n  qtalk-component ${name.replace("changes list", "changes")}`,
      );
      if (ELSEWHERE.test(name) || needs === "nothing") continue;
      const args = [...example.matchAll(/'([^']*)'|(\S+)/g)].map(
        ([, quoted, plain]) => quoted ?? plain ?? "",
      );
      const yes = effect === "destroy" ? ["--yes"] : [];
      const replaced = args.map((arg) => (arg === "zhangsan" && name === "room kick" ? "nobody" : arg));
      const run = await line.run(...name.split(" "), ...replaced, ...yes);
      if (isRank.test(name)) continue;
      if (name === "room kick") expect(run.stderr).to.contain("no occupant");
      else
        expect(
          [
            run.code,
            run.stderr.replace(/^(?:Shown|Added|Issued|There is no room|The hook|Add the).*\n/gm, ""),
          ],
          `${name} ${example}`,
        ).to.eql([0, ""]);
    }
  });

  it("destroy nothing without --yes if there is no terminal", async () => {
    await open();
    for (const { name, effect, positional = [] } of operations) {
      if (effect !== "destroy") continue;
      const { code, stderr } = await line.run(...name.split(" "), ...(positional.length > 0 ? ["1"] : []));
      expect([code, stderr], name).to.satisfy(
        () => code === 64 && stderr.endsWith("Pass --yes to confirm.\n"),
      );
    }
  });

  describe("over HTTP", () => {
    it("need an operator's token, and answer wrong ones late", async () => {
      await open();
      const began = performance.now();
      const refused = await stage.admin("hook/list", {}, "wrong");
      expect(performance.now() - began).to.be.greaterThan(900);
      expect([...faultOf(refused), refused.headers.get("www-authenticate")]).to.eql([
        401,
        "login",
        undefined,
        "Bearer",
      ]);
      expect((await stage.admin("hook/list", {}, token)).status).to.equal(200);
      stage.operators.remove("tess");
      expect((await stage.admin("hook/list", {}, token)).status).to.equal(401);
    });

    it("are where the console is, and nowhere else", async () => {
      await open();
      const lines = ["Host: localhost", "X-Forwarded-For: 10.0.0.1"];
      expect(await stage.statusOf("/admin/openapi.json", ...lines)).to.equal(403);
      expect(await stage.statusOf("/admin/openapi.json", "Host: localhost")).to.equal(200);
      expect(await stage.statusOf("/admin/hook/list", "Host: localhost")).to.equal(405);
      expect(faultOf(await stage.admin("hook/fly", {}, token))).to.eql([404, "missing", undefined]);
      expect(faultOf(await stage.admin("__proto__/add", {}, token))).to.eql([404, "missing", undefined]);
      expect(faultOf(await stage.admin("hook/list", "{", token))).to.eql([422, "input", undefined]);
      expect(await stage.statusOf("/docs/admin", "Host: localhost")).to.equal(200);
    });

    it("are described by an OpenAPI document", async () => {
      await open();
      const { text } = await stage.http.request("/admin/openapi.json");
      const { paths } = JSON.parse(text) as { paths: Record<string, { post: { requestBody: object } }> };
      expect(Object.keys(paths)).to.have.members(operations.map(({ name }) => `/admin/${pathOf(name)}`));
      expect(JSON.stringify(paths["/admin/hook/add"])).to.contain("创建入站 Webhook");
    });
  });

  describe("are recorded", () => {
    it("with who, by which way and what came of it, and without secrets", async () => {
      await open();
      await stage.does("room/make", { room: "plan", owner: "hag66", options: { password: "open sesame" } });
      const added = await stage.admin("hook/add", { name: "ci", to: "plan", template: "{{ text }}" }, token);
      await line.run("hook", "rotate", "ci");
      await stage.changes("hook/remove", { name: "none" });
      const { changes } = (await stage.does("changes/list")) as { changes: Record<string, string>[] };
      expect(changes.map(({ who, way, operation }) => [who, way, operation])).to.eql([
        [changes[0]?.who, "command line", "hook rotate"],
        ["tess", "http", "hook add"],
        ["this machine", "console", "room make"],
      ]);
      expect(changes[2]?.outcome).to.match(/^The room plan@\S+ was made/);
      const all = JSON.stringify(changes) + JSON.stringify(stage.desk.play.log.lines);
      const { url } = added.json as { url: string };
      for (const secret of ["sesame", url.split("/").at(-1)!, token]) expect(all).not.to.contain(secret);
      expect(stage.desk.play.log.about("Administration by tess (http): Added the hook ci")).to.have.length(1);
      const [newest] = (await stage.pages("changes/list", "changes", { limit: 1 })) as {
        operation: string;
      }[];
      expect(newest?.operation).to.equal("hook rotate");
    });

    it("in the transaction of the change, or not at all", async () => {
      await open();
      const { db } = stage.desk.play;
      db.exec("CREATE TRIGGER full BEFORE INSERT ON changes BEGIN SELECT RAISE(ABORT, 'full'); END");
      const refused = await stage.changes("operator/add", { name: "bob" });
      expect(refused.status).to.equal(500);
      expect((await stage.changes("room/make", { room: "plan", owner: "hag66" })).status).to.be.greaterThan(
        499,
      );
      expect(stage.operators.find("bob")).to.equal(undefined);
      expect((await stage.changes("room/show", { room: "plan" })).status).to.equal(404);
    });
  });

  it("put back and delete dead letters, and show what each holds", async () => {
    await open();
    for (const stanza of ["<a/>", "<b/>", `<c>${"x".repeat(5000)}</c>`])
      addDeadLetter(stage.desk.play.db, { acceptedAt: 1, diedAt: 2, reason: "policy-violation", stanza });
    const shown = (await stage.pages("outbox/list", "letters", { limit: 2 })) as Record<string, unknown>[];
    expect(shown.map(({ id, stanza, bytes }) => [id, String(stanza).length, bytes])).to.eql([
      [1, 4, 4],
      [2, 4, 4],
      [3, 4000, 5007],
    ]);
    expect((await stage.does("outbox/retry", { ids: [1, 99] })).message).to.match(
      /^1 dead letter was put back/,
    );
    expect((await stage.does("outbox/drop", { ids: [2, 3] })).message).to.match(
      /^2 dead letters were deleted/,
    );
    expect(await stage.does("outbox/list")).to.deep.include({ letters: [], dead: 0 });
    const sent = (): string[] => stage.desk.play.link.withoutPings.map(String);
    while (!sent().some((text) => text.startsWith("<a>"))) await new Promise(setImmediate);
    expect(faultOf(await stage.changes("outbox/drop", { ids: [1] }))).to.eql([404, "missing", "ids"]);
    for (const given of [{}, { ids: [1], all: true }])
      expect(faultOf(await stage.changes("outbox/drop", given))).to.eql([422, "input", "ids"]);
  });

  it("show callers with their use, and why calls were refused", async () => {
    const unknown = new Refusal(Errcode.notFound, "u: nobody");
    await open({ config: WITH_CALLERS, access: "token", runs: { auth_uk: () => Promise.resolve(unknown) } });
    const { json } = await stage.admin("caller/list", {}, token);
    expect(json.callers).to.eql([
      {
        name: "hr",
        address: ["10.0.0.0/8"],
        token: true,
        sender: [],
        room: [],
        everyone: false,
        rate: 20,
        calls: 0,
        refused: 0,
      },
    ]);
    await stage.http.request("/qtalk/none", { headers: { "X-Request-Id": "r1" } });
    const { calls } = (await stage.admin("caller/refused", {}, token)).json as {
      calls: Record<string, unknown>[];
    };
    expect(calls[0]).to.include({ address: "127.0.0.1", request: "r1" });
  });

  it("page through rooms and people, however many there are", async () => {
    await open();
    const directory = new DirectoryStore(stage.desk.play.db);
    for (let i = 0; i < 1200; i += 1)
      directory.save({ local: `u${10_000 + i}`, host: "a.test", name: `Nobody ${i}` });
    directory.save({ local: "zs", host: "b.test", name: "张三", pinyin: "zhangsan|zs", department: "/x" });
    for (let i = 0; i < 5; i += 1) directory.save({ local: `u1000v${i}`, host: "c.test" });
    expect(await stage.pages("user/list", "users", { limit: 200 })).to.have.length(1206);
    expect(await stage.pages("user/list", "users", { text: "u1000", limit: 4 })).to.have.length(15);
    for (const text of ["zhang san", "张", "ZS"])
      expect((await stage.does("user/list", { text })).users, text).to.eql([
        { user: "zs@b.test", name: "张三", department: "/x", employed: true },
      ]);
    for (let i = 0; i < 601; i += 1)
      await stage.does("room/make", {
        room: `room-${1_000 + i}`,
        owner: HAG,
        title: i % 300 === 0 ? "Sought" : "",
      });
    const found = (await stage.pages("room/list", "rooms", { text: "SOUGHT", limit: 2 })) as {
      room: string;
    }[];
    expect(found.map(({ room }) => room.split("@")[0])).to.eql(["room-1000", "room-1300", "room-1600"]);
  });

  it("change a room by the words of the configuration or of its form, and name the nearest to an unknown one", async () => {
    await open();
    await stage.desk.play.coven();
    await stage.does("room/set", { room: "coven", options: { members_only: true, maxusers: 7, title: "T" } });
    const shown = await stage.does("room/show", { room: "coven" });
    const valueOf = (name: string): unknown =>
      (shown.options as { option: string; values: string[] }[]).find(({ option }) => option === name)?.values;
    expect([shown.title, valueOf("members_only"), valueOf("max_occupants")]).to.eql(["T", ["yes"], ["7"]]);
    const { error } = (await stage.changes("room/set", { room: "coven", options: { max_ocupants: 3 } })).json;
    expect(error?.message).to.match(/did you mean max_occupants/);
    for (const [operation, given, fault] of [
      ["room/set", { room: "coven", options: { max_occupants: "ten" } }, [422, "input"]],
      ["room/expel", { room: "coven", users: [HAG] }, [403, "forbidden"]],
      ["room/kick", { room: "coven", occupants: ["ghost"] }, [404, "missing"]],
      ["room/purge", { room: "coven", before: "soon" }, [422, "input"]],
      ["room/announce", { room: "coven", announcement: "x".repeat(10_001) }, [422, "input"]],
      ["room/announce", { announcement: "x" }, [422, "input"]],
      [
        "room/member",
        { room: "coven", users: Array.from({ length: 1001 }, (_, i) => `u${i}`) },
        [422, "input"],
      ],
    ] as const)
      expect(faultOf(await stage.changes(operation, given)).slice(0, 2), operation).to.eql(fault);
  });

  it("delete only messages before the date", async () => {
    await open();
    await stage.desk.play.coven();
    const soon = new Date(Date.now() + 2 * 86_400_000).toISOString().slice(0, 10);
    await stage.desk.play.says(HAG_SESSION, "kept");
    const purge = (before: string) => line.run("room", "purge", "coven", "--before", before, "--yes");
    expect((await purge("2020-01-31")).stdout).to.match(/^Deleted 0 messages/);
    expect((await purge(soon)).stdout).to.match(/^Deleted 1 message /);
  });

  it("change an outgoing hook without a new secret, and look after its dead letters", async () => {
    await open();
    const { db } = stage.desk.play;
    const url = "http://user:hidden@127.0.0.1:9/hidden";
    const added = await stage.does("hook/add", {
      name: "out",
      deliver_to: url,
      on: ["message"],
      allow_inner: ["127.0.0.1"],
    });
    const hooks = new OutgoingHooksStore(db);
    const { id, secret } = hooks.named("out")!;
    expect(added.secret).to.equal(secret);
    await stage.does("hook/set", {
      name: "out",
      deliver_to: "http://127.0.0.1:10/x",
      on: ["room"],
      room: ["ops"],
    });
    expect(hooks.named("out")).to.deep.include({
      secret,
      events: ["room"],
      url: "http://127.0.0.1:10/x",
      rooms: ["ops@conference.qtalk.test.org"],
    });
    await stage.does("hook/set", { name: "out", all_rooms: true });
    expect(hooks.named("out")?.rooms).to.equal(undefined);
    const events = new HookEvents(db);
    const bounds = { events: 10, bytes: 1_000 };
    for (const each of ["one", "two"])
      events.add({ hook: id, id: each, body: "{}", replyTo: undefined, happenedAt: 1, until: 2 }, bounds);
    events.bury(events.first(id)!, 3, "gone", bounds);
    const { letters } = (await stage.does("hook/dead")) as { letters: object[] };
    expect(letters).to.have.length(2);
    expect((await stage.does("hook/retry", { name: "out", ids: [1] })).message).to.match(
      /^out: 1 dead letter put back/,
    );
    expect((await stage.does("hook/drop", { name: "out", all: true })).message).to.equal(
      "out: 1 event deleted.",
    );
    for (const [given, field] of [
      [{ name: "out", format: "slack" }, "format"],
      [{ name: "out" }, undefined],
      [{ name: "out", form: "qtalk", on: ["bounce"] }, "form"],
      [{ name: "out", deliver_to: "http://10.0.0.1/" }, "deliver_to"],
    ] as const)
      expect(faultOf(await stage.changes("hook/set", given))).to.eql([422, "input", field]);
  });
});

const HAG_SESSION = `${HAG}/pda`;
