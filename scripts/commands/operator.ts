/** `operator`: who may use the console where it asks for a token; changes count at once. */
import type { Command } from "commander";
import { hashOf, newSecret } from "../../component/hooks/secrets.js";
import { OperatorsStore, type StoredOperator } from "../../storage/operators-store.js";
import type { SectionName } from "../config/sections.js";
import { loadSections } from "../config/sources.js";
import { ExitCode, Failure } from "../failure.js";
import { say } from "../output.js";
import { ownUrl } from "../own-url.js";
import { table } from "../table.js";
import { timeText } from "../local-time.js";
import { configured, sourcesOf } from "./configured.js";
import { inNewStorage, inStorage } from "./in-storage.js";

type Options = Readonly<Record<string, unknown>> & { readonly days?: string };

const SECTIONS = ["storage", "http"] as const satisfies readonly SectionName[];
const DAY_MS = 24 * 3600_000;
const MOST_DAYS = 3650;

export function addOperator(program: Command): void {
  const operator = program
    .command("operator")
    .description("let people use the console where it asks for a token, also while the component runs");
  configured(operator.command("add"), SECTIONS)
    .description("make a token, and print it: it is shown this once")
    .argument("<name>", "what the log is to call them")
    .option("--days <days>", "how long it is good (default: until it is removed)")
    .action(add);
  configured(operator.command("list"), SECTIONS)
    .description("list operators: since when, until when, when they logged in last")
    .action(list);
  configured(operator.command("remove"), SECTIONS)
    .description("take somebody's token away, which ends what they have open")
    .argument("<name>", "the operator's")
    .action(remove);
}

async function add(name: string, options: Options): Promise<void> {
  if (!/^[\w.@-]{1,64}$/.test(name)) {
    throw new Failure(
      `${JSON.stringify(name)} is no name for an operator: letters, digits, "_", "-", "." and "@".`,
      ExitCode.usage,
    );
  }
  const { storage, http } = loadSections(sourcesOf(options), SECTIONS);
  const token = newSecret();
  const madeAt = Date.now();
  const expiresAt = options.days === undefined ? undefined : madeAt + daysOf(options.days) * DAY_MS;
  await inNewStorage(storage.path, (db) => {
    if (!new OperatorsStore(db).add({ name, token: hashOf(token), madeAt, expiresAt })) {
      throw new Failure(
        `There is an operator ${name} already: remove them, or choose another name.`,
        ExitCode.dataErr,
      );
    }
  });
  const until = expiresAt === undefined ? "" : ` until ${timeText(expiresAt)}`;
  process.stderr.write(
    `The token of ${name}, shown this once; it opens ${ownUrl(http.listen)}/console${until}:\n`,
  );
  say(token);
}

/** @throws Failure for what is no number of days */
function daysOf(text: string): number {
  const days = Number(text);
  if (days > 0 && days <= MOST_DAYS) return days;
  throw new Failure(`--days wants a number up to ${MOST_DAYS}.`, ExitCode.usage);
}

async function list(options: Options): Promise<void> {
  const { storage } = loadSections(sourcesOf(options), SECTIONS);
  await inStorage(storage.path, (db) => {
    const operators = new OperatorsStore(db).list();
    if (operators.length === 0) say("No operators.");
    else say(table(["name", "made", "good until", "last login"], operators.map(rowOf)));
  });
}

function rowOf({ name, madeAt, expiresAt, usedAt }: StoredOperator): string[] {
  const until = expiresAt === undefined ? "" : expiresAt > Date.now() ? timeText(expiresAt) : "expired";
  return [name, timeText(madeAt), until, usedAt === undefined ? "" : timeText(usedAt)];
}

async function remove(name: string, options: Options): Promise<void> {
  const { storage } = loadSections(sourcesOf(options), SECTIONS);
  await inStorage(storage.path, (db) => {
    if (!new OperatorsStore(db).remove(name)) {
      throw new Failure(`There is no operator ${name}: see operator list.`, ExitCode.dataErr);
    }
    say(`The operator ${name} is removed.`);
  });
}
