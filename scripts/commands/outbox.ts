/** `outbox`: the queue, and the dead letters, which are stanzas that made the server close the stream. */
import type { Command } from "commander";
import type { Database } from "../../storage/database.js";
import { HookMessages, type RemoteMessage } from "../../storage/hook-messages.js";
import { BotRoomsStore } from "../../storage/bot-rooms-store.js";
import { CallLog, type CallStory } from "../../storage/call-log.js";
import { DeadLetters, type DeadLetter } from "../../storage/dead-letters.js";
import { OutboxStore } from "../../storage/outbox-store.js";
import { dataFailure, usageFailure } from "../failure.js";
import { say } from "../output.js";
import { excerpt, table } from "../table.js";
import { exactTimeText, timeText } from "../local-time.js";
import { counted } from "../../component/wording.js";
import { configOf, configured, type Flags } from "./configured.js";
import { inStorage } from "./in-storage.js";

type Options = Flags & { readonly all?: boolean };

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
    return [String(id), ...times, request, size, excerpt(letter.reason), excerpt(letter.stanza)];
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
  const { storage } = configOf(options, ["storage"]);
  return inStorage(storage.path, work);
}

/** Prints the history of a request. @throws Failure if no request with this id is recorded */
function trace(db: Database, request: string): void {
  const stories = new CallLog(db, 0).find(request).map(linesOf);
  stories.push(...new HookMessages(db).remoteOf(request).map(remoteLinesOf));
  if (stories.length === 0) {
    throw dataFailure(
      `No call with the request id ${request} is recorded: it was refused, it only read something (see the log), ` +
        "or it is older than outbox.trace keeps.",
    );
  }
  say(stories.map((lines) => lines.join("\n")).join("\n\n"));
}

const HANDLED = { dropped: "deleted: it will not be sent", retried: "put back into the queue" } as const;

/** The text in place of an event's time if a line shows the present state. It is padded to a time's width. */
const NOW = "now".padEnd(31);

interface Event {
  readonly at: number;
  readonly text: string;
}

function linesOf(story: CallStory): string[] {
  const { acceptedAt, caller, stanzas, rows, waiting, parked, deadLetters, handledLetters } = story;
  const what =
    rows === undefined ? "nothing to send, or a duplicate of an accepted call" : counted(stanzas, "stanza");
  const rest = deadLetters.length + handledLetters.length === 0 ? "" : ", except the dead letters";
  const events: Event[] = [
    { at: acceptedAt, text: `accepted from ${caller}: ${what}` },
    ...story.ackedAt.map((at) => ({ at, text: `acknowledged by the server${rest}` })),
    ...story.rewrites.map(({ at, reason }) => ({ at, text: `to be sent again: ${reason}` })),
    ...[...deadLetters, ...handledLetters].map(({ id, diedAt, reason }) => ({
      at: diedAt,
      text: `dead letter ${id}: ${reason}`,
    })),
    ...handledLetters.map(({ id, handledAt, how }) => ({
      at: handledAt,
      text: `dead letter ${id} ${HANDLED[how]}`,
    })),
    ...story.bounces.map(({ at, condition, receiver, count }) => ({
      at,
      text: `bounced: ${condition} from ${receiver}${count > 1 ? ` and ${count - 1} more` : ""}`,
    })),
  ];
  const lines = events.sort((a, b) => a.at - b.at).map(eventLine);
  if (waiting > 0) lines.push(`${NOW}${counted(waiting, "stanza")} waiting to be acknowledged`);
  if (parked > 0) lines.push(`${NOW}${counted(parked, "stanza")} parked: see /readyz for the reason`);
  return lines;
}

/** Returns the history of a webhook's post to a room of another service, one line for each event. */
function remoteLinesOf(message: RemoteMessage): string[] {
  const { name, receiver, acceptedAt, sentAt, doneAt, outcome, condition, trouble } = message;
  const lines = [
    eventLine({ at: acceptedAt, text: `accepted from hook ${name}: 1 message for ${receiver}` }),
  ];
  if (sentAt !== undefined) lines.push(eventLine({ at: sentAt, text: "sent to the room" }));
  const result =
    outcome === "refused" ? `refused by the room: ${condition ?? ""}` : "confirmed: the room reflected it";
  if (doneAt === undefined)
    lines.push(`${NOW}waiting for the room${trouble === undefined ? "" : `: ${trouble}`}`);
  else lines.push(eventLine({ at: doneAt, text: result }));
  return lines;
}

function eventLine({ at, text }: Event): string {
  return `${exactTimeText(at)}  ${text}`;
}
