/** The clients that scenes are played with, and what of the system each needs. */
import { spawnSync } from "node:child_process";
import { findExecutable } from "../lab/find.js";
import { launchBrowser } from "./browser.js";
import type { ChatClient } from "./chat-client.js";
import { Converse } from "./converse.js";
import { Dino } from "./dino.js";
import { Gajim } from "./gajim.js";
import { Poezio } from "./poezio.js";
import { Profanity } from "./profanity.js";
import type { Surroundings } from "./surroundings.js";
import type { Web } from "./web.js";

export interface Candidate {
  readonly name: string;
  /** The system's packages, each by an executable of it, or by what Python's `gi` finds. */
  readonly needs: Readonly<Record<string, string>>;
  open(surroundings: Surroundings, web: Web): Promise<ChatClient> | ChatClient;
}

const DISPLAY = { Xvfb: "xvfb", import: "imagemagick", openssl: "openssl" };
const TERMINAL = { ...DISPLAY, tmux: "tmux", xterm: "xterm" };
const DESKTOP = {
  ...DISPLAY,
  xdotool: "xdotool",
  "dbus-daemon": "dbus-daemon",
  "gi:Atspi": "gir1.2-atspi-2.0 python3-gi at-spi2-core",
};

export const clients: readonly Candidate[] = [
  { name: "Converse.js", needs: { chromium: "chromium", openssl: "openssl" }, open: openConverse },
  { name: "Dino", needs: { ...DESKTOP, dino: "dino-im", unshare: "util-linux" }, open: (s) => new Dino(s) },
  {
    name: "Gajim",
    needs: { ...DESKTOP, gajim: "gajim", gdbus: "libglib2.0-bin" },
    open: (s) => new Gajim(s),
  },
  { name: "profanity", needs: { ...TERMINAL, profanity: "profanity" }, open: (s) => new Profanity(s) },
  { name: "poezio", needs: { ...TERMINAL, poezio: "poezio" }, open: (s) => new Poezio(s) },
];

/** The packages that are missing for a client here. */
export function missingFor({ needs }: Candidate): string[] {
  return Object.entries(needs)
    .filter(([need]) => !isThere(need))
    .map(([, packages]) => packages);
}

function isThere(need: string): boolean {
  if (!need.startsWith("gi:")) return findExecutable(need) !== undefined;
  const code = `import gi; gi.require_version("${need.slice(3)}", "2.0")`;
  return spawnSync("/usr/bin/python3", ["-c", code]).status === 0;
}

/** Converse.js in a browser that nobody else uses. */
class ConverseAlone extends Converse {
  override async close(): Promise<void> {
    await super.close();
    await this.browser.close();
  }
}

async function openConverse({ server }: Surroundings, web: Web): Promise<ChatClient> {
  return new ConverseAlone(await launchBrowser(), web, server.webSocket);
}
