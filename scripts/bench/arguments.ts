/** Reads the command line of `npm run bench`. */
import { Command, CommanderError, InvalidArgumentError } from "commander";
import type { Benchmark } from "./benchmark.js";
import type { Extent } from "./extent.js";
import { ExitCode, Failure } from "../failure.js";

export interface Arguments {
  readonly chosen: readonly Benchmark[];
  readonly extent: Extent;
  /** Whether the table goes into the guide, too. */
  readonly docs: boolean;
  /** The commit to compare with. */
  readonly compare?: string;
}

const ROUNDS = 5;
const SECONDS = 2;

/**
 * @param known all benchmarks there are
 * @throws CommanderError where the parser has told everything already; Failure for an unknown name
 */
export function readArguments(args: readonly string[], known: readonly Benchmark[]): Arguments {
  const wide = Math.max(...known.map(({ name }) => name.length));
  const list = (some: readonly Benchmark[]): string =>
    some.map(({ name, about }) => `\n  ${name.padEnd(wide)}  ${about}`).join("");
  const aside = known.filter(({ isAside }) => isAside);
  const asideHelp =
    aside.length > 0
      ? `\n\nOnly where it is named, as it has a table of its own and compares with nobody:${list(aside)}`
      : "";
  const command = new Command("npm run bench --")
    .description(
      "Compares with others in the same run, on servers of its own on loopback, and prints one table.",
    )
    .argument("[names...]", "the benchmarks to run; by default the whole set")
    .option("--rounds <n>", "how often each contestant has its turn; medians are shown", atLeastOne, ROUNDS)
    .option("--seconds <n>", "how long a turn lasts, where time bounds it", atLeastOne, SECONDS)
    .option("--quick", "everything small: shows whether it runs; its figures mean nothing")
    .option("--compare <commit>", "runs each with another commit's component as well, built aside, in turn")
    .option("--docs", "write the table into the guide, too")
    .addHelpText("after", `\nThe whole set:${list(wholeSet(known))}${asideHelp}`)
    .showHelpAfterError("(--help tells what there is)")
    .exitOverride();
  command.parse(args, { from: "user" });
  const options = command.opts<{
    rounds: number;
    seconds: number;
    quick?: true;
    docs?: true;
    compare?: string;
  }>();
  const quick = options.quick === true;
  if (quick && options.docs === true)
    throw new Failure("--docs wants figures that mean something: leave --quick out.", ExitCode.usage);
  if (options.compare !== undefined && options.docs === true)
    throw new Failure("--docs writes how this commit does: leave --compare out.", ExitCode.usage);
  if (command.args.length > 0 && options.docs === true)
    throw new Failure("--docs writes the whole table: name no benchmarks.", ExitCode.usage);
  const given = (name: string): boolean => command.getOptionValueSource(name) === "cli";
  return {
    chosen: choose(command.args, known),
    extent: {
      rounds: quick && !given("rounds") ? 1 : options.rounds,
      seconds: quick && !given("seconds") ? 1 : options.seconds,
      quick,
    },
    docs: options.docs === true,
    ...(options.compare !== undefined && { compare: options.compare }),
  };
}

function wholeSet(known: readonly Benchmark[]): readonly Benchmark[] {
  return known.filter(({ isAside }) => isAside !== true);
}

/** In the order of the table, each once. */
function choose(names: readonly string[], known: readonly Benchmark[]): readonly Benchmark[] {
  const unknown = names.find((name) => !known.some((benchmark) => benchmark.name === name));
  if (unknown !== undefined) {
    const all = known.map(({ name }) => name).join(", ");
    throw new Failure(`There is no benchmark ${JSON.stringify(unknown)}; there are ${all}.`, ExitCode.usage);
  }
  return names.length === 0 ? wholeSet(known) : known.filter(({ name }) => names.includes(name));
}

function atLeastOne(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError("Expected a whole number from 1 on.");
  return Number(text);
}

/** Whether the parser ended because it had said all, as --help does; undefined where this is no error of its. */
export function endedWell(error: unknown): boolean | undefined {
  return error instanceof CommanderError ? error.exitCode === 0 : undefined;
}
