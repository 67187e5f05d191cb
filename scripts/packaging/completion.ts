/**
 * Completion scripts, made from the commands. What may come next is decided by one script of POSIX sh, which each shell
 * asks in its own way: bash and zsh run it as a function, fish in sh.
 */
import type { Command, Option } from "commander";
import { isKey, OPTION_VALUES } from "../commands/configured.js";
import { leaves } from "./manual.js";

/** The key of the names in a family's list. Shells complete the names of what its verbs take. */
const NAMES = new Map([
  ["hook", "name"],
  ["duty", "name"],
  ["operator", "name"],
  ["room", "room"],
]);
/** Verbs whose object has a new name, or another one. */
const MAKING = new Set(["add", "make", "list", "template"]);

/** The names of arguments that are files. */
const FILES = new Set(["file", "dump"]);

export const SHELLS = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof SHELLS)[number];

export function completion(program: Command, shell: Shell): string {
  const words = wordsFunction(program);
  return { bash, zsh, fish }[shell](words).join("\n");
}

function bash(words: readonly string[]): string[] {
  return [
    ...words,
    "_qtalk_component() {",
    '  local word="${COMP_WORDS[COMP_CWORD]}"',
    '  COMPREPLY=($(compgen -W "$(_qtalk_component_words "${COMP_WORDS[@]:1:COMP_CWORD}")" -- "$word"))',
    "}",
    // Without words, such as for a file, bash completes names of files.
    "complete -o default -F _qtalk_component qtalk-component",
    "",
  ];
}

function zsh(words: readonly string[]): string[] {
  return [
    "#compdef qtalk-component",
    "emulate sh -c '",
    ...words.map((line) => line.replaceAll("'", "'\\''")),
    "'",
    "_qtalk_component() {",
    '  local -a found=(${(f)"$(_qtalk_component_words "${(@)words[2,CURRENT]}")"})',
    "  compadd -- $found || _files",
    "}",
    // zsh runs the file as a function of its name, or the user sources it.
    'if [[ "${funcstack[1]-}" == _qtalk-component ]]; then _qtalk_component; else compdef _qtalk_component qtalk-component; fi',
    "",
  ];
}

function fish(words: readonly string[]): string[] {
  return [
    "function __qtalk_component_words",
    "  set -l before (commandline -opc)",
    "  set -l word (commandline -ct)",
    "  set -l found (sh -c '",
    ...words.map((line) => line.replaceAll("\\", "\\\\").replaceAll("'", "\\'")),
    '_qtalk_component_words "$@"\' sh $before[2..] "$word")',
    "  if set -q found[1]",
    "    string join \\n -- $found",
    "  else",
    '    __fish_complete_path "$word"',
    "  end",
    "end",
    "complete -c qtalk-component -f -a '(__qtalk_component_words)'",
    "",
  ];
}

/**
 * Returns the function that prints what may stand at the place of its last argument, a word each line: everything that
 * begins with another text, too. Nothing means: a file, or any text.
 */
function wordsFunction(program: Command): string[] {
  const commands = leaves(program);
  const keys = commands.flatMap(({ command }) => command.options.filter(isKey));
  const families = program.commands.filter((command) => command.commands.length > 0);
  const patternOf = (name: string): string => (name.includes(" ") ? `"${name}"` : `"${name} "*`);
  return [
    "_qtalk_component_names() {",
    `  qtalk-component "$1" list --json 2> /dev/null < /dev/null | sed -n 's/^ *"'"$2"'": "\\([^"]*\\)",\\{0,1\\}$/\\1/p'`,
    "}",
    "_qtalk_component_words() {",
    "  local before= word= each switches= flags= keys=",
    '  for each in "$@"; do before=$word; word=$each; done',
    `  if [ "$#" = 1 ]; then printf "%s\\n" ${namesOf(program)} --help --version; return; fi`,
    '  if [ "$#" = 2 ]; then case "$1" in',
    ...families.map((family) => `    ${family.name()}) printf "%s\\n" ${namesOf(family)} --help; return ;;`),
    "  esac; fi",
    // Which options have no value, which do, and which are the flags of the configuration's keys.
    '  case "$1 $2" in',
    ...commands.map(({ name, command }) => {
      const flags = command.options.filter((option) => !isKey(option));
      const switches = flags.filter((option) => !hasValue(option));
      return `    ${patternOf(name)}) switches="${longOf(switches)} --help" flags="${longOf(flags.filter(hasValue))}" ;;`;
    }),
    "  esac",
    // What an option's value may be.
    '  case "$before" in --*) case " $switches " in *" $before "*) ;; *)',
    '    case "$1 $2 $before" in',
    ...commands.flatMap(({ name, command }) =>
      valuesOf(command.options.filter((option) => !isKey(option))).map(
        ([flag, values]) =>
          `      ${name.includes(" ") ? `"${name} ${flag}"` : `"${name} "*" ${flag}"`}) ${values}`,
      ),
    ),
    ...valuesOf(keys).map(([flag, values]) => `      *" ${flag}") ${values}`),
    "    esac",
    "    return ;; esac",
    "  esac",
    '  case "$word" in',
    "    --*.*)",
    '      case "$1 $2" in',
    ...keysOf(commands).map(
      ([flags, names]) => `        ${names.map(patternOf).join(" | ")}) printf "%s\\n" ${flags} ;;`,
    ),
    "      esac",
    "      return ;;",
    "    -*) ;;",
    '    *) case "$# $1 $2" in',
    ...commands.flatMap(objects),
    "    esac ;;",
    "  esac",
    '  printf "%s\\n" $flags $switches',
    "}",
  ];
}

function namesOf(command: Command): string {
  return command.commands.map((each) => each.name()).join(" ");
}

function longOf(options: readonly Option[]): string {
  return options.map(({ long }) => long ?? "").join(" ");
}

function hasValue({ required, optional }: Option): boolean {
  return required || optional;
}

/** Returns what prints the values of options that have only certain ones, by the options' flags. */
function valuesOf(options: readonly Option[]): [flag: string, values: string][] {
  const found = new Map<string, string>();
  for (const option of options) {
    const values = OPTION_VALUES.get(option);
    if (values !== undefined) found.set(option.long ?? "", `printf "%s\\n" ${values.join(" ")} ;;`);
  }
  return [...found];
}

/** Returns the flags of the configuration's keys, each list of them with the commands that have it. */
function keysOf(commands: readonly { name: string; command: Command }[]): [string, string[]][] {
  const found = new Map<string, string[]>();
  for (const { name, command } of commands) {
    const keys = longOf(command.options.filter(isKey));
    if (keys !== "") found.set(keys, [...(found.get(keys) ?? []), name]);
  }
  return [...found];
}

/** Returns the case of a command's object: a file, one of a few words, or a name, for which the component is asked. */
function objects({ name, command }: { name: string; command: Command }): string[] {
  const [family = "", verb] = name.split(" ");
  const [first] = command.registeredArguments;
  if (first === undefined) return [];
  const pattern = verb === undefined ? `"2 ${name} "*` : `"3 ${name}"`;
  const choices = first.argChoices?.join(" ");
  if (choices !== undefined) return [`      ${pattern}) printf "%s\\n" ${choices}; return ;;`];
  if (FILES.has(first.name())) return [`      ${pattern}) return ;;`];
  const key = NAMES.get(family);
  return key === undefined || verb === undefined || MAKING.has(verb)
    ? []
    : [`      ${pattern}) _qtalk_component_names ${family} ${key}; return ;;`];
}
