/**
 * The container image, in its mounted root as process 1 of a PID namespace, as its unprivileged user. `.ci/container` builds
 * the image, and runs these tests with IMAGE_ROOT and IMAGE_ENV.
 */
import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { expect } from "chai";
import type { Suite } from "mocha";
import { freePort, LOOPBACK } from "../../../scripts/lab/ports.js";
import { FaultServer } from "../../support/fault-server.js";
import { lapse, until } from "../../support/sender.js";

const { IMAGE_ROOT: root = "", IMAGE_ENV = "" } = process.env;
const MIB = 1024 ** 2;
const TOKEN = "token-of-the-test";
/** How long 500 calls a second are made, in seconds. */
const LOAD_S = 60;
const MOST_OPEN = 200;
/** The bit of SIGTERM in a process's mask of caught signals. */
const SIGTERM_BIT = 1n << 14n;

if (root !== "") describe("The container image", theImage);

function theImage(this: Suite): void {
  let server: FaultServer;
  let child: ChildProcess | undefined;
  let port: number;
  let log = "";

  before(async () => {
    server = await FaultServer.start();
    port = await freePort();
  });
  after(() => server.hideAway());
  afterEach(async () => {
    if (child?.exitCode === null) {
      const ended = once(child, "exit");
      process.kill(pid(), "SIGKILL");
      await ended;
    }
  });

  const environment = (): NodeJS.ProcessEnv => ({
    ...Object.fromEntries(
      [...IMAGE_ENV.matchAll(/^([^=\n]*)=(.*)$/gm)].map(([, name = "", value = ""]): [string, string] => [
        name,
        value,
      ]),
    ),
    QTALK_HTTP_LISTEN: `0.0.0.0:${port}`,
    QTALK_HTTP_CALLERS: JSON.stringify([
      {
        name: "alerts",
        token_sha256: createHash("sha256").update(TOKEN).digest("hex"),
        senders: ["*@qtalk.test.org"],
      },
    ]),
    QTALK_XMPP_SERVICE: server.service,
    QTALK_XMPP_DOMAIN: server.domain,
    QTALK_XMPP_PASSWORD: server.secret,
    QTALK_XMPP_HOSTS: "qtalk.test.org",
  });
  /** Enters the root with its own /proc, as process 1. */
  const ENTER = 'mount -t proc proc "$0/proc" && exec chroot --userspec=1000:1000 "$0" "$@"';
  const inside = (...command: string[]): string[] => [
    ...["--mount", "--pid", "--fork", "--kill-child", "sh", "-c", ENTER, root, ...command],
  ];
  const start = (): void => {
    log = "";
    child = spawn("unshare", inside("qtalk-component", "start"), {
      env: environment(),
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding("utf8").on("data", (text: string) => (log += text));
  };
  /** The process that is process 1 inside. */
  const pid = (): number =>
    Number(readFileSync(`/proc/${child?.pid}/task/${child?.pid}/children`, "utf8").trim().split(" ")[0]);
  const status = (name: string): string => {
    try {
      return (
        new RegExp(`^${name}:\\s*(.*)$`, "m").exec(readFileSync(`/proc/${pid()}/status`, "utf8"))?.[1] ?? ""
      );
    } catch {
      // It has ended.
      return "";
    }
  };
  const end = async (): Promise<number | null> => {
    const ended = once(child ?? expect.fail(), "exit") as Promise<[number | null]>;
    process.kill(pid(), "SIGTERM");
    return (await ended)[0];
  };
  const agent = new Agent({ keepAlive: true, maxSockets: MOST_OPEN });
  const post = (id: string, token = TOKEN): Promise<string> =>
    new Promise((resolve, reject) => {
      const headers = { Authorization: `Bearer ${token}`, "Content-Type": "application/json" };
      const options = {
        host: LOOPBACK,
        port,
        path: "/qtalk/send_thirdmessage",
        method: "POST",
        agent,
        headers,
      };
      const message = `<message type='chat'><body id='${id}'>早</body></message>`;
      request(options, (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (part: string) => (text += part));
        response.on("end", () => resolve(`${response.statusCode}: ${text}`));
      })
        .on("error", reject)
        .end(JSON.stringify({ from: "alice", to: "bob", message }));
    });

  it("has no compiler, no npm, and little besides the program and Node", () => {
    const programs = readdirSync(`${root}/usr/local/bin`);
    expect(programs.sort()).to.deep.equal(["node", "qtalk-component"]);
    for (const name of ["gcc", "cc", "make", "python3"])
      expect(readdirSync(`${root}/usr/bin`)).not.to.include(name);
    const [text = ""] = execFileSync("du", ["-sm", `${root}/opt/qtalk-component`], {
      encoding: "utf8",
    }).split("\t");
    expect(Number(text)).to.be.lessThan(40);
  });

  it("runs as process 1, answers callers with a token, and stops on SIGTERM", async () => {
    start();
    await until("it is healthy", () => log.includes("sends in the names of"));
    expect(status("Uid")).to.match(/^1000\t/);
    expect(status("NSpid")).to.match(/\t1$/);
    const healthy = ["qtalk-component", "health", "--ready"];
    execFileSync("chroot", ["--userspec=1000:1000", root, ...healthy], {
      env: environment(),
      encoding: "utf8",
    });
    expect(await post("main", "wrong")).to.match(/^401/);
    expect(await post("main")).to.match(/^200: {"ret":true/);
    await until("the message is delivered", () => server.ids.includes("main"));
    expect(await end()).to.equal(0);
    expect(log).to.contain("Stopped.");
  });

  it("stops on SIGTERM before the start has finished", async () => {
    start();
    const ended = once(child ?? expect.fail(), "exit");
    // While it loads, Node itself catches one signal, and process 1 ignores what Node then does. So each listener gets one.
    let isCaught = false;
    const timer = setInterval(() => {
      const wasCaught = isCaught;
      isCaught = pid() > 0 && (BigInt(`0x${status("SigCgt")}`) & SIGTERM_BIT) !== 0n;
      if (isCaught && !wasCaught) process.kill(pid(), "SIGTERM");
    }, 5);
    const [code] = (await ended) as [number];
    clearInterval(timer);
    expect(log).to.match(/SIGTERM: stop/);
    expect(code).to.equal(0);
  });

  it(`lives in 256 MB of memory under 500 calls a second, for ${LOAD_S} s`, async () => {
    start();
    await until("it runs", () => log.includes("sends in the names of"));
    const open = new Set<Promise<unknown>>();
    let made = 0;
    let refused = 0;
    const begun = performance.now();
    while (performance.now() - begun < LOAD_S * 1000) {
      const due = ((performance.now() - begun) / 1000) * 500;
      for (; made < due && open.size < MOST_OPEN; made++) {
        const call = post(`load-${made}`)
          .then((answer) => (refused += Number(!answer.startsWith("200"))))
          .finally(() => open.delete(call));
        open.add(call);
      }
      await lapse(10);
    }
    await Promise.all(open);
    const peak = Number(status("VmHWM").replace(" kB", "")) * 1024;
    process.stdout.write(`      ${made} calls, ${refused} refused, ${Math.round(peak / MIB)} MB at most\n`);
    expect(refused).to.equal(0);
    expect(peak).to.be.lessThan(256 * MIB);
    expect(await end()).to.equal(0);
  });
}
