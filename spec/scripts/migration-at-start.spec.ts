/** An update of the component: the database of version 1 is migrated at start, and nothing in it is lost. */
import { spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { expect } from "chai";
import { createLogger } from "winston";
import { ComponentProcess } from "../../scripts/lab/component-process.js";
import { Failure } from "../../scripts/failure.js";
import { migrateStorage } from "../../scripts/migration-at-start.js";
import { SCHEMA_VERSION } from "../../storage/schema.js";
import { Sqlite } from "../../storage/sqlite.js";
import { FaultServer } from "../support/fault-server.js";
import { CommandLine, operate } from "../support/command-line.js";
import { Folder } from "../support/folder.js";
import { until } from "../support/sender.js";
import { makeUsed } from "../support/version-1.js";

/** Migrates a database in a process that kills itself at a statement of a version: the first, one in the middle, the last. */
const KILLED = `
  import { migrate } from ${JSON.stringify(new URL("../../storage/schema-migrations.js", import.meta.url).href)};
  const [path, killed, at] = process.argv.slice(1);
  migrate(path, ({ version, statement, of }) => {
    if (version === Number(killed) && statement === { first: 1, middle: Math.ceil(of / 2), last: of }[at])
      process.kill(process.pid, "SIGKILL");
  });`;
/** The messages that waited. */
const LATE = ["late-1", "late-2", "late-3", "late-4"];

describe("An update from version 1 of the schema", () => {
  let folder: Folder;
  let server: FaultServer;
  let component: ComponentProcess | undefined;
  let path: string;
  before(async () => (server = await FaultServer.start()));
  after(() => server.hideAway());
  beforeEach(() => {
    folder = new Folder();
    path = folder.at("qtalk.db");
    makeUsed(path);
  });
  afterEach(async () => {
    await component?.stop();
    component = undefined;
    folder.remove();
  });

  const start = async (): Promise<ComponentProcess> => {
    const access = { service: server.service, domain: server.domain, password: server.secret };
    component = await ComponentProcess.start({
      access,
      hosts: ["qtalk.test.org"],
      config: { storage: { path } },
    });
    return component;
  };
  const delivered = (): string[] =>
    server.routed
      .filter(({ attrs: { to } }) => to === "bob@qtalk.test.org")
      .map(({ attrs }) => attrs.id ?? "");
  const versionOf = (file: string): unknown => {
    const db = new Sqlite(file, { readonly: true });
    try {
      return db.pragma("user_version", { simple: true });
    } finally {
      db.close();
    }
  };

  it("keeps everything, and delivers waiting messages once, in order; the copy can be restored", async () => {
    const running = await start();
    await running.ready();
    await until("the waiting messages are delivered", () => delivered().length >= LATE.length);
    expect(running.log).to.contain("from version 1").and.contain(`Copied the database to ${path}.before-2.`);
    expect(running.log).to.contain(`Migrated the database to version ${SCHEMA_VERSION} of the schema`);
    expect(await operate(running, "room", "show", "ops")).to.contain("bob@qtalk.test.org");
    expect(await operate(running, "room", "grep", "ops", "磁盘")).to.contain("磁盘已满");
    const hooks = await operate(running, "hook", "list");
    expect(hooks).to.contain("alarms").and.contain("far").and.contain("events");
    expect(await operate(running, "bot", "list")).to.contain("lobby@conference.other.test");
    expect(await operate(running, "operator", "list")).to.contain("dana");
    expect(await operate(running, "user", "list")).to.contain("爱丽丝");
    expect(await operate(running, "outbox", "list")).to.contain("1 dead letter");
    await running.end("SIGTERM");
    expect(delivered()).to.deep.equal(LATE);

    expect(versionOf(`${path}.before-2`)).to.equal(1);
    expect(statSync(`${path}.before-2`).mode & 0o777).to.equal(0o600);
    expect(await operate(running, "restore", `${path}.before-2`)).to.contain(
      "Waiting when the backup was made",
    );
    expect(versionOf(path)).to.equal(1);
    running.launch();
    await running.ready();
    expect(versionOf(path)).to.equal(SCHEMA_VERSION);
  });

  it("goes on after kill -9 at the first, a middle and the last statement of each version", async () => {
    const already = delivered().length;
    for (let version = 2; version <= SCHEMA_VERSION; version++) {
      for (const at of ["first", "middle", "last"]) {
        const options = ["--input-type=module", "--eval", KILLED, path, String(version), at];
        const { signal, stderr } = spawnSync(process.execPath, options, { encoding: "utf8" });
        expect(signal, stderr).to.equal("SIGKILL");
        expect(versionOf(path), `at ${at} of ${version}`).to.equal(version - 1);
      }
    }
    const running = await start();
    await running.ready();
    expect(versionOf(path)).to.equal(SCHEMA_VERSION);
    await until("the waiting messages are delivered", () => delivered().length >= already + LATE.length);
    expect(delivered().slice(already)).to.deep.equal(LATE);
    expect(await operate(running, "outbox", "list")).to.contain("1 dead letter");
  });

  it("makes a whole copy, and migrates, after kill -9 while the component copies", async () => {
    const already = delivered().length;
    const running = await start();
    await running.until(() => running.log.includes("Copying the database to"), "copying");
    await running.end("SIGKILL");
    running.launch();
    await running.ready();
    await until("the waiting messages are delivered", () => delivered().length >= already + LATE.length);
    expect(delivered().slice(already)).to.deep.equal(LATE);
    expect(versionOf(`${path}.before-2`)).to.equal(1);
  });

  it("is announced by check, and refused without space for the copy", async () => {
    const line = new CommandLine();
    makeUsed(line.database);
    const { stdout } = await line.run("check");
    line.remove();
    expect(stdout).to.match(
      /next start migrates the database from version 1 .*to version \d+, after copying it to .*\.before-2 \(\d+ bytes\)/,
    );
    const size = statSync(path).size;
    const log = createLogger({ silent: true });
    const migrated = migrateStorage(path, log, undefined, () => size - 1);
    const fault: unknown = await migrated.catch((error: unknown) => error);
    expect(fault).to.be.instanceOf(Failure);
    expect((fault as Failure).message)
      .to.contain(`needs ${size} bytes`)
      .and.contain(`${size - 1} are free`);
    expect(existsSync(`${path}.before-2`)).to.equal(false);
  });
});
