import type { Command } from "commander";
import { OPTION_VALUES } from "../commands/configured.js";
import { leaves } from "./manual.js";

/** The key of the names in a family's list. Shells complete the names of what its verbs take. */
const NAMES = new Map([
  ["hook", "name"],
  ["duty", "name"],
  ["operator", "name"],
  ["room", "room"],
]);
/** Verbs whose object has a new name. */
const MAKING = new Set(["add", "make", "list", "template"]);

export const SHELLS = ["bash", "zsh"] as const;
export type Shell = (typeof SHELLS)[number];

/** Returns a completion script made from the commands. zsh loads bash's script through bashcompinit. */
export function completion(program: Command, shell: Shell): string {
  const commands = `${program.commands.map((command) => command.name()).join(" ")} --help --version`;
  const lines = [
    ...(shell === "zsh" ? ["#compdef qtalk-component", "autoload -U +X bashcompinit && bashcompinit"] : []),
    "_qtalk_component_names() {",
    `  qtalk-component "$1" list --json 2> /dev/null < /dev/null | sed -n 's/^ *"'"$2"'": "\\([^"]*\\)",\\{0,1\\}$/\\1/p'`,
    "}",
    "_qtalk_component() {",
    '  local word="${COMP_WORDS[COMP_CWORD]}" words',
    '  case "${COMP_WORDS[1]} ${COMP_WORDS[2]}" in',
    ...cases(program),
    `    *) words="${commands}" ;;`,
    "  esac",
    `  if [[ "$COMP_CWORD" == 1 ]]; then words="${commands}"; fi`,
    '  local before="${COMP_WORDS[COMP_CWORD-1]}"',
    '  case "${COMP_WORDS[1]} ${COMP_WORDS[2]} $before" in',
    ...values(program),
    "  esac",
    '  if [[ "$COMP_CWORD" == 3 && "$word" != -* ]]; then case "${COMP_WORDS[1]} ${COMP_WORDS[2]}" in',
    ...names(program),
    "  esac; fi",
    // The hundred flags of the configuration's keys come only when one is begun.
    '  if [[ "$word" != --*.* ]]; then words=$(printf "%s\\n" $words | grep -v "^--.*\\."); fi',
    '  COMPREPLY=($(compgen -W "$words" -- "$word"))',
    '  if [[ "${COMP_WORDS[COMP_CWORD-1]}" == --config ]]; then COMPREPLY=($(compgen -f -- "$word")); fi',
    "}",
    "complete -o default -F _qtalk_component qtalk-component",
    "",
  ];
  return lines.join("\n");
}

/** Returns the cases of commands that take something's name, which the component is asked for. */
function names(program: Command): string[] {
  return leaves(program).flatMap(({ name, command }) => {
    const [family = "", verb = ""] = name.split(" ");
    const key = NAMES.get(family);
    if (key === undefined || MAKING.has(verb) || command.registeredArguments.length === 0) return [];
    return [`    "${name}") words=$(_qtalk_component_names ${family} ${key}) ;;`];
  });
}

/** Returns the cases of options and arguments that have only certain values. */
function values(program: Command): string[] {
  return leaves(program).flatMap(({ name, command }) => {
    const [family = "", verb] = name.split(" ");
    const at = verb === undefined ? `"${family} "*" ` : `"${name} `;
    const options = command.options.flatMap((option) => {
      const choices = OPTION_VALUES.get(option);
      return choices === undefined ? [] : [`    ${at}${option.long ?? ""}") words="${choices.join(" ")}" ;;`];
    });
    const [first] = command.registeredArguments;
    const choices = verb === undefined ? undefined : first?.argChoices;
    return [
      ...options,
      ...(choices === undefined ? [] : [`    "${name} ${verb ?? ""}") words="${choices.join(" ")}" ;;`]),
    ];
  });
}

function cases(program: Command): string[] {
  const long = (command: Command): string =>
    [...command.options.map((option) => option.long), "--help"]
      .filter((flag) => flag !== undefined)
      .join(" ");
  const parents = program.commands.filter(({ commands }) => commands.length > 0);
  return [
    ...leaves(program).map(({ name, command }) => {
      return `    ${name.includes(" ") ? `"${name}"` : `"${name} "*`}) words="${long(command)}" ;;`;
    }),
    ...parents.map((parent) => {
      const names = parent.commands.map((command) => command.name()).join(" ");
      return `    "${parent.name()} "*) words="${names} --help" ;;`;
    }),
  ];
}
