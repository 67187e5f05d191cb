/** Putting a copy back: on the same machine or another. */
import {
  chmodSync,
  chownSync,
  copyFileSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { expect } from "chai";
import { ComponentProcess } from "../../../scripts/lab/component-process.js";
import { freePort } from "../../../scripts/lab/ports.js";
import { openDatabase, type Database } from "../../../storage/database.js";
import { DirectoryStore } from "../../../storage/directory-store.js";
import { migrate } from "../../../storage/schema-migrations.js";
import { WAITING } from "../../../storage/snapshot.js";
import { Sqlite } from "../../../storage/sqlite.js";
import { CommandLine, refusal } from "../../support/command-line.js";
import { makeUsed } from "../../support/version-1.js";

describe("restore", () => {
  let line: CommandLine;
  let copy: string;
  beforeEach(() => {
    line = new CommandLine();
    copy = line.folder.at("copy.db");
  });
  afterEach(() => line.remove());

  const addPerson = (local: string): void => {
    const db = openDatabase(line.database);
    const blank = { pinyin: "", avatar: "", department: "", employed: true };
    new DirectoryStore(db).save({ local, host: "x.test", name: local, ...blank });
    db.close();
  };
  const people = async (): Promise<string> => (await line.run("user", "list")).stdout;
  const aside = (): string[] => readdirSync(line.folder.path).filter((name) => name.includes(".replaced-"));

  it("brings back what a backup holds, and moves aside what is there, with what a crash left in the write-ahead log", async () => {
    addPerson("early");
    expect((await line.run("backup", copy)).code).to.equal(0);
    const db = openDatabase(line.database);
    new DirectoryStore(db).save({ local: "late", host: "x.test" });
    const [database, log] = ["", "-wal"].map((end) => readFileSync(line.database + end));
    db.close();
    line.folder.file("qtalk.db", database!);
    line.folder.file("qtalk.db-wal", log!);
    line.folder.file("qtalk.db-shm", Buffer.alloc(32_768));
    const { code, stdout, stderr } = await line.run("restore", copy);
    expect([code, stderr]).to.eql([0, ""]);
    expect(stdout).to.match(
      /^Restored .*qtalk\.db from .*copy\.db\.\nThe previous database is now .*replaced-/,
    );
    expect(await people())
      .to.include("early")
      .and.not.include("late");
    const [name = "", ...more] = aside();
    expect(more).to.deep.equal([]);
    const old = openDatabase(line.folder.at(name));
    expect(new DirectoryStore(old).find("late", "x.test")?.local).to.equal("late");
    old.close();
  });

  it("keeps owner and mode of the database, without other users' permissions; a new one is its owner's", async () => {
    addPerson("early");
    await line.run("backup", copy);
    const elsewhere = line.folder.at("new.db");
    const { code, stdout } = await line.run("restore", copy, "--storage.path", elsewhere);
    expect(stdout).not.to.include("previous database");
    expect([code, statSync(elsewhere).mode & 0o777]).to.eql([0, 0o600]);
    if (process.getuid?.() === 0)
      for (const name of ["", ...readdirSync(line.folder.path)]) chownSync(line.folder.at(name), 1234, 1234);
    const { uid } = statSync(line.database);
    for (const [mode, kept] of [
      [0o640, 0o640],
      [0o664, 0o660],
    ] as const) {
      chmodSync(line.database, mode);
      await line.run("restore", copy);
      expect(statSync(line.database).mode & 0o777).to.equal(kept);
      for (const path of [line.database, `${line.database}.lock`]) expect(statSync(path)).to.include({ uid });
    }
  });

  it("neither makes nor restores a copy of a database with damaged pages, and leaves nothing behind", async () => {
    const db = openDatabase(line.database);
    const store = new DirectoryStore(db);
    db.transaction(() => {
      for (let n = 0; n < 3_000; n++) store.save({ local: `u${n}`, host: "x.test", name: "x".repeat(50) });
    })();
    db.pragma("wal_checkpoint(TRUNCATE)");
    db.close();
    const bytes = readFileSync(line.database);
    // Among the people: what is read on opening is sound.
    bytes.fill(0xaa, (bytes.length * 3) / 4, (bytes.length * 7) / 8);
    writeFileSync(line.database, bytes);
    writeFileSync(copy, bytes);
    const before = readdirSync(line.folder.path).sort();
    for (const args of [
      ["backup", line.folder.at("another.db")],
      ["restore", copy],
    ]) {
      const stderr = await refusal(65, line.run(...args));
      expect(stderr, args.join(" ")).to.match(/^.* is damaged \(.*\): .*\.\n$/);
    }
    const left = readdirSync(line.folder.path).filter((name) => !/-(?:wal|shm)$|\.lock$/.test(name));
    expect(left.sort()).to.deep.equal(before);
    expect(readFileSync(line.database).equals(bytes)).to.equal(true);
  });

  it("puts a copy in the place of what is damaged, or of another version", async () => {
    addPerson("early");
    await line.run("backup", copy);
    for (const spoil of [
      () => line.folder.file("qtalk.db", "not a database, but long enough to be one".repeat(99)),
      () => {
        const db = new Sqlite(line.database);
        db.pragma("user_version = 999");
        db.close();
      },
    ]) {
      spoil();
      expect(await line.run("restore", copy)).to.include({ code: 0, stderr: "" });
      expect(await people()).to.include("early");
    }
  });

  it("refuses what is no copy, and leaves everything as it is", async () => {
    addPerson("early");
    const other = line.folder.at("other.db");
    new Sqlite(other).exec("CREATE TABLE t (a)").close();
    const text = line.folder.file("notes.txt", "not a database, but long enough to be one".repeat(99));
    const blank = line.folder.at("blank.db");
    new Sqlite(blank).exec("VACUUM").close();
    for (const [file, code, words] of [
      [
        line.folder.file("empty.db", ""),
        65,
        /empty\.db is empty, without tables: pass a file that backup made/,
      ],
      [blank, 65, /blank\.db is empty, without tables: pass a file that backup made/],
      [other, 65, /other\.db was made by another program: pass a file that backup made/],
      [text, 65, /notes\.txt is damaged or not a SQLite file: pass a file that backup made/],
      [line.folder.at("none.db"), 66, /^There is no file /],
    ] as const) {
      const result = await line.run("restore", file);
      expect(result.stderr).to.match(words);
      expect(result.code).to.equal(code);
    }
    expect(await people()).to.include("early");
    expect(aside()).to.deep.equal([]);
  });

  it("is made of a database alone, over none of its own files, and in no folder's place", async () => {
    line.folder.file("qtalk.db", "");
    expect(await refusal(65, line.run("backup", copy))).to.match(
      /qtalk\.db is empty, without tables: start the component, which makes them\.\n$/,
    );
    addPerson("early");
    for (const args of [[], ["--force"]])
      expect(await refusal(73, line.run("backup", line.folder.path, ...args))).to.equal(
        `${line.folder.path} is a folder: name a file in it.\n`,
      );
    expect(await refusal(73, line.run("backup", line.database, "--force"))).to.match(
      /qtalk\.db is a file of the database itself: choose another name\.\n$/,
    );
    expect(await people()).to.include("early");
  });

  it("reads a backup without leaving files beside it", async () => {
    addPerson("early");
    await line.run("backup", copy);
    const wal = line.folder.at("wal.db");
    const db = new Sqlite(copy);
    db.pragma("journal_mode = WAL");
    db.close();
    copyFileSync(copy, wal);
    expect(await line.run("restore", wal)).to.include({ code: 0 });
    expect(readdirSync(line.folder.path).filter((name) => name.startsWith("wal.db"))).to.deep.equal([
      "wal.db",
    ]);
  });

  it("refuses while the component runs", async () => {
    addPerson("early");
    await line.run("backup", copy);
    const access = { service: `xmpp://127.0.0.1:${await freePort()}`, domain: "c.x.test", password: "S" };
    const config = { storage: { path: line.database } };
    const component = await ComponentProcess.start({ access, hosts: ["x.test"], config });
    try {
      await component.until(async () => (await component.get("/healthz"))?.status === 200, "alive");
      const stderr = await refusal(75, line.run("restore", copy));
      expect(stderr).to.match(/^The database .* is in use: stop the component first \(systemctl stop/);
      expect(aside()).to.deep.equal([]);
    } finally {
      await component.stop();
    }
  });

  describe("of a backup with work that waits", () => {
    const run = { since: 0, next: 0 };
    const asked = { by: { id: "juliet@x.test", name: "Juliet" }, at: 0, until: 9e15, on: "m1" };
    const status = { severity: "", openedAt: 0, postedAt: 0, takers: [], unsaid: 0, run, asked };
    /** Lets something of each kind wait, as a component that was killed leaves it. */
    const WORK = `
      INSERT INTO outbox (row_id, accepted_at, kind, sender, stanzas, call, parked, stanza) VALUES
        (5, 1, 'message', 'wang@x.test', 1, NULL, 0, 'one'), (6, 2, 'message', 'wang@x.test', 1, 5, 1, 'two'),
        (7, 3, 'message', 'ops@c.x.test', 1, NULL, 0, 'three');
      INSERT INTO calls (id, request, caller, accepted_at, stanzas, first, last) VALUES (1, 'r1', 'wang', 1, 2, 5, 6);
      INSERT INTO bots (name, title) VALUES ('bot', 'Bot');
      INSERT INTO hooks (id, name, secret, receiver, format, corrects, made_at)
        VALUES ('h', 'ops', x'00', 'ops@c.x.test', 'auto', 1, 0);
      INSERT INTO bot_rooms (bot, room, chosen, requested_at, state, since) VALUES ('bot', 'r@far.test', 0, 0, 'inside', 0);
      INSERT INTO bot_posts (bot, room, id, accepted_at, stanza) VALUES ('bot', 'r@far.test', 'm1', 1, 'four');
      INSERT INTO hook_posts (id, hook, accepted_at, request, content) VALUES ('m2', 'h', 1, 'r2', '{}');
      INSERT INTO hook_files (id, post, name, type, kept_at, size, bytes) VALUES ('f', 'm2', 'a.png', 'image/png', 1, 1, x'00');
      INSERT INTO hook_messages (id, hook, receiver, fingerprint, call, accepted_at) VALUES
        ('m1', 'h', 'r@far.test', x'01', NULL, 1), ('m2', 'h', 'ops@c.x.test', x'02', NULL, 1),
        ('m3', 'h', 'ops@c.x.test', x'03', 7, 1), ('m4', 'h', 'ops@c.x.test', x'04', 2, 1);
      INSERT INTO outgoing_hooks (id, name, url, secret, events, only_mentions, form, inner, made_at)
        VALUES (1, 'out', 'https://x.test', 's', 'room-message', 0, 'json', '', 0);
      INSERT INTO hook_events (hook, id, body, bytes, happened_at, until, died_at) VALUES
        (1, 'e1', '{}', 2, 0, 9e15, NULL), (1, 'e2', '{}', 2, 0, 9e15, NULL), (1, 'e3', '{}', 2, 0, 9e15, 1);
      INSERT INTO alerts (id, hook, name, current, state, receiver, message, title, text, labels, status, changed_at, due_at)
        VALUES (1, 'h', x'01', 1, 'open', 'ops@c.x.test', 'm4', 'One', '', '{}', '${JSON.stringify(status)}', 0, 1);
      INSERT INTO alert_tasks (alert, task, due_at) VALUES (1, '{"do":"step","step":0}', 0);
      UPDATE outbox_progress SET acked = 5;`;
    const restored = <T>(work: (db: Database) => T): T => {
      const db = openDatabase(line.database);
      try {
        return work(db);
      } finally {
        db.close();
      }
    };

    beforeEach(async () => {
      restored((db) => db.exec(WORK));
      await line.run("backup", copy);
    });

    it("says what the next start sends", async () => {
      const { stdout } = await line.run("restore", copy);
      expect(stdout).to.include(
        "Waiting when the backup was made: 3 stanzas, 2 posts, 2 events, 1 message about an alert, 1 alert with steps. " +
          "The next start sends them",
      );
      restored((db) => expect(db.prepare("SELECT count(*) FROM outbox").pluck().get()).to.equal(3));
    });

    it("leaves nothing that is sent with the option, whatever sends it, and keeps the rest", async () => {
      expect((await line.run("restore", copy, "--drop-outbox")).stdout).not.to.include("Waiting");
      restored((db) => {
        const left = WAITING.map(({ table, count }) => [table, db.prepare<[], number>(count).pluck().get()]);
        expect(left.filter(([, count]) => count !== 0)).to.deep.equal([]);
        expect(db.prepare("SELECT waiting, bytes FROM outgoing_hooks").raw().get()).to.deep.equal([0, 0]);
        expect(db.prepare("SELECT id FROM hook_events").pluck().all()).to.deep.equal(["e3"]);
        expect(db.prepare("SELECT count(*) FROM hook_files").pluck().get()).to.equal(0);
        const { run: steps, asked: silence, ...rest } = status;
        expect([steps, silence]).to.not.include(undefined);
        const [alert] = db.prepare<[], string>("SELECT status FROM alerts").pluck().all();
        expect(JSON.parse(alert ?? "")).to.deep.equal(rest);
      });
      expect((await line.run("outbox", "list")).stdout).to.include("0 stanzas");
    });

    it("says of what was dropped that it was, and lets programs post it again", async () => {
      await line.run("restore", copy, "--drop-outbox");
      // Later rows are acknowledged.
      restored((db) =>
        db.exec("INSERT INTO acks (row_id, at) VALUES (9, 9e15); UPDATE outbox_progress SET acked = 9"),
      );
      const { stdout } = await line.run("outbox", "trace", "r1");
      expect(stdout).to.match(/dropped when the database was restored \(restore --drop-outbox\)/);
      expect(stdout).not.to.match(/acknowledged|dead letter|waiting/);
      restored((db) =>
        expect(
          db.prepare("SELECT id, outcome, fingerprint FROM hook_messages ORDER BY id").raw().all(),
        ).to.deep.equal([
          ["m1", "refused", null],
          ["m2", "refused", null],
          ["m3", "refused", null],
          ["m4", null, Buffer.from([4])],
        ]),
      );
    });
  });

  it("drops what waits in a backup of the first version, too", async () => {
    makeUsed(copy);
    expect((await line.run("restore", copy)).stdout).to.match(/Waiting .*stanzas?, 2 posts/);
    expect((await line.run("restore", copy, "--drop-outbox")).stdout).not.to.include("Waiting");
    migrate(line.database, () => undefined);
    const db = openDatabase(line.database);
    for (const { table, count } of WAITING) expect(db.prepare(count).pluck().get(), table).to.equal(0);
    db.close();
  });
});
