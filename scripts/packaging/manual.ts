import type { Command } from "commander";
import { isKey } from "../commands/configured.js";
import { ExitCode } from "../failure.js";

/** What each exit code means. */
const MEANINGS: Readonly<Record<keyof typeof ExitCode, string>> = {
  ok: "success",
  usage: "the command line is wrong",
  dataErr: "the content of a file, or what an argument names, can't be used",
  noInput: "a file doesn't exist or can't be read",
  unavailable: "a port or a server isn't available, or the component doesn't run",
  software: "an internal error",
  cantCreate: "a file can't be created or written",
  ioErr: "reading or writing failed",
  tempFail: "a temporary failure, such as a database in use: try again later",
  noPerm: "no permission",
  config: "the configuration is wrong",
};

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
    ...entries(ExitCode).flatMap(([name, code]) => [".TP", `.B ${code}`, roff(MEANINGS[name])]),
    ".SH FILES",
    ".TP",
    ".I /etc/qtalk\\-component.yml",
    "the configuration file, unless \\-\\-config names another",
    ".TP",
    ".I /var/lib/qtalk\\-component/",
    "the database qtalk.db, its lock, the socket for commands, and copies made before migrations (qtalk.db.before\\-N)",
    ".TP",
    ".I /var/log/qtalk\\-component/",
    "for a log file; log.file names it, and by default there is none",
    ".TP",
    ".I /usr/share/qtalk\\-component/",
    "alert rules for Prometheus and a dashboard for Grafana (Debian package)",
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
  return (
    text
      .replaceAll("\\", "\\e")
      .replaceAll("-", "\\-")
      // groff reads only ASCII without a preprocessor.
      .replace(/[^\x00-\x7f]/gu, (character) => `\\[u${hexOf(character)}]`)
      .replace(/^([.'])/, "\\&$1")
  );
}

function hexOf(character: string): string {
  return (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
}

const entries = (codes: typeof ExitCode): [keyof typeof ExitCode, ExitCode][] =>
  Object.entries(codes) as [keyof typeof ExitCode, ExitCode][];
