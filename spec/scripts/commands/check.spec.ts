import { once } from "node:events";
import { chmodSync, existsSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname } from "node:path";
import { expect } from "chai";
import { Failure } from "../../../scripts/failure.js";
import { checkFolder, provideFolder } from "../../../scripts/storage-access.js";
import { openDatabase } from "../../../storage/database.js";
import { Sqlite } from "../../../storage/sqlite.js";
import { CommandLine, printed, refusal } from "../../support/command-line.js";
import { Folder } from "../../support/folder.js";

describe("check", () => {
  let line: CommandLine;
  beforeEach(() => (line = new CommandLine()));
  afterEach(() => line.remove());

  it("says what the configuration comes to, and exits with 0", async () => {
    const flags = ["--http.listen", "[::1]:10051", "--xmpp.password", "SESAME"];
    const stdout = await printed(line.run("check", ...flags));
    expect(stdout).to.match(
      /^The configuration is valid\.\n {2}conference\.x\.test connects to xmpp:.* users of x\.test\n {2}callers connect to \[::1\]:10051\n {2}the database is .*qtalk\.db\n {2}QTalk's calls are closed: no callers .*qtalk-component caller add NAME --addresses 127\.0\.0\.1 --senders '\*'\n$/,
    );
    expect(stdout).to.not.include("SESAME");
  });

  it("warns of callers that every process of this machine may pass for", async () => {
    const token = "e".repeat(64);
    const callers = [
      "{name: a, addresses: [127.0.0.1]}",
      "{name: b, addresses: ['::1']}",
      "{name: c, addresses: [0.0.0.0/0]}",
      "{name: d, addresses: [10.0.0.0/8]}",
      `{name: e, addresses: [127.0.0.1], token_sha256: ${token}}`,
    ];
    const stdout = await printed(line.run("check", "--http.callers", `[${callers.join(", ")}]`));
    const warned = stdout.match(/(?<=the caller )\S(?= is known by this machine's address alone)/g);
    expect(warned).to.eql(["a", "b", "c"]);
    expect(stdout).not.to.contain("calls are closed");
  });

  it("says what an alias of the rooms' domain means, and notices that the example's password was left in", async () => {
    for (const [key, value, words] of [
      ["rooms.aliases", "rooms.x.test", "rooms.x.test in the address of a room means conference.x.test"],
      ["xmpp.password", "SECRET", "xmpp.password is still the example's, SECRET\n    Replace it in"],
    ] as const) {
      expect(await printed(line.run("check", `--${key}`, value))).to.contain(` ${words}`);
    }
    const file = line.folder.file("secret", "SECRET\n");
    line.folder.file(
      "qtalk-component.yml",
      `xmpp: {domain: c.x.test, hosts: [x.test], password_file: ${file}}`,
    );
    expect((await line.run("check", "--storage.path", line.database)).stdout).to.contain(
      `! the secret in xmpp.password_file is still the example's, SECRET\n    Replace it in ${file} with`,
    );
  });

  it("warns of a secret's file that others can read, or that has more than one line", async () => {
    const clean = new Folder();
    const file = clean.file("secret", "SESAME\nold: OPEN\n");
    chmodSync(clean.path, 0o755);
    chmodSync(file, 0o644);
    line.folder.file(
      "qtalk-component.yml",
      `xmpp: {domain: c.x.test, hosts: [x.test], password_file: ${file}}`,
    );
    const check = async (): Promise<string> =>
      (await line.run("check", "--storage.path", line.database)).stdout;
    const doubtful = await check();
    expect(doubtful).to.contain(`${file} has 2 lines, and all of them form the secret\n    Keep one`);
    expect(doubtful).to.contain(
      `${file} has a secret, and is readable by every user of this machine\n    Run: chmod 600 ${file}`,
    );
    expect(doubtful).to.not.match(/SESAME|OPEN/);
    clean.file("secret", "SESAME\n");
    chmodSync(file, 0o640);
    expect(await check()).to.not.contain(file);
    clean.remove();
  });

  it("sees a taken port: by another program, which it exits for as start would, or by the component", async () => {
    let body = "hello";
    const other = createServer((_, response) => response.end(body));
    await once(other.listen(0, "127.0.0.1"), "listening");
    const listen = `127.0.0.1:${(other.address() as AddressInfo).port}`;
    const taken = await line.run("check", "--http.listen", listen);
    expect(taken.stderr).to.equal(
      `Another program listens on ${listen} already: stop it, or choose another port with http.listen.\n`,
    );
    expect(taken.code).to.equal(69);
    body = '{"ready":false,"reason":"no link"}';
    const running = await line.run("check", "--http.listen", listen);
    other.close();
    expect(running.stdout).to.contain(`  the component runs already, on ${listen}\n`);
    expect(running.code).to.equal(0);
  });

  it("tries to listen for mail, and looks at its certificate, as the start does", async () => {
    const other = createServer();
    await once(other.listen(0, "127.0.0.1"), "listening");
    const listen = `127.0.0.1:${(other.address() as AddressInfo).port}`;
    const taken = await line.run("check", "--smtp.listen", listen);
    other.close();
    expect(taken.stderr).to.equal(
      `Another program listens on ${listen} already: stop it, or choose another port with smtp.listen.\n`,
    );
    expect(taken.code).to.equal(69);
    const clean = new Folder();
    const pem = clean.file("mail.pem", "");
    chmodSync(clean.path, 0o755);
    chmodSync(pem, 0o644);
    const flags = ["--smtp.listen", "127.0.0.1:0", "--smtp.certificate", pem, "--smtp.key", pem];
    const { code, stdout } = await line.run("check", ...flags);
    expect(stdout).to.contain(`! smtp.key ${pem} has a secret, and is readable by every user`);
    expect(stdout).not.to.contain("smtp.certificate");
    expect(code).to.equal(0);
    clean.remove();
  });

  it("names every fault, and exits with 78", async () => {
    const flags = ["--http.listen", "x", "--notify.carrier", "pigeon"];
    const { code, stderr, stdout } = await line.run("check", ...flags);
    expect(stderr).to.match(
      /^2 errors in the configuration \(.*\.yml\):\n {2}http\.listen must be .*, not "x"\n {2}notify\.carrier must be auto, presence, headline or both, not "pigeon"\n$/,
    );
    expect(stdout).to.equal("");
    expect(code).to.equal(78);
  });

  it("says that the database has no folder, or is none, and exits as start would", async () => {
    const nowhere = await line.run("check", "--storage.path", line.folder.at("none/qtalk.db"));
    expect(nowhere.stderr).to.match(
      /^The folder .*none of the database doesn't exist: as root, run: install -d -o .*storage\.path\.\n$/,
    );
    expect(nowhere.code).to.equal(73);
    const file = line.folder.file("notes.txt", "not a database, but long enough to be one".repeat(50));
    const notes = await line.run("check", "--storage.path", file);
    expect(notes.stderr).to.match(/is damaged or not a SQLite file/);
    expect(notes.code).to.equal(65);
    const folder = await line.run("check", "--storage.path", line.folder.path);
    expect(folder.stderr).to.contain(`is a folder: name the database's file with storage.path, such as`);
    expect(folder.code).to.equal(73);
    const log = await line.run("check", "--log.file", line.folder.path);
    expect(log.stderr).to.match(
      /^The log file .* can't be written \(EISDIR\): name a file in this folder with log\.file, such as \/.*qtalk-component\.log\.\n$/,
    );
    expect(log.code).to.equal(73);
    const relative = await line.run("check", "--storage.path", "qtalk.db");
    expect(relative.stdout).to.contain(
      "! storage.path is qtalk.db, which is another file in each folder where a command is run\n    Write the whole path, such as /",
    );
  });

  it("leaves the database as it was, and refuses one of another version", async () => {
    const db = openDatabase(line.database);
    db.pragma("wal_checkpoint(TRUNCATE)");
    db.close();
    const before = readFileSync(line.database);
    expect(await line.run("check")).to.include({ code: 0, stderr: "" });
    expect(readFileSync(line.database).equals(before)).to.equal(true);
    const later = new Sqlite(line.database);
    later.pragma("user_version = 999");
    later.close();
    expect(await refusal(65, line.run("check"))).to.include(
      "has version 999 of the schema, and this program",
    );
  });
});

describe("A database in which Litestream alone has made tables", () => {
  it("is one that the start fills: check has no fault to name", async () => {
    const line = new CommandLine();
    new Sqlite(line.database).exec("CREATE TABLE _litestream_seq (id INTEGER PRIMARY KEY)").close();
    expect(await line.run("check")).to.include({ code: 0, stderr: "" });
    line.remove();
  });
});

describe("JSON", () => {
  it("is the result and the errors of commands with --json", async () => {
    const line = new CommandLine();
    type Findings = { domain: string; findings: { state: string; text: string; todo: string[] }[] };
    const result = JSON.parse(await printed(line.run("check", "--json"))) as Findings;
    expect(result.domain).to.equal("conference.x.test");
    expect(result.findings[0]).to.deep.include({ state: "doubtful" });
    const error = async (code: number, ...args: string[]): Promise<unknown> => {
      const { error } = JSON.parse(await refusal(code, line.run(...args, "--json"))) as {
        error: { code: string };
      };
      return error.code;
    };
    expect(await error(78, "check", "--http.listen", "x")).to.equal("config");
    expect(await error(69, "health")).to.equal("unavailable");
    expect(await error(64, "check", "--none")).to.equal("usage");
    await printed(line.run("user", "set", "li", "--name", "Li"));
    expect((await line.run("user", "list", "--limit", "0")).stderr).to.equal("limit: expected at least 1.\n");
    expect(await error(64, "user", "list", "--limit", "0")).to.equal("input");
    expect(await error(65, "room", "show", "none")).to.equal("missing");
    const { changes } = JSON.parse(await printed(line.run("changes", "list", "--json"))) as {
      changes: { arguments: unknown }[];
    };
    expect(changes[0]?.arguments).to.deep.equal({ user: "li", name: "Li" });
    const doctor = JSON.parse((await line.run("doctor", "--json")).stdout) as Findings;
    expect(doctor.findings.map(({ text }) => text).join()).to.contain("the example's, SECRET");
    line.remove();
  });
});

describe("The usual folder of the database", () => {
  it("is created at start if it is missing, for its owner alone; check knows that it will be", () => {
    const folder = new Folder();
    const path = folder.at("qtalk-component/qtalk.db");
    checkFolder(path, path);
    expect(existsSync(dirname(path))).to.equal(false);
    provideFolder(path, path);
    expect(statSync(dirname(path)).mode & 0o777).to.equal(0o700);
    provideFolder(path, path);
    const deep = folder.at("a/b/qtalk.db");
    for (const work of [checkFolder, provideFolder])
      expect(() => work(deep, deep)).to.throw(Failure, "doesn't exist");
    expect(existsSync(folder.at("a"))).to.equal(false);
    folder.remove();
  });
});

describe("--help", () => {
  it("shows a command's own options, and with --help-config every key of the configuration with its default", async () => {
    const line = new CommandLine();
    const short = await line.run("start", "--help");
    expect(short.stdout)
      .to.include("Usage: qtalk-component start")
      .and.not.match(/--[a-z]+\./);
    const stdout = await printed(line.run("start", "--help-config"));
    expect(stdout.replace(/\s+/g, " ")).to.include(
      "--http.listen <text> address and port for callers (default: 127.0.0.1:10050)",
    );
    line.remove();
  });
});
