/** Operators' commands while the component is stopped: they do the same work, in their own process. */
import { spawnSync } from "node:child_process";
import { pathToFileURL } from "node:url";
import { expect } from "chai";
import { Operators } from "../../../component/administration/operators.js";
import { acquireInstanceLock } from "../../../storage/instance-lock.js";
import { whenFree } from "../../../scripts/storage-access.js";
import { OperatorsStore } from "../../../storage/operators-store.js";
import { openDatabase } from "../../../storage/database.js";
import { OutgoingHooksStore } from "../../../storage/outgoing-hooks-store.js";
import { ChangesStore } from "../../../storage/changes-store.js";
import { CommandLine, PROGRAM } from "../../support/command-line.js";

/** Loaded before a command, which it kills after one of its writes to the database. */
const KILLED = `
  import { Sqlite } from ${JSON.stringify(new URL("../storage/sqlite.js", pathToFileURL(PROGRAM)).href)};
  const { prepare } = Sqlite.prototype;
  let writes = 0;
  Sqlite.prototype.prepare = function (sql) {
    const statement = prepare.call(this, sql);
    const { run } = statement;
    statement.run = (...values) => {
      const result = run.apply(statement, values);
      writes += 1;
      if (writes === Number(process.env.KILLED_AT)) process.kill(process.pid, "SIGKILL");
      return result;
    };
    return statement;
  };`;

describe("Operators' commands, while the component is stopped", () => {
  let line: CommandLine;
  beforeEach(() => (line = new CommandLine()));
  afterEach(() => line.remove());

  it("say so if only the running component can do it, and change nothing", async () => {
    for (const args of [
      ["room", "make", "plan", "--owner", "hag66"],
      ["room", "destroy", "plan", "--yes"],
      ["room", "announce", "--all", "Hello"],
      ["hook", "test", "ci"],
      ["caller", "list"],
    ]) {
      const { code, stdout, stderr } = await line.run(...args);
      expect(stderr, args.join(" ")).to.match(/^No component runs on the database .*: start it and run/);
      expect([code, stdout]).to.eql([69, ""]);
    }
  });

  it("separate a list's values at commas, but not within a nickname", async () => {
    const given = ["--only-events", "push, issues.opened", "--mention", "Capulet, Juliet"];
    expect((await line.run("hook", "add", "ci", "--to", "juliet@test.org", ...given)).stderr).to.match(
      /^Added/,
    );
    const { stdout } = await line.run("hook", "show", "ci", "--json");
    expect(JSON.parse(stdout)).to.deep.include({
      only_events: ["push", "issues.opened"],
      mention: ["Capulet, Juliet"],
    });
  });

  it("make what is asked for, with a record of it", async () => {
    const added = await line.run("operator", "add", "ann", "--may", "hooks,rooms");
    expect(added.stderr).to.match(
      /^Added the operator ann, with the rights: hooks, rooms\. Log in at http:\/\/.*\/console\.\nShown only now/,
    );
    const db = openDatabase(line.database);
    const operators = new Operators(db, { run: (work) => Promise.resolve(work()) });
    expect(operators.byToken(added.stdout.trim())).to.deep.include({ name: "ann", may: ["hooks", "rooms"] });
    const { madeAt = 0, expiresAt = 0 } = new OperatorsStore(db).find("ann") ?? {};
    expect((expiresAt - madeAt) / 86_400_000, "a year by default").to.equal(365);
    db.close();
    const { stdout } = await line.run("operator", "list");
    expect(stdout).to.match(/^NAME +ADDED +MAY +EXPIRES +EXPIRED +LAST LOGIN *\nann +\d{4}-/);
    expect(stdout).not.to.contain(added.stdout.trim());
    expect((await line.run("changes")).stdout).to.match(
      /command line +operator add +{"name":"ann","may":\["hooks","rooms"\],"expires":"1y"}/,
    );
    for (const expires of ["0d", "soon", "4000d", "11y", "90"])
      expect((await line.run("operator", "add", "bob", "--may", "all", "--expires", expires)).code).to.equal(
        64,
      );
    expect((await line.run("operator", "add", "bob")).stderr).to.contain("--may");
  });

  it("wait for a component that is starting or stopping, which holds the lock", async () => {
    const lock = acquireInstanceLock(line.database);
    const waiting = line.run("operator", "add", "ann", "--may", "all");
    setTimeout(() => lock.release(), 300);
    expect((await waiting).code).to.equal(0);
  });

  it("are waited for by a component that starts while one of them holds the lock", async () => {
    const lock = acquireInstanceLock(line.database);
    const started = whenFree({ most: 3_000, each: 50 }, () => acquireInstanceLock(line.database));
    setTimeout(() => lock.release(), 300);
    (await started).release();
  });

  it("are done whole or not at all if they are killed after any of their writes, and so is their record", () => {
    const url = ["--deliver-to", "http://127.0.0.1:9/", "--allow-inner", "127.0.0.1", "--on", "message"];
    const config = ["--config", line.folder.at("qtalk-component.yml")];
    const killer = line.folder.file("killed.mjs", KILLED);
    let isKilled = true;
    let write = 0;
    while (isKilled) {
      write += 1;
      const args = ["--import", killer, PROGRAM, "hook", "add", `h${write}`, ...url, ...config];
      const env = { ...process.env, KILLED_AT: String(write) };
      const { signal, status, stderr } = spawnSync(process.execPath, args, { env, encoding: "utf8" });
      isKilled = signal === "SIGKILL";
      if (!isKilled) expect(status, stderr).to.equal(0);
      const db = openDatabase(line.database);
      const hooks = new OutgoingHooksStore(db).list().map(({ name }) => name);
      const changes = new ChangesStore(db).list(Number.MAX_SAFE_INTEGER, 100);
      db.close();
      expect(hooks, `killed after write ${write}`).to.eql(isKilled ? [] : [`h${write}`]);
      expect(changes.map((each) => (JSON.parse(each.arguments) as { name: string }).name)).to.eql(hooks);
    }
    expect(write, "the hook and the record are written").to.be.greaterThan(2);
  });
});
