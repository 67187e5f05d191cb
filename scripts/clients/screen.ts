/** What desktop programs show, read as a screen reader does (AT-SPI), and touched with mouse and keyboard. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { SCREEN, until, type Desk } from "./desk.js";

/** It isn't compiled, so it stays where it is written. */
const READER = fileURLToPath(new URL("../../../scripts/clients/screen_reader.py", import.meta.url));

const RESIZE = ["windowsize", "%@", String(SCREEN.width), String(SCREEN.height)];

/** A text that is seen, with the middle of its place on the display, in pixels from the upper left. */
export interface Element {
  readonly text: string;
  readonly x: number;
  readonly y: number;
}

export class Screen {
  private constructor(readonly desk: Desk) {}

  /** Prepares a desk for desktop programs, to be started after this. */
  static async open(desk: Desk): Promise<Screen> {
    const bus = join(desk.home, "bus");
    desk.start("dbus-daemon", "--session", `--address=unix:path=${bus}`, "--nofork", "--nopidfile");
    await until("the message bus", () => existsSync(bus));
    return new Screen(desk);
  }

  async elements(): Promise<Element[]> {
    const printed = JSON.parse(await this.desk.run("/usr/bin/python3", [READER])) as [
      string,
      number,
      number,
    ][];
    return printed.map(([text, x, y]) => ({ text, x, y }));
  }

  /** Makes the window as large as the display, once it is there. @param program its class */
  async fill(program: string): Promise<void> {
    await this.#search(["--class", program], RESIZE);
  }

  /** Puts another window over the first one, as large, and gives it the keyboard. @param title its whole title */
  async bring(title: string): Promise<void> {
    await this.#search(["--name", `^${title}$`], [...RESIZE, "windowraise", "%@", "windowfocus", "%@"]);
  }

  /** Makes the window that has the keyboard as large as the display, once more. */
  async refill(): Promise<void> {
    await this.desk.run("xdotool", ["getwindowfocus", ...RESIZE]);
  }

  /** Waits until one of these is to be read, alone or at least in a longer text. @returns where it is, at last */
  async shows(...texts: readonly string[]): Promise<Element> {
    let found: Element | undefined;
    let seen: Element[] = [];
    try {
      await until("", async () => {
        seen = await this.elements();
        found =
          seen.find(({ text }) => texts.includes(text)) ??
          seen.find(({ text }) => texts.some((wanted) => text.includes(wanted)));
        return found !== undefined;
      });
    } catch {
      const all = seen.map(({ text }) => text).join(" | ");
      throw new Error(`"${texts.join('" or "')}" isn't on the screen: ${all}`);
    }
    return found ?? { text: "", x: 0, y: 0 };
  }

  /** Clicks on a text once it is there. */
  async click(...texts: readonly string[]): Promise<void> {
    await this.clickAt(await this.shows(...texts));
  }

  async clickAt({ x, y }: Pick<Element, "x" | "y">): Promise<void> {
    await this.desk.run("xdotool", ["mousemove", String(x), String(y), "click", "1"]);
  }

  async key(name: string): Promise<void> {
    await this.keys(name);
  }

  /** One after the other. */
  async keys(...names: readonly string[]): Promise<void> {
    await this.desk.run("xdotool", ["key", ...names]);
  }

  async type(text: string): Promise<void> {
    await this.desk.run("xdotool", ["type", text]);
  }

  /** Does something with a window once it is there. */
  async #search(by: readonly string[], then: readonly string[]): Promise<void> {
    await until("the window", () =>
      this.desk.run("xdotool", ["search", "--onlyvisible", ...by, ...then]).then(
        () => true,
        () => false,
      ),
    );
  }
}
