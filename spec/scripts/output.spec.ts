/** Commands whose output is closed before its end, as in `… | head -n 1`. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chmodSync, readdirSync } from "node:fs";
import { expect } from "chai";
import { freePort } from "../../scripts/lab/ports.js";
import { openDatabase } from "../../storage/database.js";
import { CommandLine, PROGRAM } from "../support/command-line.js";
import { Folder } from "../support/folder.js";

/** Runs a command until it printed something, and ends it so; resolves to how it ended, and what it complained of. */
async function beginningOf(
  args: readonly string[],
  env: Record<string, string> = {},
  end: (child: ChildProcess) => void = ({ stdout }) => stdout?.destroy(),
): Promise<{ code: number | null; complaints: string }> {
  const child = spawn(process.execPath, [PROGRAM, ...args], { env: { ...process.env, ...env } });
  let complaints = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (complaints += text));
  child.stdout.once("data", () => end(child)).on("data", () => undefined);
  const [code] = (await once(child, "close")) as [number | null];
  return { code, complaints };
}

async function callWhileRunning(child: ChildProcess, url: string): Promise<void> {
  while (child.exitCode === null && child.signalCode === null) {
    await fetch(url, { method: "POST", body: "{}" }).catch(() => undefined);
  }
}

describe("A command whose output was closed", () => {
  let folder: Folder;
  beforeEach(() => (folder = new Folder()));
  afterEach(() => folder.remove());

  it("ends quietly", async () => {
    const line = new CommandLine();
    openDatabase(line.database).close();
    const config = ["--config", line.folder.at("qtalk-component.yml")];
    const deaf = (args: readonly string[]): Promise<[number | null]> => {
      const child = spawn(process.execPath, [PROGRAM, ...args], { stdio: ["ignore", "pipe", "inherit"] });
      child.stdout.destroy();
      return once(child, "close") as Promise<[number | null]>;
    };
    for (const args of [["--help"], ["outbox", "list", ...config]])
      expect(await deaf(args), args.join(" ")).to.deep.equal([0, null]);
    line.remove();
  });

  it("leaves no files behind as a quickstart, ended so or by a signal", async () => {
    // The server may run as a user of its own.
    chmodSync(folder.path, 0o755);
    const ways: readonly [(child: ChildProcess) => void, number][] = [
      [({ stdout }) => stdout?.destroy(), 0],
      [(child) => child.kill("SIGTERM"), 75],
    ];
    for (const [end, wanted] of ways) {
      const { code, complaints } = await beginningOf(
        ["quickstart", "--server", "prosody"],
        { TMPDIR: folder.path },
        end,
      );
      expect(complaints).to.equal("");
      expect(code).to.equal(wanted);
      expect(readdirSync(folder.path)).to.deep.equal([]);
    }
  });

  it("stops cleanly as the component, with an exit code that makes its supervisor restart it", async () => {
    const [service, listen] = [`xmpp://127.0.0.1:${await freePort()}`, `127.0.0.1:${await freePort()}`];
    const args = ["start", "--storage.path", folder.at("q.db"), "--http.listen", listen];
    const xmpp = ["--xmpp.domain", "c.x.test", "--xmpp.password", "S", "--xmpp.hosts", "x.test"];
    // Each call has its line in the log, so that the component prints to the closed output.
    const deafen = (child: ChildProcess): void => {
      child.stdout?.destroy();
      void callWhileRunning(child, `http://${listen}/qtalk/send_message`);
    };
    const command = [...args, ...xmpp, "--xmpp.service", service];
    const { code, complaints } = await beginningOf(command, {}, deafen);
    expect(complaints).to.equal("The reader of the log closed standard output: stopping.\n");
    expect(code).to.equal(74);
    expect(readdirSync(folder.path)).to.include("q.db").and.not.include("q.db-wal");
  });
});
