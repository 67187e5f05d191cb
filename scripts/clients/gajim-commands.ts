/** Gajim's commands: a window of their own, touched by the keyboard, as its list says nothing to screen readers. */
import type { CommandWindow } from "./command-window.js";
import { until } from "./desk.js";
import type { Screen } from "./screen.js";

/** What its window is called before a command begins, while it has a form, and when one is done. */
const LIST = "Command List";
const OPEN = [LIST, "Stage", "Completed"];
/** The first command in the window's list. */
const FIRST = { x: 100, y: 63 };

/** Where Gajim runs, and for whom. */
export interface Seat {
  readonly screen: Screen;
  /** As Gajim calls it. */
  readonly account: string;
}

export class GajimCommands implements CommandWindow {
  #service = "";
  /** As they stand in the list. */
  #names: readonly string[] = [];

  /** @param seat of whoever is logged in */
  constructor(readonly seat: () => Seat) {}

  /** Only an eye can tell whether all are there. */
  async list(service: string, names: readonly string[]): Promise<void> {
    this.#service = service;
    this.#names = names;
    await this.#open();
  }

  /** Begins in a new window, as the old one may have anything in it. */
  async begin(name: string): Promise<void> {
    const { screen } = this.seat();
    await screen.key("Escape");
    await until("the old window goes", async () => !(await this.#isOpen()));
    await this.#open();
    await screen.clickAt(FIRST);
    for (let step = this.#names.indexOf(name); step > 0; step--) await screen.key("Down");
    await screen.key("Return");
    await screen.shows("Stage");
    await this.#settle();
  }

  async submit(...values: readonly string[]): Promise<void> {
    const { screen } = this.seat();
    for (const value of values) {
      await screen.key("Tab");
      if (value !== "") await screen.keys("ctrl+a", ...Array.from(value, keysOf).flat());
    }
    // The button works once what was written has been looked at.
    await screen.desk.rests();
    await screen.key("Return");
  }

  async shows(text: string): Promise<void> {
    await this.seat().screen.shows(text);
    await this.#settle();
  }

  async #open(): Promise<void> {
    const { screen, account } = this.seat();
    const gajim = ["--session", "--dest", "org.gajim.Gajim", "--object-path", "/org/gajim/Gajim"];
    const call = [`${account}-execute-command`, `[<('${account}', ['${this.#service}'])>]`, "{}"];
    await screen.desk.run("gdbus", ["call", ...gajim, "--method", "org.gtk.Actions.Activate", ...call]);
    await screen.bring(LIST);
    await screen.desk.rests();
  }

  async #isOpen(): Promise<boolean> {
    return (await this.seat().screen.elements()).some(({ text }) => OPEN.includes(text));
  }

  /** The window grows with what is in it, beyond the screen. */
  async #settle(): Promise<void> {
    const { screen } = this.seat();
    await screen.desk.rests();
    await screen.refill();
  }
}

/** GTK takes any character by the digits of its code. */
function keysOf(character: string): string[] {
  const code = character.codePointAt(0) ?? 0;
  if (/^[a-zA-Z0-9]$/.test(character)) return [character];
  return ["ctrl+shift+u", ...Array.from(code.toString(16)), "space"];
}
