/** What operations of single families do, and how they are refused. */
import { expect } from "chai";
import { busiestTurn } from "../../support/turns.js";
import { Errcode, Refusal } from "../../../component/refusal.js";
import { operatorSocket } from "../../../http/admin/run.js";
import type { OperatorSocket } from "../../../http/admin/socket.js";
import { DirectoryStore } from "../../../storage/directory-store.js";
import { OutgoingHooksStore } from "../../../storage/outgoing-hooks-store.js";
import { DOMAIN, hag, HAG } from "../../component/muc/play.js";
import { CommandLine } from "../../support/command-line.js";
import { addDeadLetter } from "../../support/dead-letter.js";
import { ConsoleStage, WITH_CALLERS, type StageOptions } from "../console/stage.js";

describe("Administrators' operations", () => {
  let stage: ConsoleStage;
  const open = async (options: StageOptions = {}): Promise<void> => {
    stage = await ConsoleStage.open(options);
  };
  let socket: OperatorSocket | undefined;
  afterEach(() => {
    socket?.close();
    return stage.close();
  });

  it("put back and delete dead letters, and show what each holds", async () => {
    await open();
    for (const stanza of ["<a/>", "<b/>", `<c>${"x".repeat(600_000)}</c>`, `<d>${"x".repeat(600_000)}</d>`])
      addDeadLetter(stage.desk.play.db, { acceptedAt: 1, diedAt: 2, reason: "policy-violation", stanza });
    const shown = (await stage.pages("outbox/list", "letters", { limit: 2 })) as Record<string, unknown>[];
    expect(shown.map(({ id, stanza, bytes }) => [id, String(stanza).length, bytes])).to.eql([
      [1, 4, 4],
      [2, 4, 4],
      [3, 600_007, 600_007],
      [4, 600_007, 600_007],
    ]);
    const { letters, next } = await stage.does("outbox/list");
    expect([(letters as unknown[]).length, next], "a page has at most 1 MiB of stanzas").to.eql([3, "3"]);
    expect(await stage.does("outbox/show", { id: 4 })).to.deep.equal(shown[3]);
    expect(await stage.refuses("outbox/show", { id: 5 })).to.eql([404, "missing", "id"]);
    for (const [verb, ids, done] of [
      ["retry", [1, 99], /^1 dead letter was put back/],
      ["drop", [2, 3, 4], /^3 dead letters were deleted/],
    ] as const)
      expect((await stage.does(`outbox/${verb}`, { ids })).message).to.match(done);
    expect(await stage.does("outbox/list")).to.deep.include({ letters: [], dead: 0 });
    const sent = (): string[] => stage.desk.play.link.withoutPings.map(String);
    while (!sent().some((text) => text.startsWith("<a>"))) await new Promise(setImmediate);
    expect(await stage.refuses("outbox/drop", { ids: [1] })).to.eql([404, "missing", "ids"]);
    for (const given of [{}, { ids: [1], all: true }])
      expect(await stage.refuses("outbox/drop", given)).to.eql([422, "input", "ids"]);
  });

  it("show callers with their use, and why calls were refused", async () => {
    const unknown = new Refusal(Errcode.notFound, "u: nobody");
    await open({
      config: WITH_CALLERS,
      access: "anywhere",
      runs: { auth_uk: () => Promise.resolve(unknown) },
    });
    const token = stage.addOperator("tess");
    const { json } = await stage.admin("caller/list", {}, token);
    const rights = {
      addresses: ["10.0.0.0/8"],
      token: true,
      senders: [],
      rooms: [],
      everyone: false,
      rate: 20,
    };
    expect(json.callers).to.eql([{ name: "hr", ...rights, calls: 0, refused: 0 }]);
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
    for (let i = 0; i < 61; i += 1)
      await stage.does("room/make", { room: `room-${1_000 + i}`, owner: HAG, title: i % 30 ? "" : "Sought" });
    const found = (await stage.pages("room/list", "rooms", { text: "SOUGHT", limit: 2 })) as {
      room: string;
    }[];
    expect(found.map(({ room }) => room.split("@")[0])).to.eql(["room-1000", "room-1030", "room-1060"]);
  });

  it("change a room by the words of the configuration or of its form, and name the nearest to an unknown one", async () => {
    await open();
    await stage.desk.play.coven();
    await stage.does("room/set", { room: "coven", options: { members_only: true, maxusers: 7, title: "T" } });
    const shown = await stage.does("room/show", { room: "coven" });
    const valueOf = (name: string): unknown =>
      (shown.options as { option: string; values: string[] }[]).find(({ option }) => option === name)?.values;
    expect([shown.title, valueOf("members_only"), valueOf("max_occupants")]).to.eql(["T", ["yes"], ["7"]]);
    const { error } = (await stage.posts("room/set", { room: "coven", options: { max_ocupants: 3 } })).json;
    expect(error?.message).to.match(/did you mean max_occupants/);
    // Comparing the name with those of options took 1.4 s.
    const options = { ["x".repeat(900_000)]: 1 };
    const ms = await busiestTurn(() => stage.posts("room/set", { room: "coven", options }), { times: 3 });
    expect(ms).to.be.below(300);
    for (const name of ["max_occupants", "maxusers", "muc#roomconfig_maxusers"]) {
      const refused = await stage.refuses("room/set", { room: "coven", options: { [name]: "ten" } });
      expect(refused, "as it was given").to.eql([422, "input", name]);
    }
    for (const [operation, given, fault] of [
      ["room/expel", { room: "coven", users: [HAG] }, [403, "forbidden"]],
      ["room/kick", { room: "coven", occupants: ["ghost"] }, [404, "missing"]],
      ["room/purge", { room: "coven", before: "soon" }, [422, "input"]],
      ["room/announce", { room: "coven", announcement: "x".repeat(10_001) }, [422, "input"]],
      ["room/announce", { announcement: "x" }, [422, "input"]],
      ["room/member", { room: "coven", users: Array.from({ length: 1001 }, String) }, [422, "input"]],
    ] as const)
      expect((await stage.refuses(operation, given)).slice(0, 2), operation).to.eql(fault);
  });

  it("delete only messages before the date", async () => {
    await open();
    const line = new CommandLine();
    socket = stage.socket();
    await socket.listen(operatorSocket(line.database));
    await stage.desk.play.coven();
    const soon = new Date(Date.now() + 2 * 86_400_000).toISOString().slice(0, 10);
    await stage.desk.play.says(hag, "kept");
    const purge = (before: string) => line.run("room", "purge", "coven", "--before", before, "--yes");
    expect((await purge("2020-01-31")).stdout).to.match(/^Deleted 0 messages/);
    expect((await purge(soon)).stdout).to.match(/^Deleted 1 message /);
    line.remove();
  });

  it("change an outgoing hook without a new secret", async () => {
    await open();
    const { db } = stage.desk.play;
    const url = "http://user:hidden@127.0.0.1:9/hidden";
    const given = { name: "out", deliver_to: url, on: ["message"], allow_inner: ["127.0.0.1"] };
    const added = await stage.does("hook/add", given);
    const hooks = new OutgoingHooksStore(db);
    const { secret } = hooks.named("out")!;
    const { changes } = (await stage.does("changes/list")) as { changes: object[] };
    expect(JSON.stringify(changes)).to.contain("http://127.0.0.1:9").and.not.contain("hidden");
    expect(added.secret).to.equal(secret);
    const other = { deliver_to: "http://127.0.0.1:10/x", on: ["room"], room: ["ops"] };
    await stage.does("hook/set", { name: "out", ...other });
    const stored = { secret, events: ["room"], url: other.deliver_to, rooms: [`ops@${DOMAIN}`] };
    expect(hooks.named("out")).to.deep.include(stored);
    await stage.does("hook/set", { name: "out", all_rooms: true });
    expect(hooks.named("out")?.rooms).to.equal(undefined);
    for (const [given, field] of [
      [{ name: "out", format: "slack" }, "format"],
      [{ name: "out" }, undefined],
      [{ name: "out", form: "qtalk", on: ["bounce"] }, "form"],
      [{ name: "out", deliver_to: "http://10.0.0.1/" }, "deliver_to"],
    ] as const)
      expect(await stage.refuses("hook/set", given)).to.eql([422, "input", field]);
  });

  it("keep a hook's filters until they are changed, or removed by a star", async () => {
    await open();
    await stage.does("hook/add", {
      name: "ci",
      to: "coven",
      only_events: ["push"],
      branches: ["main", "release/*"],
    });
    const filters = async () => {
      const hook = await stage.does("hook/show", { name: "ci" });
      return [hook.only_events, hook.except_events, hook.branches];
    };
    expect(await filters()).to.eql([["push"], undefined, ["main", "release/*"]]);
    await stage.does("hook/set", { name: "ci", except_events: ["push.forced"], title: "CI" });
    expect(await filters()).to.eql([["push"], ["push.forced"], ["main", "release/*"]]);
    await stage.does("hook/set", { name: "ci", only_events: ["*"], branches: ["*"] });
    expect(await filters()).to.eql([undefined, ["push.forced"], undefined]);
  });
});
