/** Checks of the section `smtp`: whether the component can listen for mail, and read its certificate. */
import type { Config } from "../config/sections.js";
import { ExitCode } from "../failure.js";
import { tryListeningForMail, type Listener } from "../listening.js";
import type { Sandbox } from "../sandbox.js";
import type { OwnFile } from "./own-files.js";

type SmtpConfig = Config["smtp"];

/** Returns the files that the component reads if it takes mail. */
export function mailFiles({ listen, certificate, key }: SmtpConfig): OwnFile[] {
  if (listen === undefined) return [];
  const { config: exitCode } = ExitCode;
  return [
    ...(certificate === undefined
      ? []
      : [{ path: certificate, name: "smtp.certificate", hasSecret: false, exitCode }]),
    ...(key === undefined ? [] : [{ path: key, name: "smtp.key", hasSecret: true, exitCode }]),
  ];
}

/**
 * Tries to listen for mail.
 * @param listener what was found at http.listen: a running component may have the port for mail, too
 * @param unit the sandbox of the unit that starts the component
 * @throws Failure if the component couldn't listen there
 */
export async function tryMailPort(
  { listen }: SmtpConfig,
  listener: Listener,
  unit: Sandbox | undefined,
): Promise<void> {
  if (listen !== undefined && listener !== "component")
    await tryListeningForMail(listen, unit?.mayBindAnyPort === true);
}
