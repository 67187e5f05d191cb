/** `outbox`: the queue, and the dead letters: stanzas that made the server close the stream. */
import type { Command } from "commander";
import type { Database } from "../../storage/database.js";
import { BotRoomsStore } from "../../storage/bot-rooms-store.js";
import { CallLog } from "../../storage/call-log.js";
import { DeadLetters, type DeadLetter } from "../../storage/dead-letters.js";
import { OutboxStore } from "../../storage/outbox-store.js";
import { loadSections } from "../config/sources.js";
import { dataFailure, usageFailure } from "../failure.js";
import { say } from "../output.js";
import { table } from "../table.js";
import { timeText } from "../local-time.js";
import { configured, sourcesOf } from "./configured.js";
import { counted } from "../../component/counted.js";
import { inStorage } from "./in-storage.js";
import { trace } from "./outbox-trace.js";

const SHOWN = 60;

type Options = Readonly<Record<string, unknown>> & { readonly all?: boolean };

export function addOutbox(program: Command): void {
  const outbox = program
    .command("outbox")
    .description(
      "show the queue of stanzas to send; retry or delete dead letters (stanzas that the server rejected)",
    );
  configured(outbox.command("list"), ["storage"])
    .description(
      "count waiting and parked stanzas, and list dead letters; parked stanzas wait for a permission of the server",
    )
    .action((options: Options) => inQueue(options, list));
  configured(outbox.command("trace"), ["storage"])
    .description(
      "show the history of a call's stanzas: accepted, acknowledged, sent again, bounced, parked, made a dead letter",
    )
    .argument("<request>", "the request id, from the response's X-Request-Id or the log")
    .action((request: string, options: Options) => inQueue(options, (db) => trace(db, request)));
  configured(outbox.command("retry"), ["storage"])
    .description("put one dead letter, or all with --all, back into the queue")
    .argument("[id]", "the id that outbox list shows")
    .option("--all", "all dead letters")
    .action((id: string | undefined, options: Options) =>
      act(id, options, "put back into the queue", (letters, each) => letters.retry(each)),
    );
  configured(outbox.command("drop"), ["storage"])
    .description("delete one dead letter, or all with --all")
    .argument("[id]", "the id that outbox list shows")
    .option("--all", "all dead letters")
    .action((id: string | undefined, options: Options) =>
      act(id, options, "deleted", (letters, each) => letters.drop(each)),
    );
}

function list(db: Database): void {
  const { waiting, parked, deadLetters } = new OutboxStore(db).states();
  const letters = new DeadLetters(db).list();
  const posts = new BotRoomsStore(db).postCount();
  const sizes = [waiting, parked].map(
    ({ stanzas, bytes }) => `${counted(stanzas, "stanza")} (${bytes} bytes)`,
  );
  say(`${sizes[0]} waiting, ${sizes[1]} parked, ${counted(deadLetters, "dead letter")}`);
  if (posts > 0)
    say(
      `${counted(posts, "message")} waiting for rooms of other group chat services: see qtalk-component bot list`,
    );
  if (letters.length === 0) return;
  const log = new CallLog(db, 0);
  const rowOf = ({ id, acceptedAt, diedAt, bytes, stanzas, ...letter }: DeadLetter): string[] => {
    const times = [timeText(acceptedAt), timeText(diedAt)];
    const size = `${bytes}${stanzas > 1 ? ` × ${stanzas}` : ""}`;
    const request = log.callOf(letter.rowId)?.request ?? "unknown";
    return [String(id), ...times, request, size, cut(letter.reason), cut(letter.stanza)];
  };
  say(table(["id", "accepted", "rejected", "request", "bytes", "reason", "stanza"], letters.map(rowOf)));
}

function act(
  id: string | undefined,
  options: Options,
  done: string,
  work: (letters: DeadLetters, id: number) => boolean,
): Promise<void> {
  const isOne = id !== undefined && /^\d+$/.test(id);
  if (isOne === (options.all === true)) {
    throw usageFailure("Pass the id of one dead letter, as outbox list shows it, or --all.");
  }
  return inQueue(options, (db) => {
    const letters = new DeadLetters(db);
    const ids = isOne ? [Number(id)] : letters.list().map((letter) => letter.id);
    const count = ids.filter((each) => work(letters, each)).length;
    if (isOne && count === 0) {
      throw dataFailure(`There is no dead letter ${id}: run "outbox list" for their ids.`);
    }
    say(`${counted(count, "stanza")} ${done}`);
  });
}

function inQueue<T>(options: Options, work: (db: Database) => T): Promise<T> {
  const { storage } = loadSections(sourcesOf(options), ["storage"]);
  return inStorage(storage.path, work);
}

function cut(text: string): string {
  const line = text.replace(/\s+/g, " ");
  return line.length > SHOWN ? `${line.slice(0, SHOWN)}…` : line;
}
