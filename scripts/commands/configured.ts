/** For commands that read the configuration: the option that names its file, and a flag for each of its keys. */
import { Help, Option, type Command } from "commander";
import { isSecret } from "../config/faults.js";
import { configKeys, type ConfigKey } from "../config/keys.js";
import type { SectionName } from "../config/sections.js";
import { DEFAULT_FILE, type Sources } from "../config/sources.js";

const GROUP = "Keys of the configuration (over the file's and the environment's, QTALK_SECTION_KEY):";

/** Help with the command's own options alone; a mistyped key is still known by its likes. */
const SHORT_HELP: Partial<Help> = {
  formatHelp: (command, helper) => {
    const visibleOptions = (of: Command): Option[] =>
      helper.visibleOptions(of).filter((option) => !isKey(option));
    const short = Object.assign(Object.create(helper) as Help, { visibleOptions });
    return new Help().formatHelp(command, short);
  },
};

/** Whether it is the flag of a configuration's key. */
export function isKey({ long }: Option): boolean {
  return long?.includes(".") === true;
}

/** Adds the options. @param sections only for the keys of these; all where left out */
export function configured(command: Command, sections?: readonly SectionName[]): Command {
  command
    .option("-c, --config <file>", `the configuration file (default: ${DEFAULT_FILE})`)
    .option("--help-config", "show this help with the flags for the keys of the configuration")
    .configureHelp(SHORT_HELP)
    .on("option:help-config", () => command.configureHelp({}).help());
  for (const key of configKeys()) {
    const section = key.path.slice(0, key.path.indexOf("."));
    if (sections !== undefined && !sections.some((name) => name === section)) continue;
    command.addOption(new Option(`--${key.path} <${placeholder(key)}>`, describe(key)).helpGroup(GROUP));
  }
  return command;
}

/** What the command line and the environment say. @param options as the command parsed them */
export function sourcesOf(options: Readonly<Record<string, unknown>>): Sources {
  const { config, ...flags } = options as Record<string, string> & { config?: string };
  return { file: config, env: process.env, flags };
}

function placeholder({ kind, choices }: ConfigKey): string {
  if (choices !== undefined) return choices.join("|");
  return { text: "text", number: "number", boolean: "true|false", list: "a,b", structure: "yaml" }[kind];
}

function describe({ path, description, default: preset }: ConfigKey): string {
  const warning = isSecret(path) ? "; other users see it in the list of processes" : "";
  const text = typeof preset === "string" ? preset : JSON.stringify(preset);
  return `${description}${warning}${preset === undefined ? "" : ` (default: ${text})`}`;
}
