/** The commands that run operations. Their arguments, options and help are made from the operations' declarations. */
import { createInterface } from "node:readline/promises";
import { Argument, Option, type Command } from "commander";
import type { Family } from "../../component/administration/operation-families.js";
import { argumentsOf, fieldExampleOf, type Field } from "../../component/administration/fields.js";
import type { Operation } from "../../component/administration/operation.js";
import { namedOptions } from "../../component/administration/room-make.js";
import { roomsConfig } from "../../component/config.js";
import { optionsOfEntered } from "../../component/muc/options/room-options.js";
import { ownProperty } from "../../component/own-property.js";
import { ExitCode, Failure, usageFailure } from "../failure.js";
import { readInput } from "../inherited-files.js";
import { say } from "../output.js";
import { operate } from "../operator.js";
import { table } from "../table.js";
import { configured, OPTION_VALUES, type Flags } from "./configured.js";
import { present } from "./presenter.js";

/** Adds a family of commands. @param skipped the names of operations that have commands of their own */
export async function addFamily(
  program: Command,
  name: string,
  { summary, load }: Family,
  skipped: readonly string[] = [],
): Promise<Command> {
  const family = program.command(name).description(summary.en);
  for (const operation of await load())
    if (!skipped.includes(operation.name)) addOperation(family, operation);
  return family;
}

function addOperation(family: Command, operation: Operation): void {
  const { name, summary, needs, effect } = operation;
  const verb = name.slice(name.indexOf(" ") + 1);
  const command = family.command(verb, { isDefault: family.name() === "changes" }).description(summary.en);
  const fields = argumentsOf(operation);
  const placed = fields.filter((field) => field.placed !== undefined);
  const files = fields.filter(({ file }) => file !== undefined).map((field) => field.name);
  if (needs !== "nothing")
    configured(command, undefined, (options) => ({
      reads: files
        .map((file) => ownProperty(options, file) as string | undefined)
        .filter((path) => path !== "default"),
    }));
  for (const [index, field] of placed.entries())
    command.addArgument(
      argumentOf(
        field,
        placed.slice(0, index).every(({ isRequired }) => isRequired),
      ),
    );
  for (const field of fields) if (!placed.includes(field)) command.addOption(optionOf(field));
  if (effect === "destroy") command.option("--yes", "don't ask for confirmation");
  command.option("--json", "print the result as JSON");
  if (needs === "component") command.addHelpText("after", "\nThe component must be running.");
  command.addHelpText("after", `\nExample:\n  qtalk-component ${fieldExampleOf(operation)}`);
  if (placed.some(({ kind }) => kind === "record")) command.addHelpText("after", optionsHelp);
  command.action(async (...parsed: readonly unknown[]) => {
    const flags = parsed[placed.length] as Flags;
    const values = parsed.slice(0, placed.length);
    // With --all, the object is left out: room announce --all TEXT.
    if (flags.all === true && values.length > 1 && values.at(-1) === undefined) values.unshift(undefined);
    const named = placed.map((field, index) => [field.name, values[index]] as const);
    const given = parsedArguments(fields, { ...flags, ...Object.fromEntries(named) });
    if (effect === "destroy" && flags.yes !== true) await confirm(operation, parsed[0]);
    const result = await operate(operation, given, flags);
    if (flags.json === true) say(JSON.stringify(result, null, 2));
    else present(operation, result);
  });
}

/** @param mayRequire whether all earlier arguments are required */
export function argumentOf({ name, label, kind, isRequired, choices }: Field, mayRequire: boolean): Argument {
  const isMany = kind === "list" || kind === "record";
  const text = `${kind === "record" ? "name=value" : dashed(name)}${isMany ? "..." : ""}`;
  const argument = new Argument(isRequired && mayRequire ? `<${text}>` : `[${text}]`, label.en);
  return choices === undefined ? argument : argument.choices(choices);
}

/** Returns the option for an argument. Options for lists are repeatable, and most take several values, separated by commas. */
export function optionOf(field: Field): Option {
  const { name, label, kind, choices, isRequired, of } = field;
  const isSwitch = isSwitchFor(field);
  const value = valueNameOf(field) ?? (kind === "number" ? "number" : "text");
  const description = [
    field.file === undefined ? label.en : `file with the ${label.en}`,
    ...(choices?.some((choice) => !label.en.includes(choice)) === true ? [`: ${choices.join(", ")}`] : []),
    ...(kind === "list"
      ? [isSeparated(field) ? "; repeatable, or separated by commas" : "; repeatable"]
      : []),
    ...(isRequired ? [" (required)"] : []),
    ...(field.default === undefined || isSwitch || field.default === ""
      ? []
      : [` (default: ${JSON.stringify(field.default)})`]),
  ].join("");
  const option = new Option(`--${flagOf(field)}${isSwitch ? "" : ` <${value}>`}`, description);
  if (kind === "list")
    option.argParser((text: string, before: string[] | undefined) => [
      ...(before ?? []),
      ...(isSeparated(field) ? text.split(",").map((each) => each.trim()) : [text]),
    ]);
  // The operation checks the value.
  if (choices !== undefined) OPTION_VALUES.set(option, choices);
  if (isRequired) option.makeOptionMandatory();
  if (of !== undefined) option.helpGroup(`Options of ${of} hooks:`);
  return option.attributeName() === name ? option : Object.assign(option, { attributeName: () => name });
}

/** Whether an option's value is several values of a list, separated by commas. */
export function isSeparated({ kind, placed, commas }: Field): boolean {
  return kind === "list" && placed === undefined && commas !== true;
}

/** Returns an argument's option. A secret is never given itself, because other users see the process list. */
export function flagOf({ name, secret, file }: Field): string {
  return `${dashed(name)}${secret && file ? "-file" : ""}`;
}

/** Returns what stands for the value of an argument's option in helps; undefined if it is any text or number, or none. */
export function valueNameOf(field: Field): "file" | "yes|no" | undefined {
  if (field.file !== undefined) return "file";
  return field.kind === "boolean" && !isSwitchFor(field) ? "yes|no" : undefined;
}

/** Returns whether an argument's option has no value. */
function isSwitchFor({ kind, default: preset }: Field): boolean {
  return kind === "boolean" && preset !== undefined;
}

function dashed(name: string): string {
  return name.replaceAll("_", "-");
}

/** Converts the command line's texts to the operation's arguments. The operation checks them. */
function parsedArguments(fields: readonly Field[], flags: Readonly<Record<string, unknown>>): object {
  const entries = fields.flatMap((field): [string, unknown][] => {
    const value = ownProperty(flags, field.name);
    return value === undefined ? [] : [[field.name, valueOf(field, value)]];
  });
  return Object.fromEntries(entries);
}

function valueOf({ kind, file, items, name }: Field, value: unknown): unknown {
  if (kind === "record") return recordOf(value as readonly string[]);
  if (Array.isArray(value)) return items === undefined && name === "ids" ? value.map(numberOf) : value;
  const text = String(value);
  if (file !== undefined && text !== "default") return fileOf(text, file);
  if (kind === "number") return numberOf(text);
  if (kind !== "boolean" || typeof value === "boolean") return value;
  return text === "yes" ? true : text === "no" ? false : text;
}

function numberOf(text: string): number | string {
  return text.trim() === "" || Number.isNaN(Number(text)) ? text : Number(text);
}

/** Reads a file that the command line names. @throws Failure if the file can't be read */
function fileOf(path: string, kind: "text" | "base64"): string {
  try {
    return readInput(path).toString(kind === "text" ? "utf8" : "base64");
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Failure(`${path} can't be read: ${reason}`, ExitCode.noInput, { cause: error });
  }
}

/** Parses options of a room. @throws Failure unless each is NAME=VALUE */
function recordOf(texts: readonly string[]): Readonly<Record<string, readonly string[]>> {
  const record = new Map<string, readonly string[]>();
  for (const text of texts) {
    const [, name, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
    if (name === undefined || value === undefined)
      throw usageFailure(
        `${JSON.stringify(text)} is not an option: use NAME=VALUE, such as members_only=no.`,
      );
    record.set(name, [...(record.get(name) ?? []), value]);
  }
  return Object.fromEntries(record);
}

/** Returns the help's table of room options with their values. */
function optionsHelp(): string {
  const config = roomsConfig.parse({});
  const rows = namedOptions(config).map(({ word, field }) => {
    if (field === undefined) return [word, "id@host", `Replaces all ${word}`];
    const { type, label = "", choices = [] } = field.show(optionsOfEntered(config));
    // The choices of a number are only suggestions. What two texts are refused with says what is wanted.
    const values = choices.map(({ value }) => value).filter((value) => !/^\d+$/.test(value));
    const wanted = field.apply(optionsOfEntered(config), ["?", "?"]);
    const other = typeof wanted === "string" ? wanted : "text";
    return [word, type === "boolean" ? "yes|no" : values.join("|") || other, label];
  });
  return `\nOptions of rooms (the names of the room's form are accepted, too; repeat an option for a list):\n${table(["option", "values", "meaning"], rows)}`;
}

/**
 * Asks on the terminal whether to destroy something.
 * @throws Failure if the answer isn't yes, or if standard input isn't a terminal
 */
async function confirm({ name, summary }: Operation, object: unknown): Promise<void> {
  const what = `${[name, ...[object].flat().filter((each) => typeof each === "string")].join(" ")}: ${summary.en}.`;
  if (!process.stdin.isTTY) throw usageFailure(`${what} Pass --yes to confirm.`);
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question(`${what} Continue? [y/N] `);
  terminal.close();
  if (!/^y(?:es)?$/i.test(answer.trim())) throw usageFailure("Nothing was changed.");
}
