/** Commands that root calls, on a database whose folder belongs to the component's user, who may mean ill. */
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
} from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { CommandLine, type Outcome } from "../../support/command-line.js";
import { Folder } from "../../support/folder.js";

const isRoot = process.getuid?.() === 0;
/** The component's user; without root, the current user. */
const OWNER = isRoot ? 1234 : (process.getuid?.() ?? 0);

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
  });
  afterEach(() => {
    line.remove();
    mine.remove();
  });

  const database = (): string => join(service, "qtalk.db");
  const run = (...args: readonly string[]): Promise<Outcome> =>
    line.run(...args, "--storage.path", database());
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

  it("don't start the component there: root gets the command with the right user", async () => {
    await run("user", "set", "li", "--name", "Li");
    if (!isRoot) return;
    const { code, stderr } = await run("start");
    expect(stderr).to.contain(`sudo -u '#${OWNER}' qtalk-component start`);
    expect(code).to.equal(77);
  });
});
