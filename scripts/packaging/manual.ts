import type { Command } from "commander";
import { isKey } from "../commands/configured.js";
import { ExitCode } from "../failure.js";

/** Returns the manual page (man-pages(7)). @param program the command line with all commands */
export function manual(program: Command, version: string): string {
  const commands = leaves(program);
  return [
    `.TH QTALK-COMPONENT 1 "" "qtalk-component ${version}" "User Commands"`,
    ".SH NAME",
    `qtalk\\-component \\- ${roff(program.description())}`,
    ".SH SYNOPSIS",
    ".B qtalk\\-component",
    "COMMAND [OPTIONS]",
    ".SH DESCRIPTION",
    "An external component (XEP\\-0114) for ejabberd, Prosody and other XMPP servers. Programs post over HTTP; people read the",
    "messages in rooms and chats with the client that they already use.",
    ".SH COMMANDS",
    ...commands.flatMap(commandLines),
    ".SH CONFIGURATION",
    "Commands read the configuration from a file, from environment variables (QTALK_SECTION_KEY) and from flags",
    "(\\-\\-section.key); later ones override earlier ones. The keys:",
    ...configurationLines(commands),
    ".SH EXIT STATUS",
    "Exit codes are those of sysexits.h:",
    ...Object.entries(ExitCode).flatMap(([name, code]) => [".TP", `.B ${code}`, roff(spaced(name))]),
    ".SH FILES",
    ".TP",
    ".I /etc/qtalk\\-component.yml",
    "the configuration file, unless \\-\\-config names another",
    ".SH SIGNALS",
    ".TP",
    ".B SIGHUP",
    "reloads the configuration (limits, callers, log) and reopens the log file",
    ".TP",
    ".B SIGTERM, SIGINT",
    "stops cleanly; a second signal stops at once",
    ".SH SEE ALSO",
    "The guide is at the path /docs of the running component's HTTP address, and in the folder that",
    ".B qtalk\\-component \\-\\-help",
    "names.",
    "",
  ].join("\n");
}

/** Returns the commands that have no subcommands, with their full names. */
export function leaves(program: Command): { readonly name: string; readonly command: Command }[] {
  return program.commands.flatMap((command) => {
    if (command.commands.length === 0) return [{ name: command.name(), command }];
    return leaves(command).map(({ name, command: leaf }) => ({
      name: `${command.name()} ${name}`,
      command: leaf,
    }));
  });
}

function commandLines({ name, command }: { name: string; command: Command }): string[] {
  const operands = command.registeredArguments.map((argument) => {
    const text = argument.variadic ? `${argument.name()}...` : argument.name();
    return argument.required ? `<${text}>` : `[${text}]`;
  });
  const own = command.options.filter((option) => !isKey(option));
  return [
    ".TP",
    `.B ${roff([name, ...operands].join(" "))}`,
    roff(command.description()),
    ...own.flatMap((option) => [".RS", ".TP", `.B ${roff(option.flags)}`, roff(option.description), ".RE"]),
  ];
}

function configurationLines(commands: ReturnType<typeof leaves>): string[] {
  const keys = new Map(
    commands.flatMap(({ command }) => command.options.filter(isKey).map((option) => [option.long, option])),
  );
  return [...keys.values()].flatMap((option) => [
    ".TP",
    `.B ${roff(option.flags)}`,
    roff(option.description),
  ]);
}

function roff(text: string): string {
  return text
    .replaceAll("\\", "\\e")
    .replaceAll("-", "\\-")
    .replace(/^([.'])/, "\\&$1");
}

function spaced(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
