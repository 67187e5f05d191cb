/** systemd holds the port: programs that call while the component restarts get their answers. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { request } from "node:http";
import { expect } from "chai";
import { stringify } from "yaml";
import { OPEN } from "../../scripts/lab/callers.js";
import { freePort, LOOPBACK } from "../../scripts/lab/ports.js";
import { withDeathSignal } from "../../scripts/lab/daemon.js";
import { PROGRAM } from "../support/command-line.js";
import { FaultServer } from "../support/fault-server.js";
import { Folder } from "../support/folder.js";
import { until } from "../support/sender.js";

const HOLDER = new URL("../../../spec/support/socket_holder.py", import.meta.url).pathname;
const MESSAGE = { from: "alice", to: "bob", message: "<message type='chat'><body id='1'>x</body></message>" };
/** Calls are made in groups at this interval, in milliseconds; together 500 in a second. */
const BEAT_MS = 20;
const EACH_BEAT = 10;
/** The most unanswered calls, for slow machines; as many connections can wait in the socket. */
const MOST_OPEN = 1000;

describe("Restarts while systemd holds the port", () => {
  const folder = new Folder();
  let server: FaultServer;
  let holder: ChildProcess;
  let port: number;
  let log = "";
  let calls = 0;
  const failures: string[] = [];
  const open = new Set<Promise<void>>();

  before(async () => {
    server = await FaultServer.start();
    port = await freePort();
    const config = {
      xmpp: {
        service: server.service,
        domain: server.domain,
        password: server.secret,
        hosts: ["qtalk.test.org"],
      },
      http: {
        listen: `${LOOPBACK}:${port}`,
        ...OPEN,
        connections_per_address: MOST_OPEN,
        max_connections: MOST_OPEN,
      },
      storage: { path: folder.at("qtalk.db") },
    };
    const file = folder.file("qtalk-component.yml", stringify(config));
    const args = [HOLDER, String(port), process.execPath, PROGRAM, "start", "--config", file];
    const program = withDeathSignal({ command: "python3", args });
    holder = spawn(program.command, program.args, { stdio: ["ignore", "pipe", "inherit"] });
    holder.stdout?.setEncoding("utf8").on("data", (text: string) => (log += text));
    await until("the component listens", () => starts() === 1);
  });
  after(async () => {
    holder.kill("SIGTERM");
    await once(holder, "exit");
    await server.hideAway();
    folder.remove();
  });

  /** How often the component has begun to listen. */
  const starts = (): number => log.split("Listening for callers").length - 1;
  const pid = (): number => Number(/PID (\d+)\n(?![^]*PID \d)/.exec(log)?.[1]);

  /** Makes a call on a connection of its own, as programs without a pool do. */
  const call = async (): Promise<void> => {
    const id = String((calls += 1));
    const body = JSON.stringify({ ...MESSAGE, message: MESSAGE.message.replace("'1'", `'${id}'`) });
    await new Promise<void>((resolve) => {
      const options = {
        ...{ host: LOOPBACK, port, path: "/qtalk/send_thirdmessage", method: "POST", agent: false as const },
        headers: { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(body) },
      };
      const outgoing = request(options, (response) => {
        if (response.statusCode !== 200) failures.push(`${id}: status ${response.statusCode}`);
        response.resume().on("close", resolve);
      });
      outgoing.on("error", (error) => {
        failures.push(`${id}: ${error.message}`);
        resolve();
      });
      outgoing.end(body);
    });
  };

  /** Restarts the component by a signal, again and again, while calls are made. */
  const restart = async (times: number, signal: NodeJS.Signals): Promise<void> => {
    for (let time = 0; time < times; time++) {
      const before = starts();
      const beat = setInterval(() => {
        for (let index = 0; index < EACH_BEAT && open.size < MOST_OPEN; index++) {
          const made = call().finally(() => open.delete(made));
          open.add(made);
        }
      }, BEAT_MS);
      await until("calls are answered", () => calls > open.size + EACH_BEAT);
      process.kill(pid(), signal);
      await until("it is started again", () => starts() > before);
      clearInterval(beat);
      // On a busy machine, more calls would wait than are answered.
      await Promise.all(open);
    }
  };

  it("lose no call that is made meanwhile", async () => {
    await restart(10, "SIGTERM");
    expect(failures).to.deep.equal([]);
    expect(log).to.contain("(systemd's socket)");
  });

  it("lose only calls that were being answered, if the component is killed", async () => {
    await restart(5, "SIGKILL");
    const reasons = new Set(failures.map((failure) => failure.replace(/^\d+: /, "")));
    expect([...reasons].filter((reason) => !/socket hang up|ECONNRESET/.test(reason))).to.deep.equal([]);
    // Those that are being answered are those of a moment.
    expect(failures.length).to.be.lessThan(calls / 10);
  });
});
