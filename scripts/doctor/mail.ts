/** Checks of the section `smtp`: whether the component can listen for mail, and read its certificate. */
import type { Config } from "../config/sections.js";
import { ExitCode } from "../failure.js";
import { tryListeningForMail, type Listener } from "../listening.js";
import { fine, type Finding } from "./finding.js";
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

/** Returns what a mail server on this machine needs to forward root's mail to a hook; nothing if no mail is taken. */
export function mailForwarding({ listen }: SmtpConfig): Finding[] {
  if (listen === undefined) return [];
  const { port, text } = listen;
  return [
    fine(
      `mail to hooks is taken at ${text}`,
      "To get root's mail in a room, give root the alias ID+SECRET@hooks.invalid in /etc/aliases (from the hook's URL), and:",
      `Postfix, in /etc/postfix/transport: hooks.invalid smtp:[127.0.0.1]:${port}`,
      `Exim, in a router and a transport for hooks.invalid: route_list = * 127.0.0.1, and port = ${port}`,
      `msmtp, in /etc/msmtprc: host 127.0.0.1, port ${port}, aliases /etc/aliases`,
    ),
  ];
}
