/** A place for one desktop program: a home folder and an X display (Xvfb) of its own, as a user without rights. */
import { execFile } from "node:child_process";
import { chownSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { Daemon, daemonUser, type DaemonUser } from "../lab/daemon.js";

export const SCREEN = { width: 1000, height: 560 };
const PATIENCE_MS = 20_000;
const LOOK_MS = 50;
/** A screen that stays the same for so long is taken to rest. */
const REST_MS = 1_200;
const LONGEST_MS = 10_000;

const execute = promisify(execFile);

export class Desk {
  readonly home = mkdtempSync(join(tmpdir(), "qtalk-desk-"));
  /** Many clients refuse to run as root. */
  readonly #user = daemonUser("nobody");
  readonly #daemons: Daemon[] = [];
  #display = "";

  static async open(): Promise<Desk> {
    const desk = new Desk();
    desk.#own(desk.home);
    const number = join(desk.home, "display");
    const screen = `${SCREEN.width}x${SCREEN.height}x24`;
    desk.start("sh", "-c", `exec Xvfb -displayfd 3 -screen 0 ${screen} -nolisten tcp -ac 3>"$HOME/display"`);
    await until("the display", () => existsSync(number) && readFileSync(number, "utf8").endsWith("\n"));
    desk.#display = `:${readFileSync(number, "utf8").trim()}`;
    return desk;
  }

  /** Writes a file below the home folder. @param path relative to it */
  write(path: string, text: string): void {
    const file = join(this.home, path);
    const made = mkdirSync(dirname(file), { recursive: true });
    for (let folder = dirname(file); made !== undefined && folder !== this.home; folder = dirname(folder))
      this.#own(folder);
    writeFileSync(file, text, { mode: 0o600 });
    this.#own(file);
  }

  /** Starts a program that goes on until it is stopped, or the desk closed. */
  start(command: string, ...args: readonly string[]): void {
    this.#start(this.#user, command, args);
  }

  /**
   * Starts a program that sees other files in the place of some of the system's, and nobody else does.
   * @param files the system's by path, each with the path of the other
   */
  startWith(files: Readonly<Record<string, string>>, command: string): void {
    const binds = Object.entries(files).map(([path, other]) => `mount --bind '${other}' '${path}'`);
    const user = this.#user;
    const change =
      user === undefined ? "" : `setpriv --reuid=${user.uid} --regid=${user.gid} --clear-groups `;
    const script = [...binds, `exec ${change}${command}`].join("\n");
    const rights = user === undefined ? ["--user", "--map-root-user"] : [];
    this.#start(undefined, "unshare", [...rights, "--mount", "sh", "-ec", script]);
  }

  /** Runs a program to its end. @returns what it printed */
  async run(command: string, args: readonly string[]): Promise<string> {
    const identity = this.#user === undefined ? {} : { uid: this.#user.uid, gid: this.#user.gid };
    return (await execute(command, args, { ...identity, env: this.#env(), cwd: this.home })).stdout;
  }

  /** Writes what is on the display into a PNG file. */
  async screenshot(path: string): Promise<void> {
    await execute("import", ["-display", this.#display, "-window", "root", path]);
  }

  /** Waits until the picture has stayed the same for a while. */
  async rests(): Promise<void> {
    const start = Date.now();
    let since = start;
    let last = await this.#fingerprint();
    while (Date.now() - since < REST_MS && Date.now() - start < LONGEST_MS) {
      await sleep(LOOK_MS * 4);
      const now = await this.#fingerprint();
      if (now !== last) since = Date.now();
      last = now;
    }
  }

  async close(): Promise<void> {
    for (const daemon of this.#daemons.reverse()) await daemon.stop();
    rmSync(this.home, { recursive: true, force: true });
  }

  #start(user: DaemonUser | undefined, command: string, args: readonly string[]): void {
    const log = join(this.home, `${this.#daemons.length}.log`);
    this.#daemons.push(new Daemon({ command, args, env: this.#env() }, user, log));
  }

  async #fingerprint(): Promise<string> {
    const look = ["-display", this.#display, "-window", "root", "-format", "%#", "info:"];
    return (await execute("import", look)).stdout;
  }

  #own(path: string): void {
    if (this.#user !== undefined) chownSync(path, this.#user.uid, this.#user.gid);
  }

  #env(): NodeJS.ProcessEnv {
    return {
      PATH: `${process.env.PATH ?? ""}:/usr/bin:/bin:/usr/games`,
      HOME: this.home,
      XDG_RUNTIME_DIR: this.home,
      SHELL: "/bin/sh",
      LANG: "C.UTF-8",
      DISPLAY: this.#display,
      DBUS_SESSION_BUS_ADDRESS: `unix:path=${this.home}/bus`,
      // Nothing here can draw with the graphics card.
      GSK_RENDERER: "cairo",
    };
  }
}

/** Looks at something again and again until it holds. */
export async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`not within ${PATIENCE_MS / 1000} s: ${what}`);
    await sleep(LOOK_MS);
  }
}
