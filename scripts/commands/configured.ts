/** The options of commands that read the configuration: --config, and a flag for each key. */
import { Help, Option, type Command } from "commander";
import { isSecret } from "../config/faults.js";
import { configKeys, type ConfigKey } from "../config/keys.js";
import type { Config, SectionName } from "../config/sections.js";
import { DEFAULT_FILE, filesOf, loadSections, type Sources } from "../config/sources.js";
import { Failure } from "../failure.js";
import { handOverFiles, type NamedFiles } from "../inherited-files.js";

/** The options of a command as commander parses them. */
export type Flags = Readonly<Record<string, unknown>>;

const GROUP =
  "Flags for keys of the configuration (they override the environment, QTALK_SECTION_KEY, and the file):";

/** The values of options that allow only certain ones, which shells complete. Helps show them in the options' texts. */
export const OPTION_VALUES = new WeakMap<Option, readonly string[]>();

/** Leaves the keys' flags out of the help. commander still suggests them for mistyped flags. */
const SHORT_HELP: Partial<Help> = {
  formatHelp: (command, helper) => {
    const visibleOptions = (of: Command): Option[] =>
      helper.visibleOptions(of).filter((option) => !isKey(option));
    const short = Object.assign(Object.create(helper) as Help, { visibleOptions });
    return new Help().formatHelp(command, short);
  },
};

/** Returns whether an option is the flag of a configuration key. */
export function isKey({ long }: Option): boolean {
  return long?.includes(".") === true;
}

/** Returns the files that a command's arguments and options name. */
export type FilesOf<Options extends Flags = Flags> = (options: Options, ...args: string[]) => NamedFiles;

/**
 * Adds --config, --help-config and the keys' flags to a command. If root calls the command, it runs as the user who
 * controls the database's folder (inherited-files.ts).
 * @param sections the sections whose keys get flags; absent: all
 * @param files returns the files that the command line names; absent: it names none
 */
export function configured<Options extends Flags = Flags>(
  command: Command,
  sections?: readonly SectionName[],
  files: FilesOf<Options> = () => ({}),
): Command {
  return configurable(command, sections).hook("preAction", async (_, called) => {
    const options = called.opts<Options>();
    const path = databaseOf(options);
    if (path === undefined) return;
    const named = files(options, ...(called.processedArgs as string[]));
    await handOverFiles(path, { own: filesOf(sourcesOf(options)), ...named });
  });
}

/** Returns the path of the database; undefined if the configuration is invalid, which the command itself reports. */
function databaseOf(options: Flags): string | undefined {
  try {
    return configOf(options, ["storage"]).storage.path;
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}

/** Adds --config, --help-config and the keys' flags to a command, which runs as the user who calls it. */
export function configurable(command: Command, sections?: readonly SectionName[]): Command {
  command
    .option("-c, --config <file>", `the configuration file (default: ${DEFAULT_FILE})`)
    .option(
      "--help-config",
      "show this help, also with the flags that override keys of the configuration file",
    )
    .configureHelp(SHORT_HELP)
    .on("option:help-config", () => command.configureHelp({}).help());
  for (const key of configKeys()) {
    const section = key.path.slice(0, key.path.indexOf("."));
    if (sections !== undefined && !sections.some((name) => name === section)) continue;
    const option = new Option(`--${key.path} <${placeholder(key)}>`, describe(key)).helpGroup(GROUP);
    if (key.choices !== undefined) OPTION_VALUES.set(option, key.choices);
    command.addOption(option);
  }
  return command;
}

export function sourcesOf(options: Flags): Sources {
  const { config, ...flags } = options as Record<string, string> & { config?: string };
  return { file: config, env: process.env, flags };
}

/** Loads sections of the configuration. @throws Failure if the file or a section is invalid */
export function configOf<K extends SectionName>(options: Flags, names: readonly K[]): Pick<Config, K> {
  return loadSections(sourcesOf(options), names);
}

function placeholder({ kind, choices }: ConfigKey): string {
  if (choices !== undefined) return choices.join("|");
  return { text: "text", number: "number", boolean: "true|false", list: "a,b", structure: "yaml" }[kind];
}

function describe({ path, description, default: preset }: ConfigKey): string {
  const warning = isSecret(path) ? "; visible to other users in the process list" : "";
  const text = typeof preset === "string" ? preset : JSON.stringify(preset);
  return `${description}${warning}${preset === undefined ? "" : ` (default: ${text})`}`;
}
