/** The daemon among its operators' tools: SIGHUP, log files, systemd's notifications, backups. */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { parse, stringify } from "yaml";
import { ComponentProcess } from "../../scripts/lab/component-process.js";
import { Supervisor } from "../../scripts/supervisor.js";
import { openDatabase } from "../../storage/database.js";
import { LogLines } from "../support/log-lines.js";
import { runCommand, type Outcome } from "../support/command-line.js";
import { Folder } from "../support/folder.js";
import { lapse, until } from "../support/sender.js";

/** Many lines: while a file is rotated, some lines more are written to it. */
const LOG_BYTES = 10_000;

type Tree = Record<string, Record<string, unknown>>;

function change(component: ComponentProcess, changes: Tree): void {
  const tree = parse(readFileSync(component.configFile, "utf8")) as Tree;
  for (const [section, keys] of Object.entries(changes)) tree[section] = { ...tree[section], ...keys };
  writeFileSync(component.configFile, stringify(tree));
}

const notify = (length: number) => ({ from: "a", to: "b", category: "1", data: "x".repeat(length) });

describe("SIGHUP", () => {
  let component: ComponentProcess;
  before(async () => (component = await ComponentProcess.alone()));
  after(() => component.stop());

  const hup = async (words: string): Promise<void> => {
    process.kill(component.pid, "SIGHUP");
    await component.until(() => component.log.includes(words), "reloaded");
  };

  it("that comes before the start is finished follows the start, and ends nothing", async () => {
    // On a busy machine, the start may be finished before the test has seen that the process listens.
    let early = 0;
    for (let tries = 0; early < 3 && tries < 6; tries += 1) {
      await component.end("SIGTERM");
      const before = component.log.length;
      component.launch();
      await component.hangUp();
      if (!component.log.slice(before).includes("Listening for callers")) early += 1;
    }
    expect(early).to.equal(3);
    await component.until(() => component.log.includes("SIGHUP: reloaded the configuration"), "reloaded");
    expect(component.isRunning).to.equal(true);
    await component.alive();
  });

  it("changes nothing if the configuration is at fault", async () => {
    change(component, { log: { level: "loud" } });
    await hup("nothing has changed");
    expect(component.log).to.contain("log.level");
    expect((await component.get("/healthz"))?.status).to.equal(200);
  });

  it("changes limits, callers and the log's level at once, and says what waits for a restart", async () => {
    expect((await component.post("send_notify", notify(5_000))).status).to.equal(200);
    const token_sha256 = createHash("sha256").update("t").digest("hex");
    change(component, {
      http: { callers: [{ name: "hr", token_sha256, senders: ["*@x.test"] }], body_limit: 4096 },
      log: { level: "debug" },
      limits: { message_bytes: 2048 },
      messages: { language: "zh" },
      rooms: { admins: ["boss@x.test"] },
    });
    await hup("reloaded the configuration. Restart the component to apply http.body_limit.");
    expect((await component.post("send_notify", notify(1))).status).to.equal(401);
    const answer = await fetch(`http://127.0.0.1:${component.httpPort}/qtalk/send_notify`, {
      method: "POST",
      headers: { authorization: "Bearer t" },
      body: JSON.stringify(notify(5_000)),
    });
    expect(await answer.text()).to.contain("2048");
    await component.until(() => component.log.includes("by hr as"), "logged");
  });

  it("closes calls to everybody if the callers are taken away", async () => {
    const { httpPort: port } = component;
    const callers = [{ name: "hr", token_sha256: createHash("sha256").update("t").digest("hex") }];
    await component.end("SIGTERM");
    change(component, { http: { listen: `0.0.0.0:${port}`, callers } });
    component.launch();
    await component.alive();
    change(component, { http: { listen: `127.0.0.1:${port}`, callers: [] } });
    await hup("Restart the component to apply http.listen.");
    expect((await component.post("send_notify", notify(1))).status).to.equal(401);
  });
});

describe("The log's file", () => {
  it("is opened anew by SIGHUP, so that it can be moved away, and keeps within its size and number", async () => {
    const folder = new Folder();
    const file = join(folder.path, "qtalk.log");
    const component = await ComponentProcess.alone({
      log: { file, max_bytes: LOG_BYTES, files: 2, level: "debug" },
    });
    const lines = (name: string): string => (existsSync(name) ? readFileSync(name, "utf8") : "");
    await component.until(() => lines(file).includes("Listening for callers"), "logged");
    expect(component.log).to.equal("");
    renameSync(file, `${file}.old`);
    process.kill(component.pid, "SIGHUP");
    await component.until(() => lines(file).includes("SIGHUP"), "logged anew");
    expect(lines(`${file}.old`))
      .to.contain("Listening for callers")
      .and.not.contain("SIGHUP");
    for (const line of lines(file).trim().split("\n")) JSON.parse(line);
    for (let calls = 0; calls < LOG_BYTES / 100; calls++) await component.get("/qtalk/nothing");
    await component.until(() => existsSync(join(folder.path, "qtalk1.log")), "rotated");
    await component.stop();
    const logs = readdirSync(folder.path).filter((name) => name.endsWith(".log"));
    expect(logs.length).to.be.within(1, 3);
    for (const name of logs)
      expect(readFileSync(join(folder.path, name)).length).to.be.lessThan(2 * LOG_BYTES);
    folder.remove();
  });
});

describe("systemd", () => {
  it("is notified of readiness, reload, stop and liveness", async () => {
    const folder = new Folder();
    const path = join(folder.path, "notify");
    const listener = [
      "import socket, sys",
      "s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); s.bind(sys.argv[1]); print('listening', flush=True)",
      // systemd-notify waits until the file descriptor that it passes is closed.
      "while True:",
      "  data, fds, flags, address = socket.recv_fds(s, 4096, 4)",
      "  print(data.decode(), flush=True); [__import__('os').close(fd) for fd in fds]",
    ].join("\n");
    const child = spawn("python3", ["-c", listener, path], { stdio: ["ignore", "pipe", "inherit"] });
    let heard = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (heard += text));
    const hears = async (words: string): Promise<void> => {
      while (!heard.includes(words)) await once(child.stdout, "data");
    };
    await hears("listening");
    const env = { ...process.env, NOTIFY_SOCKET: path, WATCHDOG_USEC: "300000" };
    const supervisor = new Supervisor(new LogLines().logger, env);
    supervisor.ready();
    await hears("READY=1");
    await hears("WATCHDOG=1");
    supervisor.reloading();
    await hears("RELOADING=1");
    supervisor.stopping();
    await hears("STOPPING=1");
    child.kill();
    folder.remove();
  });
});

describe("Notifications to systemd", () => {
  it("keep their order, though the first takes longer", async () => {
    const folder = new Folder();
    const [program, sent] = [join(folder.path, "systemd-notify"), join(folder.path, "sent")];
    const slow = `case "$1" in RELOADING*) until [ -e ${folder.path}/go ]; do sleep 0.01; done ;; esac`;
    writeFileSync(program, `#!/bin/sh\n${slow}\necho "$1" >> ${sent}\n`, { mode: 0o755 });
    const env = { PATH: `${folder.path}:${process.env.PATH ?? ""}`, NOTIFY_SOCKET: "/nowhere" };
    const supervisor = new Supervisor(new LogLines().logger, env);
    for (let times = 0; times < 2; times += 1) {
      supervisor.reloading();
      supervisor.ready();
    }
    await lapse(300);
    writeFileSync(join(folder.path, "go"), "");
    const lines = (): string[] => (existsSync(sent) ? readFileSync(sent, "utf8").trim().split("\n") : []);
    await until("all are sent", () => lines().length === 4);
    const expected = ["RELOADING=1", "READY=1", "RELOADING=1", "READY=1"];
    expect(lines()).to.deep.equal(expected);
    folder.remove();
  });

  it("tell of a whole life: started, reloaded, reloaded with a wrong configuration, stopping", async () => {
    const folder = new Folder();
    const [program, sent] = [join(folder.path, "systemd-notify"), join(folder.path, "sent")];
    writeFileSync(program, `#!/bin/sh\necho "$*" >> ${sent}\n`, { mode: 0o755 });
    const lines = (): string[] => (existsSync(sent) ? readFileSync(sent, "utf8").trim().split("\n") : []);
    const { PATH, NOTIFY_SOCKET } = process.env;
    Object.assign(process.env, { PATH: `${folder.path}:${PATH ?? ""}`, NOTIFY_SOCKET: "/nowhere" });
    const component = await ComponentProcess.alone();
    try {
      await until("it is ready", () => lines().length === 1);
      await component.reconfigure({ log: { level: "debug" } });
      await until("it has reloaded", () => lines().length === 3);
      component.configure({ log: { level: "loud" } });
      process.kill(component.pid, "SIGHUP");
      await until("it has refused to", () => lines().length === 5);
      await component.end("SIGTERM");
      expect(lines().map((line) => line.replace(/\d{3,}/, "N"))).to.deep.equal([
        "READY=1 STATUS=",
        "RELOADING=1 MONOTONIC_USEC=N",
        "READY=1 STATUS=",
        "RELOADING=1 MONOTONIC_USEC=N",
        "READY=1 STATUS=The changed configuration is wrong and was not applied: run qtalk-component check",
        "STOPPING=1",
      ]);
    } finally {
      process.env.PATH = PATH;
      if (NOTIFY_SOCKET === undefined) delete process.env.NOTIFY_SOCKET;
      else process.env.NOTIFY_SOCKET = NOTIFY_SOCKET;
      await component.stop();
      folder.remove();
    }
  });
});

describe("The unit for systemd", () => {
  const file = fileURLToPath(
    new URL("../../../scripts/packaging/systemd/qtalk-component.service", import.meta.url),
  );
  it("makes a reload end when the component has reloaded", () => {
    const values = (key: string): string[] =>
      readFileSync(file, "utf8")
        .split("\n")
        .filter((line) => line.startsWith(`${key}=`));
    expect(values("Type").at(-1)).to.equal("Type=notify-reload");
    expect(values("ExecReload"), "no second SIGHUP").to.deep.equal(["ExecReload=@COMMAND@ check"]);
  });
});

describe("backup", () => {
  it("copies the database of a running component whole, and overwrites nothing unasked", async () => {
    const component = await ComponentProcess.alone();
    const target = join(component.folder, "copy.db");
    const run = (...args: string[]): Promise<Outcome> =>
      runCommand(["backup", target, "--config", component.configFile, ...args]);
    try {
      expect((await component.post("send_notify", notify(9))).status).to.equal(200);
      expect(await run()).to.include({ code: 0 });
      const copy = openDatabase(target);
      // A presence and the one that takes it back, and a headline: which are sent is known when the link is up.
      expect(copy.prepare("SELECT count(*) AS n FROM outbox").get()).to.deep.equal({ n: 3 });
      copy.close();
      const again = await run();
      expect(again.code).to.equal(73);
      expect(again.stderr).to.contain("--force");
      expect(await run("--force")).to.include({ code: 0 });
    } finally {
      await component.stop();
    }
  });

  it("says that there is no database", async () => {
    const { stderr } = await runCommand(["backup", "x", "--storage.path", "/nowhere/q.db"]);
    expect(stderr).to.contain("There is no database /nowhere/q.db");
  });
});
