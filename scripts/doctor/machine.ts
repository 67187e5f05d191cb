/** What check and doctor find out about this machine: the component's files, folders, port, and the next migration. */
import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { counted } from "../../component/wording.js";
import type { Cidr } from "../../http/caller-config.js";
import { isWithin } from "../../http/client-address.js";
import type { HttpConfig } from "../../http/config.js";
import type { Config } from "../config/sections.js";
import { DEFAULT_FILE, hasPassword, ignoredVariables, type Sources } from "../config/sources.js";
import { ExitCode } from "../failure.js";
import { readInput } from "../inherited-files.js";
import { portHolder, tryListening, type Listener } from "../listening.js";
import { checkLogFile } from "../log.js";
import { plannedMigration } from "../migration.js";
import { sandbox, writePathsAdvice } from "../sandbox.js";
import { checkFolder, exitCodeOf } from "../storage-access.js";
import { doubtful, failing, fine, type Finding, type MachineFinding } from "./finding.js";
import { ownFiles } from "./own-files.js";

/** The password in the examples of the README, the guide and the Debian package. */
const PLACEHOLDER = "SECRET";

type MachineConfig = Pick<Config, "xmpp" | "http" | "storage" | "log">;

/** Checks this machine for a configuration. @param listener what was found at http.listen */
export async function machine(
  config: MachineConfig,
  sources: Sources,
  listener: Listener,
): Promise<MachineFinding[]> {
  const { xmpp, storage } = config;
  const ignored = ignoredVariables(sources);
  return [
    ...(await port(config, listener)),
    ...(ignored === undefined ? [] : [doubtful(ignored)]),
    ...(xmpp.password === PLACEHOLDER ? [placeholder(config, sources)] : []),
    ...localCallers(config.http),
    ...ownFiles(filesWithNames(config, sources), storage.path),
    ...(xmpp.password_file === undefined ? [] : severalLines(xmpp.password_file)),
    ...sandboxed(config, sources),
    ...(await attempt(() => (checkFolder(storage.path), []))),
    ...(await attempt(() => (checkLogFile(config.log), []))),
    ...(existsSync(storage.path) ? await attempt(() => migration(storage.path)) : []),
  ];
}

async function port({ http }: MachineConfig, listener: Listener): Promise<readonly MachineFinding[]> {
  const holder = portHolder(http.listen, listener === "component");
  const isFree = listener === "nothing" && holder?.isHeld !== true;
  const findings = isFree ? await attempt(async () => (await tryListening(http.listen), [])) : [];
  if (holder === undefined) return findings;
  const { text, todo } = holder;
  return [...findings, todo === undefined ? fine(text) : doubtful(text, todo)];
}

/** Returns warnings about callers for which any process of this machine may pass. */
function localCallers({ callers }: HttpConfig): Finding[] {
  return callers
    .filter(({ token_sha256, addresses = [] }) => token_sha256 === undefined && addresses.some(isHere))
    .map(({ name }) =>
      doubtful(
        `the caller ${name} is known by this machine's address alone: every process of this machine may call as it, ` +
          "and whoever a proxy on it lets in (http.callers)",
      ),
    );
}

/** Returns whether a network has addresses of loopback. */
function isHere(network: Cidr): boolean {
  return network[0].range() === "loopback" || ["127.0.0.1", "::1"].some((each) => isWithin(each, [network]));
}

function placeholder({ xmpp }: MachineConfig, sources: Sources): Finding {
  const { file = DEFAULT_FILE } = sources;
  const { password_file: secret } = xmpp;
  const name = secret === undefined ? "xmpp.password" : "the secret in xmpp.password_file";
  // Neither: it comes from a variable or a flag.
  const place = secret ?? (hasPassword(sources) ? file : undefined);
  return doubtful(
    `${name} is still the example's, ${PLACEHOLDER}`,
    `Replace it${place === undefined ? "" : ` in ${place}`} with the component's secret on the server.`,
  );
}

function filesWithNames({ xmpp }: MachineConfig, sources: Sources) {
  const { file = DEFAULT_FILE } = sources;
  const { password_file: secret } = xmpp;
  return [
    {
      path: file,
      name: "the configuration file",
      hasSecret: hasPassword(sources),
      exitCode: ExitCode.noInput,
    },
    ...(secret === undefined
      ? []
      : [{ path: secret, name: "xmpp.password_file", hasSecret: true, exitCode: ExitCode.config }]),
  ];
}

function severalLines(file: string): Finding[] {
  const lines = readInput(file)
    .toString("utf8")
    .split(/\r?\n/)
    .filter((line) => line.trim() !== "").length;
  if (lines <= 1) return [];
  return [
    doubtful(
      `xmpp.password_file ${file} has ${lines} lines, and all of them form the secret`,
      "Keep one of them.",
    ),
  ];
}

/** Checks that the unit's sandbox lets the component use its files. The unit reads the default configuration file. */
function sandboxed(
  { xmpp, storage, log }: MachineConfig,
  { file = DEFAULT_FILE }: Sources,
): MachineFinding[] {
  const unit = file === DEFAULT_FILE ? sandbox() : undefined;
  if (unit === undefined) return [];
  const { password_file: secret } = xmpp;
  const hidden = secret !== undefined && !unit.mayRead(resolve(secret)) ? [secret] : [];
  const places = { "storage.path": storage.path, "log.file": log.file };
  const readOnly = Object.entries(places).filter(
    (place): place is [string, string] =>
      place[1] !== undefined && place[1] !== ":memory:" && !unit.mayWrite(resolve(place[1])),
  );
  return [
    ...hidden.map((path) =>
      failing(
        ExitCode.config,
        `the sandbox of the systemd unit hides xmpp.password_file ${path} from the component`,
        "Move the file, such as to /etc.",
      ),
    ),
    ...readOnly.map(([key, path]) => {
      const advice = writePathsAdvice(dirname(resolve(path)));
      return failing(
        ExitCode.cantCreate,
        `the sandbox of the systemd unit lets the component write nothing to ${path} (${key})`,
        `${advice.charAt(0).toUpperCase()}${advice.slice(1)}.`,
      );
    }),
  ];
}

/** Returns what the next start will migrate. @throws Failure or StorageFault if the database can't be used */
function migration(path: string): Finding[] {
  const plan = plannedMigration(path);
  if (plan === undefined) return [];
  return [
    fine(
      `the next start migrates the database from version ${plan.from} of the schema to version ${plan.to}, after ` +
        `copying it to ${plan.copy} (${counted(plan.bytes, "byte")})`,
    ),
  ];
}

/** Runs a check that throws what the start would end with. */
async function attempt(
  check: () => readonly Finding[] | Promise<readonly Finding[]>,
): Promise<readonly MachineFinding[]> {
  try {
    return await check();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return [failing(exitCodeOf(error), message.replace(/\.$/, ""))];
  }
}
