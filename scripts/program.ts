/** The command line. Each command has a file in commands/ and an entry here. */
import { fileURLToPath } from "node:url";
import { Command } from "commander";
import { version } from "../storage/version.js";
import { ownProperty } from "../component/own-property.js";

/** Adds a command. @param everything loads all commands, for commands that describe all commands */
type Add = (program: Command, everything: () => Promise<Command>) => void;

/** The commands, in the order of --help. Only the called command is loaded, which saves memory. */
const commands: Readonly<Record<string, () => Promise<Add>>> = {
  quickstart: async () => (await import("./commands/quickstart.js")).addQuickstart,
  start: async () => (await import("./commands/start.js")).addStart,
  check: async () => (await import("./commands/check.js")).addCheck,
  doctor: async () => (await import("./commands/doctor.js")).addDoctor,
  health: async () => (await import("./commands/health.js")).addHealth,
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
You can run commands while the component is running, unless their help says otherwise.
A running component serves the guide at the path /docs. The guide is also in the folder
${fileURLToPath(new URL("../../http/docs/guide", import.meta.url))}`;

/** Creates the command line. @param name the called command; absent or unknown: all commands are loaded */
export async function createProgram(name?: string): Promise<Command> {
  const program = new Command("qtalk-component")
    .description(
      "XMPP component that offers QTalk's HTTP interface on any standard XMPP server, so that programs written for QTalk keep working",
    )
    .version(version())
    .showHelpAfterError("(run with --help for usage)")
    .addHelpText("after", READ_ON)
    .exitOverride();
  const called = name === undefined ? undefined : ownProperty(commands, name);
  for (const load of called === undefined ? Object.values(commands) : [called])
    (await load())(program, createProgram);
  return program;
}
