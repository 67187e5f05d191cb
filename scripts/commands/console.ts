/** `console`: prints a link that logs the user of this machine in to the console, and opens it on a desktop. */
import { spawn } from "node:child_process";
import type { Command } from "commander";
import { ExitCode, Failure } from "../failure.js";
import { askComponent } from "../operator-socket.js";
import { printError, say } from "../output.js";
import { configOf, configured, type Flags } from "./configured.js";

export function addConsole(program: Command): void {
  configured(program.command("console"), ["storage"])
    .description(
      "print a link that logs you in to the console once, within ten minutes; on a desktop, open it, too",
    )
    .addHelpText("after", "\nThe component must be running.\n\nExample:\n  qtalk-component console")
    .action(async (options: Flags) => {
      const { path } = configOf(options, ["storage"]).storage;
      const answer = await askComponent(path, "/console/link", {});
      if (answer === undefined)
        throw new Failure(
          `No component runs on the database ${path}: start it and run this command again.`,
          ExitCode.unavailable,
        );
      const { url, error } = JSON.parse(answer) as { url?: string; error?: { message: string } };
      if (url === undefined) throw new Failure(`${error?.message ?? answer}.`, ExitCode.unavailable);
      printError("Open this link in a browser on this machine. It works once, within ten minutes:");
      say(url);
      openOnDesktop(url);
    });
}

/** Opens a URL in the user's browser; not as root, whose browser would be root's. */
function openOnDesktop(url: string): void {
  const { DISPLAY, WAYLAND_DISPLAY, SUDO_USER } = process.env;
  const isDesktop = process.platform === "darwin" || (DISPLAY ?? WAYLAND_DISPLAY) !== undefined;
  if (!isDesktop || SUDO_USER !== undefined || process.getuid?.() === 0) return;
  const opener = process.platform === "darwin" ? "open" : "xdg-open";
  spawn(opener, [url], { detached: true, stdio: "ignore" })
    .on("error", () => undefined)
    .unref();
}
