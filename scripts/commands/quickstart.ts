/** `quickstart`: a demonstration on a private server, without configuration. */
import { Option, type Command } from "commander";
import { ExitCode, Failure } from "../failure.js";
import { outputClosed, say } from "../output.js";
import { quickstart } from "../quickstart/quickstart.js";
import { type ServerKind } from "../lab/installed.mjs";
import { NoServer } from "../lab/private-server.js";

interface Options {
  readonly once?: true;
  readonly permission?: true;
  readonly server?: ServerKind;
}

export function addQuickstart(program: Command): void {
  program
    .command("quickstart")
    .description(
      "start a private XMPP server and the component, send a message, and show what a client receives",
    )
    .option("--once", "exit after the first message, with code 0 if it was received")
    .addOption(new Option("--server <kind>", "the server to start").choices(["ejabberd", "prosody"]))
    .option(
      "--permission",
      "configure the server to check senders, and to permit sending as users (privileged mode, XEP-0356)",
    )
    .action(run);
}

async function run({ once, permission, server }: Options): Promise<void> {
  const ended = endings();
  const leisure = once === true ? undefined : ended.atLeisure;
  const received = await quickstart(server, permission === true, say, leisure).catch((error: unknown) => {
    const code = error instanceof NoServer ? ExitCode.unavailable : ExitCode.tempFail;
    throw new Failure(error instanceof Error ? error.message : String(error), code, { cause: error });
  });
  if (!received)
    throw new Failure("The received message differs from the one sent, or none arrived.", ExitCode.software);
}

/**
 * Ends the demonstration on a signal, or when standard output is closed. Before `atLeisure` is called, the
 * process exits immediately. Its folders and the server are removed at exit.
 */
function endings() {
  let end = (code: ExitCode): void => process.exit(code);
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => end(ExitCode.tempFail));
  outputClosed.addEventListener("abort", () => end(ExitCode.ok));
  return {
    /** Resolves at the next signal, or when standard output is closed. */
    atLeisure: () => new Promise<void>((resolve) => (end = () => resolve())),
  };
}
