/** Runs a client of the Python library slixmpp as a process, which tests control by commands. */
import { spawn, spawnSync, type ChildProcessWithoutNullStreams } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { Inbox } from "../../scripts/lab/inbox.js";
import type { TestServer } from "./servers.js";

const PYTHON = "/usr/bin/python3";
/** The path of the script, which is in the sources, unlike the compiled tests in dist/. */
const SCRIPT = fileURLToPath(new URL("../../../spec/support/muc_client.py", import.meta.url));

/** An event that the client reports. */
export interface Heard {
  readonly event: string;
  readonly [detail: string]: unknown;
}

/** Fails the suite if slixmpp isn't installed. */
export function needsSlixmpp(): void {
  before(() => {
    const { status } = spawnSync(PYTHON, ["-c", "import slixmpp"]);
    expect(status, "python3-slixmpp is needed: apt-get install python3-slixmpp").to.equal(0);
  });
}

export class SlixmppClient {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #inbox = new Inbox<Heard>((heard) => JSON.stringify(heard));

  private constructor(
    private readonly login: { readonly jid: string; readonly password: string; readonly port: number },
    private readonly room: string,
  ) {
    this.#child = spawn(PYTHON, [SCRIPT, JSON.stringify(login)]);
    let errors = "";
    this.#child.stderr.setEncoding("utf8").on("data", (text: string) => (errors += text));
    createInterface(this.#child.stdout).on("line", (line) => this.#inbox.push(JSON.parse(line) as Heard));
    this.#child.once("exit", () => this.#inbox.close(new Error(`slixmpp has ended: ${errors}`)));
  }

  /** Logs a new account in. @param room the room of its commands */
  static async login(stage: TestServer, room: string): Promise<SlixmppClient> {
    const { username, host, password } = await stage.account("slix");
    const login = { jid: `${username}@${host}`, password, port: stage.server.clientPort };
    const client = new SlixmppClient(login, room);
    await client.hears("online");
    return client;
  }

  get jid(): string {
    return this.login.jid;
  }

  does(command: string, args: Readonly<Record<string, unknown>> = {}): void {
    this.#child.stdin.write(`${JSON.stringify({ command, room: this.room, ...args })}\n`);
  }

  /** Gives a command, and waits for an event. */
  async asks(command: string, args: Readonly<Record<string, unknown>> = {}, event = "done"): Promise<Heard> {
    this.does(command, args);
    return await this.hears(event);
  }

  /** Waits for an event with the given details. */
  hears(event: string, details: Readonly<Record<string, unknown>> = {}): Promise<Heard> {
    const wanted = Object.entries({ event, ...details });
    return this.#inbox.next((heard) =>
      wanted.every(([name, value]) => JSON.stringify(heard[name]) === JSON.stringify(value)),
    );
  }

  async close(): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const ended = once(this.#child, "exit");
    this.#child.stdin.end();
    const timer = setTimeout(() => this.#child.kill("SIGKILL"), 2000);
    await ended;
    clearTimeout(timer);
  }
}
