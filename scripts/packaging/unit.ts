/** The systemd units, in the folder systemd/. */
import { readFileSync } from "node:fs";
import { description } from "../../storage/version.js";

/** Returns the service, with readiness notification, watchdog and sandbox. @param command what systemd starts, with its path */
export function unit(command: string): string {
  return read("qtalk-component.service")
    .replace("@DESCRIPTION@", description())
    .replaceAll("@COMMAND@", command);
}

/** Returns the socket, on which systemd listens at http.listen, so that calls wait while the component restarts. */
export function socketUnit(): string {
  return read("qtalk-component.socket");
}

function read(name: string): string {
  // From the compiled file, the folder is three up.
  return readFileSync(new URL(`../../../scripts/packaging/systemd/${name}`, import.meta.url), "utf8");
}
