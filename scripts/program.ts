/** The command line: one file a command, one line here. */
import { Command } from "commander";
import { addCheck } from "./commands/check.js";
import { addKey } from "./commands/key.js";
import { addOutbox } from "./commands/outbox.js";
import { addStart } from "./commands/start.js";
import { addUser } from "./commands/user.js";
import { version } from "./version.js";

const commands: readonly ((program: Command) => void)[] = [addStart, addCheck, addUser, addKey, addOutbox];

export function createProgram(): Command {
  const program = new Command("qtalk-component")
    .description("Keeps programs written for QTalk's HTTP interface working on any standard XMPP server")
    .version(version())
    .showHelpAfterError("(--help tells what there is)")
    .exitOverride();
  for (const add of commands) add(program);
  return program;
}
