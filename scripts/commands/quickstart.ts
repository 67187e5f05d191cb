/** `quickstart`: a demonstration on a private server, without configuration. */
import { Option, type Command } from "commander";
import { ExitCode, Failure, usageFailure } from "../failure.js";
import { outputClosed, say } from "../output.js";
import { givenPlace, privatePlace, type Place } from "../quickstart/place.js";
import { quickstart, type Demonstration } from "../quickstart/quickstart.js";
import { NoServer, type ServerKind } from "../lab/find.js";

interface Options {
  readonly once?: true;
  readonly permission?: true;
  readonly server?: ServerKind;
  readonly service?: string;
  readonly domain?: string;
  readonly secret?: string;
  readonly user?: string;
  readonly userPassword?: string;
  readonly clientPort: string;
}

const HELP = `
With --service, the component connects to a running server; --domain, --secret, --user and --user-password are then
required. The server's port for clients must accept logins without encryption.`;

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
    .option("--service <url>", "use a running server at xmpp://ADDRESS:PORT instead")
    .option("--domain <domain>", "the component's domain on that server")
    .option("--secret <secret>", "the component's secret on that server")
    .option("--user <address>", "an account on that server, which receives the message")
    .option("--user-password <password>", "that account's password")
    .option("--client-port <port>", "the port of that server for clients", "5222")
    .addHelpText("after", HELP)
    .action(run);
}

async function run(options: Options): Promise<void> {
  const ended = endings();
  const demonstration = await quickstart(await placeFor(options), say).catch((error: unknown) => {
    throw explained(error);
  });
  if (options.once !== true) await stayUp(demonstration, ended.atLeisure());
  await demonstration.stop();
  if (!demonstration.received)
    throw new Failure("The received message differs from the one sent, or none arrived.", ExitCode.software);
}

/**
 * Ends the demonstration on a signal, or when standard output is closed. Before `atLeisure` is called, the
 * process exits immediately. Its folders and the server are removed at exit.
 */
function endings(): { atLeisure: () => Promise<void> } {
  let end = (code: ExitCode): void => process.exit(code);
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.on(signal, () => end(ExitCode.tempFail));
  outputClosed.addEventListener("abort", () => end(ExitCode.ok));
  /** Returns a promise that resolves at the next signal, or when standard output is closed. */
  const atLeisure = (): Promise<void> =>
    new Promise((resolve) => {
      end = () => resolve();
      if (outputClosed.aborted) resolve();
    });
  return { atLeisure };
}

async function placeFor(options: Options): Promise<Place> {
  const { server, service, domain, secret, user, userPassword, clientPort } = options;
  if (service === undefined) {
    return privatePlace(server, options.permission).catch((error: unknown) => {
      throw explained(error);
    });
  }
  if (domain === undefined || secret === undefined || user === undefined || userPassword === undefined) {
    throw usageFailure("--service requires --domain, --secret, --user and --user-password.");
  }
  try {
    return givenPlace({ service, domain, secret, user, userPassword, clientPort: Number(clientPort) });
  } catch (error) {
    throw usageFailure(messageOf(error));
  }
}

/** Prints the messages that the user receives until the demonstration is ended. */
async function stayUp(demonstration: Demonstration, ended: Promise<void>): Promise<void> {
  say(
    `\nThe component keeps running. In another terminal, try:\n\n  ${demonstration.curl}\n\nCtrl-C stops it and deletes its files.\n`,
  );
  const watching = demonstration.watch((text, sender) => say(`received from ${sender}: ${text}`));
  await Promise.race([ended, watching.catch(() => undefined)]);
}

function explained(error: unknown): Failure {
  if (error instanceof Failure) return error;
  const code = error instanceof NoServer ? ExitCode.unavailable : ExitCode.tempFail;
  return new Failure(messageOf(error), code, { cause: error });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
