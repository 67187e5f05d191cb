/** A screen without a monitor (Xvfb), with a window manager and desktop notifications, and what a person does there. */
import { execFile, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chownSync, copyFileSync, mkdirSync, openSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { daemonUser } from "../../../scripts/lab/daemon.js";
import { PATIENCE_MS } from "../../../scripts/lab/inbox.js";

const run = promisify(execFile);
const RETRY_MS = 200;
/** Notifications stay until they are closed: Dino shows in no other place that it can accept an invitation. */
const DUNST = `[global]
  width = (320, 420)
  height = (0, 300)
  origin = top-right
  font = Noto Sans 10
  corner_radius = 8
  format = "<b>%s</b>\\n%b"
  markup = full
  show_indicators = no
  show_age_threshold = -1
[urgency_low]
  timeout = 0
[urgency_normal]
  timeout = 0
`;

/** Windows fill the screen, and have no frame. */
const OPENBOX = `<?xml version="1.0"?>
<openbox_config xmlns="http://openbox.org/3.4/rc">
  <applications>
    <application class="*" type="normal"><decor>no</decor><maximized>yes</maximized></application>
  </applications>
</openbox_config>
`;
/** A cursor that blinks would make two pictures of the same screen differ. */
const GTK = ["[Settings]", "gtk-cursor-blink=false", "gtk-enable-animations=false", ""].join("\n");

/** How long it takes until something is drawn, in milliseconds. */
export const DRAWN_MS = 1_000;
/** How long a button of the mouse is held: a list that opens in no time closes with the release. */
const PRESSED_MS = 150;
/** The width of what `shows` looks at, in pixels, and how bright something dark is at most, of 1. */
const SIGHT = 20;
const DARK = 0.5;
/** The user of its programs: Gajim refuses to run as root. */
const USER = "nobody";

export class Display {
  readonly #user = daemonUser(USER);
  readonly #children: ChildProcess[] = [];
  #bus = "";

  name = "";

  private constructor(
    readonly folder: string,
    /** Of the screen, in device pixels. */
    readonly size: string,
    readonly scale: number,
  ) {}

  /** @param folder is made, and deleted by the caller @param size such as "1280x720" @param scale device pixels a pixel */
  static async open(folder: string, size: string, scale = 1): Promise<Display> {
    const display = new Display(folder, size, scale);
    process.once("exit", () => display.close());
    for (const name of ["", "run", ".config"]) display.makeFolder(name);
    const settings = { "dunst/dunstrc": DUNST, "openbox/rc.xml": OPENBOX };
    const gtk = { "gtk-3.0/settings.ini": GTK, "gtk-4.0/settings.ini": GTK };
    for (const [path, text] of Object.entries({ ...settings, ...gtk })) {
      display.makeFolder(join(".config", dirname(path)));
      writeFileSync(join(display.folder, ".config", path), text);
    }
    const screen = ["-displayfd", "1", "-screen", "0", `${size}x24`, "-nolisten", "tcp"];
    display.name = `:${await firstLine(display.start("Xvfb", screen, "pipe"))}`;
    const bus = ["--session", "--nofork", "--print-address=1"];
    display.#bus = await firstLine(display.start("dbus-daemon", bus, "pipe"));
    display.start("openbox", ["--sm-disable"]);
    display.start("dunst", []);
    return display;
  }

  /** Makes a folder in the user's home. @returns its path */
  makeFolder(name: string): string {
    const path = join(this.folder, name);
    mkdirSync(path, { recursive: true, mode: 0o700 });
    return this.own(path);
  }

  /** Gives a file or folder to the user. @returns its path */
  own(path: string): string {
    if (this.#user !== undefined) chownSync(path, this.#user.uid, this.#user.gid);
    return path;
  }

  /** Starts a program, which ends with the display. */
  start(command: string, args: readonly string[], output: "pipe" | "log" = "log"): ChildProcess {
    const log = openSync(join(this.folder, `${command}.log`), "a");
    const child = spawn(command, args, {
      env: this.#env,
      stdio: ["ignore", output === "pipe" ? "pipe" : log, log],
      cwd: "/",
      ...this.#identity,
    });
    this.#children.push(child);
    return child;
  }

  /** Runs a program to its end. @returns what it printed */
  async run(command: string, ...args: readonly string[]): Promise<string> {
    return (await run(command, args, { env: this.#env, cwd: "/", ...this.#identity })).stdout;
  }

  /** Waits for a window whose name matches, and brings it to the front. @returns its id */
  async window(name: string): Promise<string> {
    const search = ["search", "--onlyvisible", "--name", name];
    const found = await this.until(`a window ${name}`, () => this.run("xdotool", ...search));
    const id = found.trim().split("\n").at(-1) ?? "";
    await this.run("xdotool", "windowactivate", "--sync", id);
    return id;
  }

  /** Brings a window that was minimized to the front, without notifications above it. */
  async restore(name: string): Promise<void> {
    await this.run("wmctrl", "-a", name);
    await this.hideNotifications();
  }

  async keys(...keys: readonly string[]): Promise<void> {
    await this.run("xdotool", "key", "--delay", "60", ...keys);
  }

  async type(text: string): Promise<void> {
    await this.run("xdotool", "type", "--delay", "15", text);
  }

  /** @param button 1 is the left one, 3 the right one, 4 and 5 turn the wheel up and down */
  async click(x: number, y: number, button = 1): Promise<void> {
    await this.move(x, y);
    await sleep(PRESSED_MS);
    await this.run("xdotool", "mousedown", String(button));
    await sleep(PRESSED_MS);
    await this.run("xdotool", "mouseup", String(button));
  }

  async move(x: number, y: number): Promise<void> {
    await this.run("xdotool", "mousemove", String(x * this.scale), String(y * this.scale));
  }

  /** Whether a button or text is drawn around a place: something dark. */
  async shows(x: number, y: number): Promise<boolean> {
    const path = join(this.folder, "place.png");
    const [left = 0, top = 0] = [x - SIGHT / 2, y - SIGHT / 2].map((place) => place * this.scale);
    const size = SIGHT * this.scale;
    await this.run("import", "-window", "root", "-crop", `${size}x${size}+${left}+${top}`, "+repage", path);
    return Number(await this.run("identify", "-format", "%[fx:minima]", path)) < DARK;
  }

  /** Chooses 👀 in GTK's list of emoji, which has just been opened: below three rows of faces with eyes. */
  async chooseEyes(): Promise<void> {
    await sleep(DRAWN_MS);
    await this.type("eyes");
    await sleep(DRAWN_MS);
    await this.keys("Down", "Down", "Down", "Down");
    await sleep(DRAWN_MS);
    await this.keys("Return");
  }

  /** Where the middle of the screen is, for `click`. */
  get middle(): { readonly x: number; readonly y: number } {
    const [width = 0, height = 0] = this.size.split("x").map(Number);
    return { x: width / 2 / this.scale, y: height / 2 / this.scale };
  }

  /** Waits for a desktop notification, and presses its first button: "Accept" of an invitation. */
  async accept(): Promise<void> {
    await this.until("a notification", async () => {
      if ((await this.run("dunstctl", "count", "displayed")).trim() === "0") throw new Error("none yet");
    });
    await this.run("dunstctl", "action", "0");
  }

  /** Closes desktop notifications, and moves the pointer away, whose tooltips are others. */
  async hideNotifications(): Promise<void> {
    await this.move(0, 0);
    await this.run("dunstctl", "close-all");
  }

  /** Writes a picture of the whole screen. */
  async shot(path: string): Promise<void> {
    const inside = join(this.folder, "screen.png");
    await this.run("import", "-window", "root", inside);
    copyFileSync(inside, path);
  }

  /** Repeats until it succeeds. @throws Error after PATIENCE_MS */
  async until<T>(what: string, attempt: () => Promise<T>): Promise<T> {
    for (const end = Date.now() + PATIENCE_MS; ;) {
      try {
        return await attempt();
      } catch (error) {
        if (Date.now() > end) throw new Error(`there is no sign of ${what}`, { cause: error });
        await sleep(RETRY_MS);
      }
    }
  }

  close(): void {
    for (const child of this.#children.reverse()) child.kill();
  }

  get #identity(): { readonly uid?: number; readonly gid?: number } {
    return this.#user === undefined ? {} : { uid: this.#user.uid, gid: this.#user.gid };
  }

  get #env(): NodeJS.ProcessEnv {
    return {
      PATH: process.env.PATH,
      LANG: "C.UTF-8",
      TZ: process.env.TZ,
      HOME: this.folder,
      XDG_RUNTIME_DIR: join(this.folder, "run"),
      DISPLAY: this.name,
      DBUS_SESSION_BUS_ADDRESS: this.#bus,
      // The network has nothing but loopback, which counts as none.
      GIO_USE_NETWORK_MONITOR: "base",
      GSK_RENDERER: "cairo",
      GDK_SCALE: String(this.scale),
      GTK_A11Y: "none",
      NO_AT_BRIDGE: "1",
    };
  }
}

async function firstLine({ stdout }: ChildProcess): Promise<string> {
  if (stdout === null) throw new Error("the program has no output");
  const [data] = (await once(stdout, "data")) as [Buffer];
  return data.toString().trim();
}
