/** `print unit|man|completion`: what a system wants of a program, for its installer to put in place. */
import { Argument, type Command } from "commander";
import { completion, SHELLS, type Shell } from "../packaging/completion.js";
import { manual } from "../packaging/manual.js";
import { unit } from "../packaging/unit.js";
import { version } from "../version.js";

/** @param everything the whole command line, with every command loaded */
export function addPrint(program: Command, everything: () => Promise<Command>): void {
  const print = program
    .command("print")
    .description("print what the system wants of a program, for it to keep");
  print
    .command("unit")
    .description("a systemd unit for this installation")
    .action(() => {
      process.stdout.write(unit(`${process.execPath} ${process.argv[1] ?? ""}`));
    });
  print
    .command("man")
    .description("the manual page; read it with: qtalk-component print man | man -l -")
    .action(async () => {
      process.stdout.write(manual(await everything(), version()));
    });
  print
    .command("completion")
    .description("a completion script")
    .addArgument(new Argument("<shell>", "the shell").choices([...SHELLS]))
    .action(async (shell: Shell) => {
      process.stdout.write(completion(await everything(), shell));
    });
}
