/** What check says about the places that the component writes to, for the user that its unit runs it as; and what it advises. */
import { execSync } from "node:child_process";
import { chmodSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { expect } from "chai";
import { unixUser, ownUser } from "../../scripts/unix-users.js";
import { creation, ownership } from "../../scripts/file-access.js";
import { checkLogFile } from "../../scripts/log.js";
import { checkFolder } from "../../scripts/storage-access.js";
import { Folder } from "../support/folder.js";

const isRoot = process.getuid?.() === 0;
/** The component's user; only root can ask for another one. */
const user = isRoot ? unixUser(1234)! : ownUser();
const LOG = { level: "info", max_bytes: 1_000_000, files: 1 } as const;

describe("The component's places", () => {
  let folder: Folder;
  beforeEach(() => {
    folder = new Folder();
    chmodSync(folder.path, 0o755);
  });
  afterEach(() => folder.remove());

  const fault = (work: () => void): string => {
    try {
      work();
    } catch (error) {
      return (error as Error).message;
    }
    return "";
  };
  /** Does what a message advises. */
  const obey = (message: string): void => {
    const [, command] = /as root, run: (.*?)(?:, or |\.$)/.exec(message) ?? [];
    expect(command, message).to.be.a("string");
    execSync(command!);
  };

  it("are refused if they are root's, with commands after which they aren't", () => {
    if (!isRoot) return;
    for (const [check, file] of [
      [(file: string) => checkFolder(file, undefined, user), "qtalk.db"],
      [(file: string) => checkLogFile({ ...LOG, file }, user), "qtalk.log"],
    ] as const) {
      const [missing, roots, files] = ["missing", "roots", "files"].map((name) =>
        folder.at(`${file}-${name}`),
      );
      for (const path of [roots!, files!]) mkdirSync(path);
      execSync(`chown 1234:1234 ${files!}`);
      for (const end of ["", "-wal", ".lock"]) writeFileSync(`${files!}/${file}${end}`, "", { mode: 0o600 });
      for (const [path, words] of [
        [missing!, /doesn't exist|ENOENT/],
        [roots!, /can't be written by the component's user, user 1234 \(EACCES\)/],
        [files!, /can't be written by the component's user, user 1234 \(EACCES\)/],
      ] as const) {
        const message = fault(() => check(`${path}/${file}`));
        expect(message, path).to.match(words);
        obey(message);
        expect(
          fault(() => check(`${path}/${file}`)),
          `${path}, after what was advised`,
        ).to.equal("");
      }
    }
  });

  it("are their user's again after what is advised, if they were closed to this user by their modes", () => {
    if (!isRoot) return;
    for (const [mode, fileMode] of [
      [0o500, 0o600],
      [0o700, 0o400],
    ] as const) {
      const own = folder.at(`own-${mode}`);
      mkdirSync(own);
      writeFileSync(`${own}/qtalk.db`, "", { mode: fileMode });
      chmodSync(own, mode);
      execSync(`chown -R 1234:1234 ${own}`);
      const check = (): string => fault(() => checkFolder(`${own}/qtalk.db`, undefined, user));
      expect(check()).to.contain("can't be written by the component's user");
      obey(check());
      expect(check()).to.equal("");
    }
  });

  it("aren't in a folder that is closed to the user, whoever owns the inner one", () => {
    if (!isRoot) return;
    const inner = folder.at("closed/inner");
    mkdirSync(inner, { recursive: true });
    execSync(`chown 1234:1234 ${inner}`);
    chmodSync(folder.at("closed"), 0o700);
    for (const message of [
      fault(() => checkFolder(`${inner}/qtalk.db`, undefined, user)),
      fault(() => checkLogFile({ ...LOG, file: `${inner}/qtalk.log` }, user)),
    ])
      expect(message)
        .to.contain(`the folder ${folder.at("closed")} above it is closed`)
        .and.not.contain("chown");
  });

  it("stay as they are while they are checked", () => {
    const own = folder.at("own");
    mkdirSync(own);
    checkFolder(`${own}/qtalk.db`);
    checkLogFile({ ...LOG, file: `${own}/qtalk.log` });
    expect(readdirSync(own)).to.deep.equal([]);
  });

  it("are never the system's own folders, which other programs need", () => {
    const name = user.name.replace("user ", "");
    for (const path of ["/srv", "/var/lib", "/var/log", "/opt", "/"]) {
      const advice = ownership(path, user, "systemd");
      expect(advice, path)
        .to.contain(`install -d -o ${name}`)
        .and.match(/\/qtalk-component$/)
        .and.not.contain("chown");
    }
    expect(ownership("/srv/q", user, "systemd")).to.match(
      /^as root, run: chown -R \S+:\S+ \/srv\/q && chmod -R u\+rwX \/srv\/q$/,
    );
    expect(creation("/data", user, "container"))
      .to.contain("mount a volume")
      .and.not.contain("install");
    expect(creation("/srv/q", undefined, "none")).to.contain("USER: the component's user");
  });
});
