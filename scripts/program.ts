/** The command line: one file a command, one line here. */
import { fileURLToPath } from "node:url";
import { Command } from "commander";
import { version } from "./version.js";

/** Adds a command; one that tells of all commands loads them by itself. */
type Add = (program: Command, everything: () => Promise<Command>) => void;

/** In the order of --help. Only the one that is called is loaded: the component shouldn't carry what it never uses. */
const commands: Readonly<Record<string, () => Promise<Add>>> = {
  quickstart: async () => (await import("./commands/quickstart.js")).addQuickstart,
  start: async () => (await import("./commands/start.js")).addStart,
  check: async () => (await import("./commands/check.js")).addCheck,
  doctor: async () => (await import("./commands/doctor.js")).addDoctor,
  user: async () => (await import("./commands/user.js")).addUser,
  room: async () => (await import("./commands/room.js")).addRoom,
  key: async () => (await import("./commands/key.js")).addKey,
  import: async () => (await import("./commands/import.js")).addImport,
  caller: async () => (await import("./commands/caller.js")).addCaller,
  bot: async () => (await import("./commands/bot.js")).addBot,
  hook: async () => (await import("./commands/hook.js")).addHook,
  operator: async () => (await import("./commands/operator.js")).addOperator,
  backup: async () => (await import("./commands/backup.js")).addBackup,
  restore: async () => (await import("./commands/restore.js")).addRestore,
  outbox: async () => (await import("./commands/outbox.js")).addOutbox,
  print: async () => (await import("./commands/print.js")).addPrint,
};

const READ_ON = `
The guide is at /docs of a running component, and beside the program in
${fileURLToPath(new URL("../../http/docs/guide", import.meta.url))}`;

/** @param name the command that is called, as far as one is known */
export async function createProgram(name?: string): Promise<Command> {
  const program = new Command("qtalk-component")
    .description("Keeps programs written for QTalk's HTTP interface working on any standard XMPP server")
    .version(version())
    .showHelpAfterError("(--help tells what there is)")
    .addHelpText("after", READ_ON)
    .exitOverride();
  const called = name !== undefined && Object.hasOwn(commands, name) ? commands[name] : undefined;
  for (const load of called === undefined ? Object.values(commands) : [called])
    (await load())(program, createProgram);
  return program;
}
