/** A program in a terminal that other programs can read: a window of tmux, shown by an xterm. */
import { Desk, until } from "./desk.js";

const SIZE = { columns: 100, rows: 27 };
const FONT = [
  "-fa",
  "DejaVu Sans Mono",
  "-fd",
  "Noto Sans Mono CJK SC",
  "-fs",
  "12",
  "-bg",
  "#101418",
  "-fg",
  "#e8e8e8",
];

export class Terminal {
  private constructor(readonly desk: Desk) {}

  static async open(desk: Desk, command: string): Promise<Terminal> {
    const { columns, rows } = SIZE;
    const terminal = new Terminal(desk);
    desk.write("tmux.conf", "set -g status off\nset -g default-terminal tmux-256color\n");
    const tmux = ["tmux", "-S", `${desk.home}/tmux`, "-f", `${desk.home}/tmux.conf`, "new-session", command];
    desk.start("xterm", "-u8", ...FONT, "-b", "4", "-geometry", `${columns}x${rows}+0+0`, "-e", ...tmux);
    await until("the terminal", () =>
      terminal.text().then(
        (text) => text.trim() !== "",
        () => false,
      ),
    );
    return terminal;
  }

  text(): Promise<string> {
    // Lines that were wrapped at the edge are joined.
    return this.#tmux("capture-pane", "-p", "-J");
  }

  /** Waits until one of these is to be read, whatever the line breaks. */
  async shows(...texts: readonly string[]): Promise<void> {
    const wanted = texts.map(squeeze);
    try {
      await until("", async () => {
        const text = await this.text();
        return [text, lastColumn(text)].some((shown) => wanted.some((one) => squeeze(shown).includes(one)));
      });
    } catch {
      throw new Error(`"${texts.join('" or "')}" isn't on the screen:\n${(await this.text()).trim()}`);
    }
  }

  /** How often this is to be read now. */
  async occurrences(text: string): Promise<number> {
    return squeeze(lastColumn(await this.text())).split(squeeze(text)).length - 1;
  }

  /** Types a line and ends it. */
  async enter(line: string): Promise<void> {
    // poezio takes what comes at once for pasted, and a command's slash must not be.
    await this.#tmux("send-keys", "-l", line.slice(0, 1));
    await this.desk.rests();
    await this.#tmux("send-keys", "-l", line.slice(1));
    await this.#tmux("send-keys", "Enter");
  }

  /** Types a text, and nothing after it. */
  async type(text: string): Promise<void> {
    await this.#tmux("send-keys", "-l", text);
  }

  /** Presses a key, as tmux names it. */
  async press(key: string): Promise<void> {
    await this.#tmux("send-keys", key);
  }

  async close(): Promise<void> {
    await this.#tmux("kill-server").catch(() => undefined);
  }

  #tmux(...args: readonly string[]): Promise<string> {
    return this.desk.run("tmux", ["-S", `${this.desk.home}/tmux`, ...args]);
  }
}

/** What stands to the right of the last vertical line. */
function lastColumn(text: string): string {
  return text.replaceAll(/^.*│/gm, "");
}

function squeeze(text: string): string {
  return text.replaceAll(/\s+/g, "");
}
