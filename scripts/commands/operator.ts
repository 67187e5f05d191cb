import type { Command } from "commander";
import { hashOf, newSecret } from "../../component/hooks/secrets.js";
import { OperatorsStore, type StoredOperator } from "../../storage/operators-store.js";
import type { SectionName } from "../config/sections.js";
import { dataFailure, usageFailure } from "../failure.js";
import { explain, say } from "../output.js";
import { ownUrl } from "../own-url.js";
import { sayTable } from "../table.js";
import { timeText } from "../local-time.js";
import { configOf, configured, type Flags } from "./configured.js";
import { inNewStorage, inStorage } from "./in-storage.js";
import { daysOf } from "./numbers.js";

type Options = Flags & { readonly days?: string };

const SECTIONS = ["storage", "http"] as const satisfies readonly SectionName[];
const DAY_MS = 24 * 3600_000;
const MAX_DAYS = 3650;

export function addOperator(program: Command): void {
  const operator = program
    .command("operator")
    .description("manage operators and the tokens with which they log in to the console");
  configured(operator.command("add"), SECTIONS)
    .description("add an operator and print their token; it is shown only once")
    .argument("<name>", "the operator's name in the log")
    .option("--days <days>", "days until the token expires (default: never)")
    .action(add);
  configured(operator.command("list"), SECTIONS)
    .description("list operators with the expiry of their tokens and their last login")
    .action(list);
  configured(operator.command("remove"), SECTIONS)
    .description("remove an operator, revoke their token and end their sessions")
    .argument("<name>", "the operator's name")
    .action(remove);
}

async function add(name: string, options: Options): Promise<void> {
  if (!/^[\w.@-]{1,64}$/.test(name)) {
    throw usageFailure(
      `${JSON.stringify(name)} is not a valid name: use up to 64 letters, digits, "_", "-", "." and "@".`,
    );
  }
  const { storage, http } = configOf(options, SECTIONS);
  const token = newSecret();
  const madeAt = Date.now();
  const expiresAt = options.days === undefined ? undefined : madeAt + daysOf(options.days, MAX_DAYS) * DAY_MS;
  await inNewStorage(storage.path, (db) => {
    if (!new OperatorsStore(db).add({ name, token: hashOf(token), madeAt, expiresAt })) {
      throw dataFailure(`The operator ${name} exists already: remove it first, or choose another name.`);
    }
  });
  const until = expiresAt === undefined ? "" : ` until ${timeText(expiresAt)}`;
  explain(`Token of ${name} for ${ownUrl(http.listen)}/console${until}; it is shown only once:`);
  say(token);
}

async function list(options: Options): Promise<void> {
  const { storage } = configOf(options, SECTIONS);
  await inStorage(storage.path, (db) => {
    const operators = new OperatorsStore(db).list();
    sayTable("No operators.", ["name", "added", "expires", "last login"], operators.map(rowOf));
  });
}

function rowOf({ name, madeAt, expiresAt, usedAt }: StoredOperator): string[] {
  const until = expiresAt === undefined ? "" : expiresAt > Date.now() ? timeText(expiresAt) : "expired";
  return [name, timeText(madeAt), until, usedAt === undefined ? "" : timeText(usedAt)];
}

async function remove(name: string, options: Options): Promise<void> {
  const { storage } = configOf(options, SECTIONS);
  await inStorage(storage.path, (db) => {
    if (!new OperatorsStore(db).remove(name)) {
      throw dataFailure(`There is no operator ${name}: run "operator list" for their names.`);
    }
    say(`Removed the operator ${name}.`);
  });
}
