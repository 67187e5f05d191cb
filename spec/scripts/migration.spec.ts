/** An update of the component: the database of version 1 is migrated at start, and nothing in it is lost. */
import { existsSync, readFileSync, statSync } from "node:fs";
import { randomInt } from "node:crypto";
import { setTimeout as lapse } from "node:timers/promises";
import { expect } from "chai";
import { createLogger } from "winston";
import { ComponentProcess } from "../../scripts/lab/component-process.js";
import { Failure } from "../../scripts/failure.js";
import { migrateStorage } from "../../scripts/migration.js";
import { SCHEMA_VERSION } from "../../storage/schema.js";
import { Sqlite } from "../../storage/sqlite.js";
import { FaultServer } from "../support/fault-server.js";
import { CommandLine, operate } from "../support/command-line.js";
import { Folder } from "../support/folder.js";
import { until } from "../support/sender.js";

const text = (name: string): string =>
  readFileSync(new URL(`../../../spec/storage/${name}`, import.meta.url), "utf8");
/** "qtlk" in ASCII. */
const APPLICATION_ID = 0x71746c6b;
/** How long the migration of a small database takes at most, about, in milliseconds. */
const LONGEST_MS = 300;
/** The messages that waited. */
const LATE = ["late-1", "late-2", "late-3", "late-4"];

/** Makes a database as version 1 left it. */
function fill(path: string): void {
  const db = new Sqlite(path);
  // The rows are in the order of their tables' names, and some belong to the full-text index.
  db.pragma("foreign_keys = OFF");
  db.unsafeMode();
  db.exec(`BEGIN; ${text("schema-1.sql")}; ${text("rows-1.sql")};
    PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = 1; COMMIT`);
  db.close();
}

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
    fill(path);
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
      "queued when the backup was made",
    );
    expect(versionOf(path)).to.equal(1);
    running.launch();
    await running.ready();
    expect(versionOf(path)).to.equal(SCHEMA_VERSION);
  });

  it("goes on after kill -9 at any moment", async () => {
    const already = delivered().length;
    await server.hideAway();
    const running = await start();
    for (let kills = 0; kills < 5; kills++) {
      const isMigrating = (): boolean => running.log.split("Migrating the database from").length > kills + 1;
      const isDone = (): boolean => running.log.includes("Listening for callers");
      await running.until(() => isMigrating() || isDone(), "migrating");
      if (isDone()) break;
      await lapse(randomInt(LONGEST_MS));
      await running.end("SIGKILL");
      running.launch();
    }
    await server.listen();
    await running.ready();
    await until("the waiting messages are delivered", () => delivered().length >= already + LATE.length);
    expect(delivered().slice(already)).to.deep.equal(LATE);
    expect(await operate(running, "outbox", "list")).to.contain("1 dead letter");
  });

  it("is announced by check, and refused without space for the copy", async () => {
    const line = new CommandLine();
    fill(line.database);
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
