/** The command line. Each command has a file in commands/ and an entry here. */
import { fileURLToPath } from "node:url";
import { Command } from "commander";
import { ownProperty } from "../component/own-property.js";
import { description, version } from "../storage/version.js";

/** Adds a command. @param everything loads all commands, for commands that describe all commands */
type Add = (program: Command, everything: () => Promise<Command>) => unknown;

/** The commands by group, in the order of --help. Only the called command is loaded, which saves memory. */
const GROUPS: Readonly<Record<string, Readonly<Record<string, () => Promise<Add>>>>> = {
  "Setting up and running:": {
    quickstart: async () => (await import("./commands/quickstart.js")).addQuickstart,
    start: async () => (await import("./commands/start.js")).addStart,
    check: async () => (await import("./commands/check.js")).addCheck,
    doctor: async () => (await import("./commands/doctor.js")).addDoctor,
    health: async () => (await import("./commands/health.js")).addHealth,
    print: async () => (await import("./commands/print.js")).addPrint,
  },
  "Rooms and users:": { room: family("room"), user: family("user"), key: family("key") },
  "Programs, webhooks and bots:": {
    hook: family("hook"),
    alert: family("alert"),
    duty: family("duty"),
    bot: family("bot"),
    caller: family("caller"),
  },
  "Operators, and what they look after:": {
    outbox: family("outbox"),
    console: async () => (await import("./commands/console.js")).addConsole,
    operator: family("operator"),
    changes: family("changes"),
  },
  "Moving data:": {
    import: async () => (await import("./commands/import.js")).addImport,
    backup: async () => (await import("./commands/backup.js")).addBackup,
    restore: async () => (await import("./commands/restore.js")).addRestore,
  },
};

/** Returns a function that loads the commands of a family of operations. */
function family(name: string): () => Promise<Add> {
  return async () => {
    const [{ addFamily }, { ALL_FAMILIES }, { addUserImport }] = await Promise.all([
      import("./commands/operations.js"),
      import("../http/admin/run.js"),
      import("./commands/user-import.js"),
    ]);
    return async (program) => {
      const declared = ownProperty(ALL_FAMILIES, name);
      if (declared === undefined) throw new Error(`there is no family ${name}`);
      const command = await addFamily(program, name, declared, ["user import"]);
      if (name === "user") addUserImport(command);
    };
  };
}

const READ_ON = `
Commands work while the component is running and while it is stopped, unless their help says otherwise.
A running component serves the guide at the path /docs. The guide is also in the folder
${fileURLToPath(new URL("../../http/docs/guide", import.meta.url))}`;

/** Creates the command line. @param name the called command; absent or unknown: all commands are loaded */
export async function createProgram(name?: string): Promise<Command> {
  const program = new Command("qtalk-component")
    .description(description())
    .version(version())
    .showHelpAfterError("(run with --help for usage)")
    .addHelpText("after", READ_ON)
    .exitOverride();
  const all = Object.values(GROUPS);
  const isKnown = all.some((group) => name !== undefined && Object.hasOwn(group, name));
  for (const [title, group] of Object.entries(GROUPS)) {
    program.commandsGroup(title);
    for (const [each, load] of Object.entries(group))
      if (!isKnown || each === name) await (await load())(program, createProgram);
  }
  return program;
}
