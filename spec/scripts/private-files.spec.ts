/** What others on the same machine can read of what the component writes: nothing, whatever the umask. */
import { spawnSync } from "node:child_process";
import { chmodSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { ComponentProcess } from "../../scripts/lab/component-process.js";
import { openDatabase } from "../../storage/database.js";
import { parseConfig } from "../../scripts/config/config.js";
import { startDaemon } from "../../scripts/daemon.js";
import { Folder } from "../support/folder.js";
import { LogLines } from "../support/log-lines.js";

const PROGRAM = fileURLToPath(new URL("../../scripts/qtalk-component.js", import.meta.url));

/** The permissions of each file in a folder, by name. */
function modesIn(folder: string): Record<string, string> {
  const modeOf = (name: string): string => (statSync(join(folder, name)).mode & 0o777).toString(8);
  return Object.fromEntries(readdirSync(folder).map((name) => [name, modeOf(name)]));
}

describe("Files on a machine that others use, too", () => {
  let folder: Folder;
  let umask: number;
  beforeEach(() => {
    umask = process.umask(0);
    folder = new Folder();
  });
  afterEach(() => {
    process.umask(umask);
    folder.remove();
  });

  it("are their owner's alone: the database and what is beside it, the log and its older files, the backup", async () => {
    const log = { file: folder.at("qtalk.log"), max_bytes: 1024, files: 3, level: "debug" };
    const component = await ComponentProcess.alone({ log, storage: { path: folder.at("qtalk.db") } });
    try {
      for (let i = 0; i < 30; i++) await component.get("/qtalk/nothing");
      await component.until(() => readdirSync(folder.path).includes("qtalk1.log"), "rotated");
      const backup = [PROGRAM, "backup", folder.at("copy.db"), "--config", component.configFile];
      expect(spawnSync(process.execPath, backup).status).to.equal(0);
      const modes = modesIn(folder.path);
      const wanted = ["copy.db", "qtalk.db", "qtalk.db-wal", "qtalk.db-shm", "qtalk.db.lock", "qtalk.log"];
      expect(Object.keys(modes)).to.include.members([...wanted, "qtalk1.log"]);
      expect(new Set(Object.values(modes)), JSON.stringify(modes)).to.deep.equal(new Set(["600"]));
    } finally {
      await component.stop();
    }
  });

  it("are so, too, if an import lists the rows that it refused", () => {
    writeFileSync(folder.at("people.csv"), "user_id,user_name\n@,nobody\n");
    const keys = "--storage.path qtalk.db --xmpp.domain c.x.test --xmpp.password S --xmpp.hosts x.test";
    const args = [PROGRAM, "user", "import", "people.csv", ...keys.split(" ")];
    spawnSync(process.execPath, args, { cwd: folder.path });
    const lists = Object.entries(modesIn(folder.path)).filter(([name]) => name.includes("refused"));
    expect(lists.map(([, mode]) => mode)).to.deep.equal(["600"]);
  });

  for (const [mode, kept, what] of [
    [0o644, "600", "that an earlier release left open to everybody are closed at start, and the log says so"],
    [0o640, "640", "that a group was given stay the group's"],
  ] as const)
    it(what, async () => {
      const path = folder.at("qtalk.db");
      openDatabase(path).close();
      chmodSync(path, mode);
      const log = new LogLines();
      const config = parseConfig({
        xmpp: { service: "xmpp://127.0.0.1:1", domain: "c.x.test", password: "SECRET", hosts: ["x.test"] },
        http: { listen: "127.0.0.1:0" },
        storage: { path },
      });
      const daemon = await startDaemon(config, log.logger);
      await daemon.stop();
      expect(modesIn(folder.path)["qtalk.db"]).to.equal(kept);
      expect(log.about(`${path} was readable by all users`)).to.have.length(mode === 0o644 ? 1 : 0);
    });
});
