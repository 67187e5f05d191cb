/** poezio's commands: a tab with their list, and one for each form. */
import type { CommandWindow } from "./command-window.js";
import type { Terminal } from "./terminal.js";

/** Stands below each form. */
const FORM = "send form";

export class PoezioCommands implements CommandWindow {
  /** As they stand in the list. */
  #names: readonly string[] = [];
  #place = 0;

  /** @param terminal the one that is open */
  constructor(readonly terminal: () => Terminal) {}

  async list(service: string, names: readonly string[]): Promise<void> {
    await this.terminal().enter(`/ad-hoc ${service}`);
    for (const name of names) await this.terminal().shows(name);
    this.#names = names;
    this.#place = 0;
  }

  async begin(name: string): Promise<void> {
    // What was shown last stands in the way.
    if ((await this.terminal().text()).includes(FORM)) await this.terminal().press("C-y");
    await this.terminal().shows("execute selected command");
    await this.terminal().desk.rests();
    const wanted = this.#names.indexOf(name);
    const [key, steps] = wanted < this.#place ? ["Up", this.#place - wanted] : ["Down", wanted - this.#place];
    for (let step = 0; step < steps; step++) await this.terminal().press(key);
    this.#place = wanted;
    await this.terminal().press("Enter");
    await this.terminal().shows(FORM);
  }

  async submit(...values: readonly string[]): Promise<void> {
    for (const value of values) {
      if (value !== "") await this.#replace(value);
      await this.terminal().press("Down");
    }
    await this.terminal().press("C-y");
  }

  async #replace(value: string): Promise<void> {
    for (const key of ["C-u", "C-k"]) await this.terminal().press(key);
    await this.terminal().type(value);
  }

  async shows(text: string): Promise<void> {
    await this.terminal().shows(text);
  }
}
