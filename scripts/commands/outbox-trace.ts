/** `outbox trace`: the story of a call, from its request's id to what became of its stanzas. */
import { CallLog, type CallStory } from "../../storage/call-log.js";
import type { Database } from "../../storage/database.js";
import { ExitCode, Failure } from "../failure.js";
import { say } from "../output.js";
import { exactTimeText } from "../local-time.js";
import { counted } from "./counted.js";

/** @throws Failure where nothing is known of such a request */
export function trace(db: Database, request: string): void {
  const stories = new CallLog(db, 0).find(request);
  if (stories.length === 0) {
    throw new Failure(
      `No call of the request ${request} is remembered: it was refused, asked for something only (the log says so), ` +
        "or was longer ago than outbox.trace reaches back.",
      ExitCode.dataErr,
    );
  }
  say(stories.map((story) => linesOf(story).join("\n")).join("\n\n"));
}

const GONE = { dropped: "was deleted: it is never sent", retried: "was put back into the queue" } as const;

interface Event {
  readonly at: number;
  readonly text: string;
}

function linesOf(story: CallStory): string[] {
  const { acceptedAt, caller, stanzas, rows, waiting, deadLetters, goneLetters } = story;
  const what =
    rows === undefined ? "nothing to send, or a repeat of what was accepted before" : counted(stanzas);
  const events: Event[] = [
    { at: acceptedAt, text: `accepted from ${caller}: ${what}` },
    ...story.rewrites.map(({ at, reason }) => ({ at, text: `to be written once more: ${reason}` })),
    ...[...deadLetters, ...goneLetters].map(({ id, diedAt, reason }) => ({
      at: diedAt,
      text: `set aside as ${id}: ${reason}`,
    })),
    ...goneLetters.map(({ id, goneAt, how }) => ({
      at: goneAt,
      text: `${id}, set aside before, ${GONE[how]}`,
    })),
    ...story.bounces.map(({ at, condition, receiver, count }) => ({
      at,
      text: `came back: ${condition} from ${receiver}${count > 1 ? `, and ${count - 1} more` : ""}`,
    })),
  ];
  const rest = deadLetters.length + goneLetters.length === 0 ? "" : ", but for what was set aside";
  const confirmed = `confirmed: the server has routed it${rest}`;
  // What waits by itself, as it may close the stream, is overtaken by what comes later.
  const until = waiting > 0 ? (story.rewrites.at(-1)?.at ?? acceptedAt) : Infinity;
  events.push(...story.confirmedAt.filter((at) => at < until).map((at) => ({ at, text: confirmed })));
  const lines = events.sort((a, b) => a.at - b.at).map(({ at, text }) => `${exactTimeText(at)}  ${text}`);
  if (waiting > 0) lines.push(`${"now".padEnd(31)}${counted(waiting)} of it still to be confirmed`);
  return lines;
}
