/** Commands that root calls, on a database whose folder belongs to the component's user, who may mean ill. */
import { execFile } from "node:child_process";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { ofUser } from "../../../scripts/inherited-files.js";
import { toStartAs } from "../../../scripts/service-manager.js";
import { CommandLine, PROGRAM, type Outcome, refusal } from "../../support/command-line.js";
import { Folder } from "../../support/folder.js";

const isRoot = process.getuid?.() === 0;
/** The component's user; without root, the current user. */
const OWNER = isRoot ? 1234 : (process.getuid?.() ?? 0);

const XMPP = { domain: "conference.x.test", hosts: ["x.test"] };

describe("Commands that root calls", () => {
  let line: CommandLine;
  let mine: Folder;
  let service: string;
  beforeEach(() => {
    line = new CommandLine();
    mine = new Folder();
    service = line.folder.at("service");
    mkdirSync(service, { mode: 0o700 });
    chmodSync(line.folder.path, 0o755);
    if (isRoot) chownSync(service, OWNER, OWNER);
    const secret = mine.file("secret", "SECRET");
    mine.file("qtalk-component.yml", JSON.stringify({ xmpp: { ...XMPP, password_file: secret } }));
  });
  afterEach(() => {
    line.remove();
    mine.remove();
  });

  const database = (): string => join(service, "qtalk.db");
  const config = (): string => mine.at("qtalk-component.yml");
  /** Runs a command in a process of its own, as the shell does. */
  const program = (path: string, args: readonly string[], as: { uid?: number } = {}): Promise<Outcome> =>
    new Promise((resolve) => {
      const options = [path, ...args, "--config", config(), "--storage.path", database()];
      execFile(process.execPath, options, { cwd: line.folder.path, ...as }, (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
      );
    });
  const run = (...args: readonly string[]): Promise<Outcome> => program(PROGRAM, args);
  const owners = (): Record<string, number> =>
    Object.fromEntries(readdirSync(service).map((name) => [name, statSync(join(service, name)).uid]));

  it("leave every file in that folder to its owner, and in other folders to root", async () => {
    expect(await run("user", "set", "li", "--name", "Li")).to.include({ code: 0 });
    const copy = mine.at("copy.db");
    const inside = join(service, "copy.db");
    for (const file of [copy, inside]) expect(await run("backup", file)).to.include({ code: 0, stderr: "" });
    for (const file of [copy, inside]) expect(await run("restore", file)).to.include({ code: 0, stderr: "" });
    expect((await run("user", "list")).stdout).to.contain("Li");
    expect(new Set(Object.values(owners())), JSON.stringify(owners())).to.deep.equal(new Set([OWNER]));
    expect(statSync(copy).uid).to.equal(process.getuid?.());
  });

  it("are advised to a third user, who isn't told to take the folder from its owner, nor that nothing is in it", async () => {
    if (!isRoot) return;
    await run("user", "set", "li", "--name", "Li");
    for (const path of [mine.path, config(), mine.at("secret")]) chmodSync(path, 0o755);
    for (const [code, ...args] of [
      [73, "check"],
      [73, "start"],
      [77, "user", "list"],
      [77, "backup", line.folder.at("copy.db")],
    ] as const)
      expect(await refusal(code, program(PROGRAM, args, { uid: OWNER + 1 })), args.join(" "))
        .to.match(/: run the command as .+ or as root\b/)
        .and.not.match(/chown|There is no/);
  });

  it("say that what is to be written is a folder, and leave it as it is", async () => {
    await run("user", "set", "li", "--name", "Li");
    const list = mine.file("people.csv", "user_id\nli\n");
    for (const folder of [mine.at("mine"), join(service, "theirs")]) {
      mkdirSync(folder);
      for (const args of [
        ["backup", folder],
        ["backup", folder, "--force"],
        ["user", "import", list, "--refused", folder],
      ])
        expect(await refusal(73, run(...args)), args.join(" ")).to.equal(
          `${folder} is a folder: name a file in it.\n`,
        );
      expect(readdirSync(folder)).to.deep.equal([]);
    }
  });

  it("read lists, and write the refused rows, in folders that only root may use", async () => {
    const list = mine.file("people.csv", "user_id,user_name\n@,nobody\nli,Li\n");
    const refused = mine.at("refused.txt");
    expect((await run("user", "import", list, "--refused", refused)).stdout).to.contain("refused.txt");
    expect((await run("user", "list")).stdout).to.contain("Li");
    expect(existsSync(refused)).to.equal(true);
  });

  it("make nothing outside of that folder through links in it", async () => {
    const copy = mine.at("copy.db");
    await run("user", "set", "li", "--name", "Li");
    await run("backup", copy);
    const outside = mine.at("outside");
    mkdirSync(outside, { mode: 0o700 });
    const link = (ends: readonly string[]): void => {
      for (const name of ends.map((end) => `qtalk.db${end}`)) {
        rmSync(join(service, name), { force: true });
        symlinkSync(join(outside, name), join(service, name));
      }
    };
    for (const ends of [["-wal", "-shm", "-journal", ".lock", ".restored", ".restored.unfinished"], [""]]) {
      for (const args of [
        ["user", "set", "wang", "--name", "Wang"],
        ["backup", join(service, "qtalk.db.restored")],
        ["restore", copy],
      ]) {
        link(ends);
        await run(...args);
        if (isRoot) expect(readdirSync(outside), args.join(" ")).to.deep.equal([]);
      }
    }
  });

  it("read what root alone can read: configuration, password, templates, pictures, tables", async () => {
    await run("user", "set", "li", "--name", "Li");
    const template = mine.file("template.liquid", "{{ text }}");
    const picture = mine.file("picture.png", Buffer.from("iVBORw0KGgo=", "base64"));
    expect(
      await run("hook", "add", "alerts", "--to", "li@x.test", "--template", template, "--picture", picture),
    ).to.include({ code: 0 });
    const wrong = await run("hook", "set", "alerts", "--template", mine.at("none"));
    expect(wrong.stderr).to.match(/none can't be read: .*ENOENT/);
    expect(wrong.code).to.equal(66);
    const tables = mine.at("tables");
    mkdirSync(tables);
    writeFileSync(join(tables, "host_info.csv"), "id,host\n1,x.test\n");
    writeFileSync(join(tables, "host_users.csv"), "host_id,user_id,user_name\n1,li,Li\n1,,Nobody\n");
    const imported = await run("import", "startalk", tables, "--refused", mine.at("refused.txt"));
    expect(imported.stdout, imported.stderr).to.match(/^host_users +2 .* 1$/m);
    expect(statSync(mine.at("refused.txt")).uid).to.equal(process.getuid?.());
  });

  it("say whether the component's user can read its files, as the start needs them, and how to let this user alone", async () => {
    if (!isRoot) return;
    const [file, secret] = [config(), mine.at("secret")];
    const advice = (path: string): string => `As root, run: chown root:${OWNER} ${path} && chmod 640 ${path}`;
    const enter = (mode: number): void => chmodSync(mine.path, mode);
    // The folder is root's alone.
    for (const path of [file, secret]) chmodSync(path, 0o644);
    const closed = await run("check");
    expect(closed.stdout).to.contain("The component can't start").and.not.contain("is valid");
    expect(closed.stderr).to.contain(
      `can't read xmpp.password_file ${secret}. A folder above the file is closed`,
    );
    enter(0o755);
    for (const path of [file, secret]) chmodSync(path, 0o600);
    for (const { code, stdout, stderr } of [await run("check"), await run("doctor")]) {
      for (const path of [file, secret]) expect(stdout + stderr).to.contain(advice(path));
      expect(code).to.not.equal(0);
    }
    mine.file("qtalk-component.yml", JSON.stringify({ xmpp: { ...XMPP, password: "SESAME" } }));
    chmodSync(file, 0o644);
    const open = await run("check");
    expect(open.stdout).to.contain(
      `the configuration file ${file} has a secret, and is readable by every user`,
    );
    expect(open.stdout).to.contain(advice(file));
    chownSync(file, 0, OWNER);
    chmodSync(file, 0o640);
    const { code, stdout, stderr } = await run("check");
    expect({ code, stderr }, "after what was advised").to.deep.equal({ code: 0, stderr: "" });
    expect(stdout).to.not.match(/can't read|readable by/);
  });

  it("write in another user's folder as this user, and through none of their links", async () => {
    if (!isRoot) return;
    await run("user", "set", "li", "--name", "Li");
    const theirs = line.folder.at("theirs");
    mkdirSync(join(theirs, "inner"), { recursive: true });
    for (const folder of [theirs, join(theirs, "inner")]) chownSync(folder, OWNER + 1, OWNER + 1);
    const copy = join(theirs, "inner", "copy.db");
    expect(await run("backup", copy)).to.include({ code: 0 });
    expect(statSync(copy).uid).to.equal(OWNER + 1);
    expect(readdirSync(join(theirs, "inner"))).to.deep.equal(["copy.db"]);
    expect((await run("backup", copy)).stderr).to.contain("exists");
    expect(await run("backup", copy, "--force")).to.include({ code: 0 });
    expect(await run("restore", copy)).to.include({ code: 0 });
    const list = line.folder.file("people.csv", "user_id\n@\n");
    const outside = mine.at("outside");
    mkdirSync(outside);
    symlinkSync(join(outside, "refused.txt"), join(theirs, "refused.txt"));
    symlinkSync(outside, join(theirs, "link"));
    for (const args of [
      ["user", "import", list, "--refused", join(theirs, "refused.txt")],
      ["user", "import", list, "--refused", join(theirs, "link", "outside.txt")],
      ["backup", join(theirs, "link", "copy.db")],
    ]) {
      const stderr = await refusal(73, run(...args));
      expect(stderr, args.join(" ")).to.contain("a symbolic link in a folder of another user");
    }
    expect(readdirSync(outside)).to.deep.equal([]);
  });

  it("tell the folder's owner nothing of root's environment that they don't read", () => {
    const read = { QTALK_XMPP_DOMAIN: "x.test", TERM: "xterm", LC_ALL: "C", PATH: "/bin" };
    expect(
      ofUser({ ...read, AWS_SECRET_KEY: "SECRET", NODE_OPTIONS: "--import x", HOME: "/root" }),
    ).to.deep.equal(read);
  });

  it("say so if the database's owner can't read the program", async () => {
    if (!isRoot) return;
    symlinkSync(PROGRAM, mine.at("qtalk-component.js"));
    const stderr = await refusal(77, program(mine.at("qtalk-component.js"), ["user", "list"]));
    expect(stderr).to.match(/user 1234.*can't read the program/);
  });

  it("don't start the component there: root gets the command with the right user", async () => {
    await run("user", "set", "li", "--name", "Li");
    if (!isRoot) return;
    const stderr = await refusal(77, run("start"));
    expect(stderr).to.contain(`belongs to user ${OWNER}: root doesn't start the component there. Start `);
    expect(stderr).to.contain(`${toStartAs(`#${OWNER}`)}.`);
  });
});
