/** Runs a client of the Python library slixmpp as a process, which tests control by commands. */
import { spawn, spawnSync, type ChildProcessWithoutNullStreams } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { Inbox, PATIENCE_MS } from "../../scripts/lab/inbox.js";

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
    expect(SlixmppClient.isInstalled, "python3-slixmpp is needed: apt-get install python3-slixmpp").to.equal(
      true,
    );
  });
}

export class SlixmppClient {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #inbox = new Inbox<Heard>((heard) => JSON.stringify(heard));

  private constructor(login: { jid: string; password: string; port: number }) {
    this.#child = spawn(PYTHON, [SCRIPT, JSON.stringify(login)]);
    let errors = "";
    this.#child.stderr.setEncoding("utf8").on("data", (text: string) => (errors += text));
    createInterface(this.#child.stdout).on("line", (line) => this.#inbox.push(JSON.parse(line) as Heard));
    this.#child.once("exit", () => this.#inbox.close(new Error(`slixmpp has ended: ${errors}`)));
  }

  static get isInstalled(): boolean {
    return spawnSync(PYTHON, ["-c", "import slixmpp"]).status === 0;
  }

  static async login(login: { jid: string; password: string; port: number }): Promise<SlixmppClient> {
    const client = new SlixmppClient(login);
    await client.hears("online");
    return client;
  }

  does(command: string, args: Readonly<Record<string, unknown>> = {}): void {
    this.#child.stdin.write(`${JSON.stringify({ command, ...args })}\n`);
  }

  /** Waits for an event with the given details. */
  hears(
    event: string,
    details: Readonly<Record<string, unknown>> = {},
    timeoutMs = PATIENCE_MS,
  ): Promise<Heard> {
    return this.#inbox.next(
      (heard) =>
        heard.event === event &&
        Object.entries(details).every(
          ([name, value]) => JSON.stringify(heard[name]) === JSON.stringify(value),
        ),
      timeoutMs,
    );
  }

  async close(): Promise<void> {
    const ended = once(this.#child, "exit");
    this.#child.stdin.end();
    const timer = setTimeout(() => this.#child.kill("SIGKILL"), 2000);
    await ended;
    clearTimeout(timer);
  }
}
