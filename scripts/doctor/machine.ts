/** What check and doctor find out about this machine: the component's files, folders, port, and the next migration. */
import { existsSync } from "node:fs";
import { dirname, isAbsolute, resolve } from "node:path";
import { counted } from "../../component/wording.js";
import type { Cidr } from "../../http/caller-config.js";
import { isWithin } from "../../http/client-address.js";
import type { HttpConfig } from "../../http/config.js";
import { ownUser, type UnixUser } from "../unix-users.js";
import type { Config } from "../config/sections.js";
import { DEFAULT_FILE, hasPassword, ignoredVariables, type Sources } from "../config/sources.js";
import { ExitCode } from "../failure.js";
import { ownership } from "../file-access.js";
import { readInput } from "../inherited-files.js";
import { portHolder, tryListening, type Listener } from "../listening.js";
import { checkLogFile } from "../log.js";
import { plannedMigration } from "../migration-at-start.js";
import { folderOwner, isCalledByRoot } from "../root-output.js";
import { sandbox, writePathsAdvice, type Sandbox } from "../sandbox.js";
import { SERVICE_UNIT } from "../service-manager.js";
import { checkFolder, exitCodeOf } from "../storage-access.js";
import { doubtful, failing, fine, type Finding, type MachineFinding } from "./finding.js";
import { mailFiles, tryMailPort } from "./mail.js";
import { ownFiles, type OwnFile } from "./own-files.js";

/** The password in the examples of the README, the guide and the Debian package. */
const PLACEHOLDER = "SECRET";

type MachineConfig = Pick<Config, "xmpp" | "http" | "smtp" | "storage" | "log">;

/** Checks this machine for a configuration. @param listener what was found at http.listen */
export async function machine(
  config: MachineConfig,
  sources: Sources,
  listener: Listener,
): Promise<MachineFinding[]> {
  const { xmpp, storage } = config;
  const ignored = ignoredVariables(sources);
  const files = filesWithNames(config, sources);
  // The unit reads the default configuration file.
  const unit = (sources.file ?? DEFAULT_FILE) === DEFAULT_FILE ? sandbox() : undefined;
  const asked = isCalledByRoot() ? unit?.user : undefined;
  return [
    ...(await port(config, listener)),
    ...(ignored === undefined ? [] : [doubtful(ignored)]),
    ...(xmpp.password === PLACEHOLDER ? [placeholder(config, sources)] : []),
    ...localCallers(config.http),
    ...ownFiles(files, storage.path, unit?.user),
    ...(xmpp.password_file === undefined ? [] : severalLines(xmpp.password_file)),
    ...relativePlaces(config),
    // A folder has to be there before the sandbox can be opened for it.
    ...(await attempt(() => (checkFolder(storage.path, undefined, asked), []))),
    ...(await attempt(() => (checkLogFile(config.log, asked), []))),
    ...(unit === undefined ? [] : [...hiddenFiles(files, unit), ...readOnlyPlaces(config, unit)]),
    ...(unit?.user === undefined ? [] : strangeOwner(storage.path, unit.user)),
    ...(await attempt(async () => (await tryMailPort(config.smtp, listener, unit), []))),
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

function filesWithNames({ xmpp, smtp }: MachineConfig, sources: Sources): OwnFile[] {
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
    ...mailFiles(smtp),
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

/** Returns the findings for files that the unit's sandbox hides from the component. */
function hiddenFiles(files: readonly OwnFile[], unit: Sandbox): MachineFinding[] {
  return files
    .filter(({ path }) => !unit.mayRead(resolve(path)))
    .map(({ path, name }) =>
      failing(
        ExitCode.config,
        `the sandbox of the systemd unit hides ${name} ${path} from the component`,
        "Move the file, such as to /etc.",
      ),
    );
}

/** Returns warnings about paths that mean another place in each folder where a command is run, and in the service. */
function relativePlaces({ storage, log, xmpp }: MachineConfig): Finding[] {
  const places = {
    "storage.path": storage.path,
    "log.file": log.file,
    "xmpp.password_file": xmpp.password_file,
  };
  return Object.entries(places)
    .filter(([, path]) => path !== undefined && path !== ":memory:" && !isAbsolute(path))
    .map(([key, path]) =>
      doubtful(
        `${key} is ${path ?? ""}, which is another file in each folder where a command is run`,
        `Write the whole path, such as ${resolve(path ?? "")}.`,
      ),
    );
}

/** Returns the findings for places to which the unit's sandbox lets the component write nothing. */
function readOnlyPlaces({ storage, log }: MachineConfig, unit: Sandbox): MachineFinding[] {
  const places = { "storage.path": storage.path, "log.file": log.file };
  return Object.entries(places)
    .filter(
      (place): place is [string, string] =>
        place[1] !== undefined && place[1] !== ":memory:" && !unit.mayWrite(resolve(place[1])),
    )
    .map(([key, path]) => {
      const advice = writePathsAdvice(dirname(resolve(path)));
      return failing(
        ExitCode.cantCreate,
        `the sandbox of the systemd unit lets the component write nothing to ${path} (${key})`,
        `${advice.charAt(0).toUpperCase()}${advice.slice(1)}.`,
      );
    });
}

/** Returns a finding if the database's folder belongs to another user than the unit's: root's command runs as that user. */
function strangeOwner(database: string, user: UnixUser): MachineFinding[] {
  const own = ownUser();
  if (own.uid === 0 || own.uid === user.uid || folderOwner(database)?.uid !== own.uid) return [];
  const folder = dirname(resolve(database));
  const text = `the folder ${folder} of the database belongs to ${own.name}, but ${SERVICE_UNIT} runs the component as ${user.name}`;
  const advice = ownership(folder, user);
  return [failing(ExitCode.cantCreate, text, `${advice.charAt(0).toUpperCase()}${advice.slice(1)}.`)];
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
