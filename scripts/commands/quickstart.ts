/** `quickstart`: the main job before the reader's eyes, with nothing to edit first. */
import { Option, type Command } from "commander";
import { ExitCode, Failure } from "../failure.js";
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
With --service, the component connects to a server that runs already; --domain, --secret, --user and --user-password
are needed then. Its clients' port must take logins without encryption.`;

export function addQuickstart(program: Command): void {
  program
    .command("quickstart")
    .description("run a private XMPP server and the component, send a message, and show who received it")
    .option("--once", "end after the first message; exit code 0 only if it was received")
    .addOption(new Option("--server <kind>", "which server to run").choices(["ejabberd", "prosody"]))
    .option("--permission", "have the server permit messages in users' names, and check senders (XEP-0356)")
    .option("--service <url>", "use the server at xmpp://ADDRESS:PORT instead")
    .option("--domain <domain>", "the component's domain there")
    .option("--secret <secret>", "the component's secret there")
    .option("--user <address>", "an account there, which receives the message")
    .option("--user-password <password>", "its password")
    .option("--client-port <port>", "where clients log in there", "5222")
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
    throw new Failure("The message was not received as it was sent.", ExitCode.software);
}

/**
 * What ends it: a signal, or nobody reading any more. At first that ends the process at once, and all that was made
 * goes with it (its folders and the server are taken away at exit).
 */
function endings(): { atLeisure: () => Promise<void> } {
  let end = (code: ExitCode): void => process.exit(code);
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.on(signal, () => end(ExitCode.tempFail));
  outputClosed.addEventListener("abort", () => end(ExitCode.ok));
  /** Resolves instead, from now on. */
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
    return privatePlace(server, say, options.permission).catch((error: unknown) => {
      throw explained(error);
    });
  }
  if (domain === undefined || secret === undefined || user === undefined || userPassword === undefined) {
    throw new Failure("--service needs --domain, --secret, --user and --user-password, too.", ExitCode.usage);
  }
  try {
    return givenPlace({ service, domain, secret, user, userPassword, clientPort: Number(clientPort) });
  } catch (error) {
    throw new Failure(messageOf(error), ExitCode.usage);
  }
}

/** Shows what arrives until somebody ends it. */
async function stayUp(demonstration: Demonstration, ended: Promise<void>): Promise<void> {
  say(
    `\nIt stays up. In another terminal, try:\n\n  ${demonstration.curl}\n\nCtrl-C ends it; what it made is deleted then.\n`,
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
