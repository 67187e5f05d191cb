/** Administrators' operations: the same by command line, over HTTP and in the console. */
import { expect } from "chai";
import { allOperations } from "../../../component/administration/operation-families.js";
import { argumentsOf, fieldExampleOf } from "../../../component/administration/fields.js";
import type { Operation } from "../../../component/administration/operation.js";
import { operationExamples } from "../../../http/admin/routes.js";
import { ALL_FAMILIES, operatorSocket } from "../../../http/admin/run.js";
import type { OperatorSocket } from "../../../http/admin/socket.js";
import { DirectoryStore } from "../../../storage/directory-store.js";
import { DOMAIN } from "../../component/muc/play.js";
import { CommandLine, runCommand } from "../../support/command-line.js";
import { addDeadLetter } from "../../support/dead-letter.js";
import { ConsoleStage, faultOf, type StageOptions } from "../console/stage.js";
import { fillIn, FURTHER, keysIn, Recorded, wordsOf } from "./examples.js";

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
  "alert list": [{}],
  "duty list": [{}],
  "bot list": [{}],
  "key list": [{ user: "zs" }, "zs"],
  "outbox list": [{}],
  "outbox show": [{ id: 1 }, "1"],
  "changes list": [{}],
  "caller list": [{}],
  "caller refused": [{}],
};
/** The disk is full for changes. */
const FULL = "CREATE TRIGGER full BEFORE INSERT ON changes BEGIN SELECT RAISE(ABORT, 'full'); END";
/** The order of the examples: what makes things, and what takes them away. */
const FIRST =
  "room make,room kick,room owner,user set,hook add,duty set,bot enter,key issue,operator add".split(",");
const LAST = /^(?:outbox retry|room hand-over|user erase)$| (?:remove|destroy)$/;

describe("Administrators' operations", () => {
  let stage: ConsoleStage;
  let line: CommandLine;
  let socket: OperatorSocket;
  let token: string;
  let operations: readonly Operation[];
  before(async () => (operations = await allOperations(ALL_FAMILIES)));
  const open = async (options: StageOptions = {}): Promise<void> => {
    stage = await ConsoleStage.open(options);
    line = new CommandLine();
    socket = stage.socket();
    await socket.listen(operatorSocket(line.database));
    token = stage.addOperator("tess");
  };
  const close = async (): Promise<void> => {
    socket.close();
    line.remove();
    await stage.close();
  };
  beforeEach(() => open());
  afterEach(close);
  const pathOf = (name: string): string => name.replace(" ", "/");

  it("give the same result, whichever way they come in", async () => {
    await stage.desk.play.coven();
    new DirectoryStore(stage.desk.play.db).save({ local: "zs", host: HOST, name: "张三" });
    await stage.does("hook/add", { name: "ci", to: "coven" });
    addDeadLetter(stage.desk.play.db, { acceptedAt: 1, stanza: "<message/>", reason: "policy-violation" });
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
    for (const { name } of operations) {
      const inConsole = await stage.posts(pathOf(name), { nonsense: 1 });
      expect(inConsole.status, name).to.equal(422);
      expect((await stage.admin(pathOf(name), { nonsense: 1 }, token)).json, name).to.eql(inConsole.json);
    }
    for (const [name, given, status, code, field, ...args] of [
      ["hook remove", { name: "none" }, 404, "missing", "name", "none", "--yes"],
      ["room make", { room: "a b@x@y", owner: "hag66" }, 422, "input", "room", "a b@x@y", "--owner", "hag66"],
      ["operator add", { name: "tess", may: ["read"] }, 409, "exists", "name", "tess", "--may", "read"],
      ["room show", { room: "none" }, 404, "missing", "room", "none"],
      ["key revoke", { user: "none" }, 404, "missing", "user", "none"],
    ] as const) {
      const inConsole = await stage.posts(pathOf(name), given);
      expect(faultOf(inConsole), name).to.eql([status, code, field]);
      expect((await stage.admin(pathOf(name), given, token)).json).to.eql(inConsole.json);
      const { stderr } = await line.run(...name.split(" "), ...args);
      expect(stderr).to.equal(`${inConsole.json.error?.message ?? ""}.\n`);
    }
  });

  it("have a help with every argument, and an example that works", async () => {
    await fillIn(stage, line);
    const { stdout: top } = await line.run("--help");
    expect(top).to.match(/^Alerts, bots and QTalk's HTTP API for any XMPP server$/m);
    const rankOf = (name: string): number => (LAST.test(name) ? 99 : (FIRST.indexOf(name) + 99) % 99);
    const sorted = [...operations].sort((a, b) => rankOf(a.name) - rankOf(b.name));
    const answered = new Recorded(stage);
    for (const operation of sorted) {
      const { name, effect, needs } = operation;
      const { stdout } = await line.run(...name.split(" "), "--help");
      for (const field of argumentsOf(operation)) {
        if (name === "user import" || field.kind === "record") continue;
        expect(stdout, name).to.contain(field.name.replaceAll("_", "-"));
      }
      const example = fieldExampleOf(operation);
      expect(stdout, name).to.contain(`Example:\n  qtalk-component ${example}\n`);
      const yes = effect === "destroy" ? ["--yes"] : [];
      for (const command of [example, FURTHER[name] ?? []].flat()) {
        const args = wordsOf(command);
        answered.command = command;
        // Commands that need nothing don't take the configuration.
        const run = needs === "nothing" ? await runCommand(args) : await line.run(...args, ...yes);
        expect(run.code, `${command}: ${run.stderr}`).to.equal(0);
        if (needs === "nothing") await stage.does(pathOf(name), { format: args.at(-1) });
      }
      if (name === "room make") {
        await stage.does("room/owner", { room: "plan", users: ["hag66"] });
        await stage.desk.play.enters(`zhangsan@${HOST}/pda`, "zhangsan", "", `plan@${DOMAIN}`);
      }
    }
    if (process.env.WRITE_EXAMPLES !== undefined) answered.write();
    const shown = operationExamples();
    expect([...shown.keys()], "as by WRITE_EXAMPLES=1").to.have.members([...answered.examples.keys()]);
    for (const [name, examples] of answered.examples) {
      expect(
        shown.get(name)?.map(({ command }) => command),
        name,
      ).to.eql(examples.map(({ command }) => command));
      for (const [index, each] of examples.entries()) {
        const example = shown.get(name)?.[index];
        expect(example?.arguments, each.command).to.eql(each.arguments);
        expect(keysIn(example?.result), each.command).to.have.members(keysIn(each.result));
      }
    }
  });

  it("destroy nothing without --yes if there is no terminal", async () => {
    for (const { name, effect, ...operation } of operations) {
      if (effect !== "destroy") continue;
      const { code, stderr } = await line.run(
        ...name.split(" "),
        ...(argumentsOf(operation).some(({ isRequired }) => isRequired) ? ["1"] : []),
      );
      expect([code, stderr], name).to.satisfy(
        () => code === 64 && stderr.endsWith("Pass --yes to confirm.\n"),
      );
    }
  });

  describe("over HTTP", () => {
    it("need an operator's token, and answer wrong ones late", async () => {
      const began = performance.now();
      const refused = await stage.admin("hook/list", {}, "wrong");
      expect(performance.now() - began).to.be.greaterThan(900);
      expect(faultOf(refused)).to.eql([401, "login", undefined]);
      expect(refused.headers.get("www-authenticate")).to.equal("Bearer");
      expect((await stage.admin("hook/list", {}, token)).status).to.equal(200);
      stage.operators.remove("tess");
      expect((await stage.admin("hook/list", {}, token)).status).to.equal(401);
    });

    it("are where the console is, and nowhere else", async () => {
      const lines = ["Host: localhost", "X-Forwarded-For: 10.0.0.1"];
      expect(await stage.statusOf("/admin/openapi.json", ...lines)).to.equal(403);
      expect(await stage.statusOf("/admin/openapi.json", "Host: localhost")).to.equal(200);
      expect(await stage.statusOf("/admin/hook/list", "Host: localhost")).to.equal(405);
      expect(faultOf(await stage.admin("hook/fly", {}, token))).to.eql([404, "missing", undefined]);
      expect(faultOf(await stage.admin("__proto__/add", {}, token))).to.eql([404, "missing", undefined]);
      expect(faultOf(await stage.admin("hook/list", "{", token))).to.eql([422, "input", undefined]);
    });

    it("say by 503 what can't be done now, and change nothing", async () => {
      await stage.does("hook/add", { name: "ci", to: "coven" });
      const unavailable = [503, "unavailable", undefined];
      // The hook has no link, or its turn didn't come.
      expect(faultOf(await stage.admin("hook/test", { name: "ci" }, token))).to.eql(unavailable);
      stage.desk.play.db.exec(FULL);
      const made = await stage.admin("room/make", { room: "plan", owner: "hag66" }, token);
      expect(faultOf(made)).to.eql(unavailable);
      expect((await stage.admin("room/show", { room: "plan" }, token)).status).to.equal(404);
      stage.desk.running.http = undefined;
      const starting = await stage.admin("caller/list", {}, token);
      expect(faultOf(starting)).to.eql(unavailable);
      expect(starting.json.error?.message).to.equal("the component is starting or stopping");
      expect(starting.headers.get("retry-after")).to.equal("5");
    });

    it("say by 503 that too many large requests arrive at once", async () => {
      await close();
      await open({ config: { body_limit: 65_536, bodies_limit: 70_000, bodies_share: 65_536 } });
      const text = JSON.stringify({ room: "coven", announcement: "x".repeat(60_000) });
      const head = ["Host: localhost", `Authorization: Bearer ${token}`, "Content-Type: application/json"];
      const lines = ["POST /admin/room/announce HTTP/1.1", ...head, "Content-Length: 65000", "", text];
      const slow = stage.http.raw(lines.join("\r\n"));
      let answer = await stage.admin("room/announce", text, token);
      // Until the slow request's body has arrived, too.
      while (answer.status !== 503) answer = await stage.admin("room/announce", text, token);
      expect(answer.json.error?.message).to.equal("too many large requests at once; nothing was accepted");
      await stage.http.close();
      await slow;
    });

    it("are described by an OpenAPI document, with every status", async () => {
      const { text } = await stage.http.request("/admin/openapi.json");
      type Responses = Record<string, { description: string; headers?: object }>;
      type Body = { required: boolean; content: { "application/json": { schema: { properties?: object } } } };
      type Described = Record<string, { post: { requestBody: Body; responses: Responses } }>;
      const { paths, info, components } = JSON.parse(text) as {
        paths: Described;
        info: object;
        components: { securitySchemes: object; schemas: { Error: object } };
      };
      expect(info).to.include({ title: "Operations for administrators" });
      expect(info).to.have.deep.property("license", { name: "MIT", identifier: "MIT" });
      expect(components.securitySchemes).to.eql({ token: { type: "http", scheme: "bearer" } });
      expect(components.schemas.Error).to.have.nested.property("properties.error.properties.code.enum");
      const { responses = {}, requestBody } = paths["/admin/hook/add"]?.post ?? {};
      const told = Object.entries(responses).map(([status, { description }]) => `${status} ${description}`);
      expect(told).to.eql([
        "200 the result",
        "401 the token is missing, unknown or expired",
        "403 a right is missing, the request comes from a page of another web site, or operators may not log in from there (console.access)",
        "404 there is no such operation or object",
        "405 the method isn't POST",
        "408 the body didn't arrive in time",
        "409 the object exists already",
        "415 the Content-Type isn't application/json",
        "422 an argument is invalid; `field` names it",
        "429 too many wrong tokens from this network",
        "500 an error of the component, which its log describes",
        "503 it can't be done now",
      ]);
      const retried = Object.keys(responses).filter(
        (status) => "Retry-After" in (responses[status]?.headers ?? {}),
      );
      expect(retried).to.eql(["429", "503"]);
      expect(requestBody).to.include({ required: true });
      const [shown] = operationExamples().get("hook add") ?? [];
      expect(requestBody).to.have.deep.nested.property(
        "content.application/json.examples.1.value",
        shown?.arguments,
      );
      const names = argumentsOf(operations.find(({ name }) => name === "hook add")!).map(({ name }) => name);
      expect(Object.keys(requestBody?.content["application/json"].schema.properties ?? {})).to.eql(names);
      expect(Object.keys(paths)).to.have.members(operations.map(({ name }) => `/admin/${pathOf(name)}`));
      expect(JSON.stringify(paths["/admin/hook/add"])).to.contain("创建 Webhook");
    });
  });

  describe("are recorded", () => {
    it("with who, by which way and what came of it, and without secrets", async () => {
      await stage.does("room/make", { room: "plan", owner: "hag66", options: { password: "open sesame" } });
      const added = await stage.admin("hook/add", { name: "ci", to: "plan", template: "{{ text }}" }, token);
      await line.run("hook", "rotate", "ci");
      await stage.posts("hook/remove", { name: "none" });
      const { changes } = (await stage.does("changes/list")) as { changes: Record<string, string>[] };
      expect(changes.map(({ who, way, operation }) => [who, way, operation])).to.eql([
        [changes[0]?.who, "command line", "hook rotate"],
        ["tess", "http", "hook add"],
        ["judy", "console", "room make"],
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
      stage.desk.play.db.exec(FULL);
      const refused = await stage.posts("operator/add", { name: "bob", may: ["all"] });
      expect(refused.status).to.equal(500);
      expect(stage.operators.find("bob")).to.equal(undefined);
    });
  });
});
