/** `outbox`: what waits to be sent, and the stanzas that were set aside because the server closed the stream over them. */
import type { Command } from "commander";
import type { Database } from "../../storage/database.js";
import { DeadLetters, type DeadLetter } from "../../storage/dead-letters.js";
import { OutboxStore } from "../../storage/outbox-store.js";
import { loadSections } from "../config/sources.js";
import { ExitCode, Failure } from "../failure.js";
import { say } from "../output.js";
import { table } from "../table.js";
import { configured, sourcesOf } from "./configured.js";
import { inStorage, timeText } from "./in-storage.js";

const SHOWN = 60;

type Options = Readonly<Record<string, unknown>> & { readonly all?: boolean };

export function addOutbox(program: Command): void {
  const outbox = program
    .command("outbox")
    .description("look after what waits to be sent, also while the component runs");
  configured(outbox.command("list"), ["storage"])
    .description("show how much waits, and the stanzas that were set aside")
    .action((options: Options) => inQueue(options, list));
  configured(outbox.command("retry"), ["storage"])
    .description("put stanzas that were set aside back into the queue")
    .argument("[id]", "the stanza's id, as list shows it")
    .option("--all", "all of them")
    .action((id: string | undefined, options: Options) =>
      act(id, options, "put back into the queue", (letters, each) => letters.retry(each)),
    );
  configured(outbox.command("drop"), ["storage"])
    .description("delete stanzas that were set aside, for good")
    .argument("[id]", "the stanza's id, as list shows it")
    .option("--all", "all of them")
    .action((id: string | undefined, options: Options) =>
      act(id, options, "deleted", (letters, each) => letters.drop(each)),
    );
}

function list(db: Database): void {
  const { stanzas, bytes } = new OutboxStore(db).backlog();
  const letters = new DeadLetters(db).list();
  say(`${counted(stanzas)} (${bytes} bytes) waiting, ${letters.length} set aside`);
  if (letters.length > 0) say(table(["id", "accepted", "set aside", "why", "stanza"], letters.map(rowOf)));
}

function rowOf({ id, acceptedAt, diedAt, reason, stanza }: DeadLetter): string[] {
  return [String(id), timeText(acceptedAt), timeText(diedAt), cut(reason), cut(stanza)];
}

function act(
  id: string | undefined,
  options: Options,
  done: string,
  work: (letters: DeadLetters, id: number) => boolean,
): Promise<void> {
  const isOne = id !== undefined && /^\d+$/.test(id);
  if (isOne === (options.all === true)) {
    throw new Failure("Name the id of one stanza, as outbox list shows it, or --all.", ExitCode.usage);
  }
  return inQueue(options, (db) => {
    const letters = new DeadLetters(db);
    const ids = isOne ? [Number(id)] : letters.list().map((letter) => letter.id);
    const count = ids.filter((each) => work(letters, each)).length;
    if (isOne && count === 0) {
      throw new Failure(`No stanza with the id ${id} is set aside: see outbox list.`, ExitCode.dataErr);
    }
    say(`${counted(count)} ${done}`);
  });
}

function inQueue<T>(options: Options, work: (db: Database) => T): Promise<T> {
  const { storage } = loadSections(sourcesOf(options), ["storage"]);
  return inStorage(storage.path, work);
}

function counted(count: number): string {
  return `${count} ${count === 1 ? "stanza" : "stanzas"}`;
}

function cut(text: string): string {
  const line = text.replace(/\s+/g, " ");
  return line.length > SHOWN ? `${line.slice(0, SHOWN)}…` : line;
}
