/** The command line: one file a command, one line here. */
import { Command } from "commander";
import { addCheck } from "./commands/check.js";
import { addOutbox } from "./commands/outbox.js";
import { addStart } from "./commands/start.js";
import { version } from "./version.js";

const commands: readonly ((program: Command) => void)[] = [addStart, addCheck, addOutbox];

export function createProgram(): Command {
  const program = new Command("qtalk-component")
    .description("Keeps programs written for QTalk's HTTP interface working on any standard XMPP server")
    .version(version())
    .showHelpAfterError("(--help tells what there is)")
    .exitOverride();
  for (const add of commands) add(program);
  return program;
}
