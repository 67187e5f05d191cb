import { Argument, type Command } from "commander";
import { completion, SHELLS, type Shell } from "../packaging/completion.js";
import { manual } from "../packaging/manual.js";
import { socketUnit, unit } from "../packaging/unit.js";
import { version } from "../../storage/version.js";

/** @param everything loads all commands, which the manual page and the completion describe */
export function addPrint(program: Command, everything: () => Promise<Command>): void {
  const print = program
    .command("print")
    .description("print a systemd unit, the manual page or a shell completion script");
  print
    .command("unit")
    .description("print a systemd unit for this installation")
    .action(() => {
      process.stdout.write(unit(`${process.execPath} ${process.argv[1] ?? ""}`));
    });
  print
    .command("socket")
    .description("print a systemd socket unit, with which calls wait while the component restarts")
    .action(() => {
      process.stdout.write(socketUnit());
    });
  print
    .command("man")
    .description("print the manual page; view it with: qtalk-component print man | man -l -")
    .action(async () => {
      process.stdout.write(manual(await everything(), version()));
    });
  print
    .command("completion")
    .description("print a completion script")
    .addArgument(new Argument("<shell>", "the shell").choices([...SHELLS]))
    .action(async (shell: Shell) => {
      process.stdout.write(completion(await everything(), shell));
    });
}
