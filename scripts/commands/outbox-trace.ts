/** `outbox trace`: the events of a call, by the id of its request. */
import { CallLog, type CallStory } from "../../storage/call-log.js";
import type { Database } from "../../storage/database.js";
import { ExitCode, Failure } from "../failure.js";
import { say } from "../output.js";
import { exactTimeText } from "../local-time.js";
import { counted } from "../../component/counted.js";

/** @throws Failure if no call of this request is recorded */
export function trace(db: Database, request: string): void {
  const stories = new CallLog(db, 0).find(request);
  if (stories.length === 0) {
    throw new Failure(
      `No call with the request id ${request} is recorded: it was refused, it only read something (see the log), ` +
        "or it is older than outbox.trace keeps.",
      ExitCode.dataErr,
    );
  }
  say(stories.map((story) => linesOf(story).join("\n")).join("\n\n"));
}

const GONE = { dropped: "deleted: it will not be sent", retried: "put back into the queue" } as const;

interface Event {
  readonly at: number;
  readonly text: string;
}

function linesOf(story: CallStory): string[] {
  const { acceptedAt, caller, stanzas, rows, waiting, parked, deadLetters, goneLetters } = story;
  const what =
    rows === undefined ? "nothing to send, or a duplicate of an accepted call" : counted(stanzas, "stanza");
  const rest = deadLetters.length + goneLetters.length === 0 ? "" : ", except the dead letters";
  const events: Event[] = [
    { at: acceptedAt, text: `accepted from ${caller}: ${what}` },
    ...story.ackedAt.map((at) => ({ at, text: `acknowledged by the server${rest}` })),
    ...story.rewrites.map(({ at, reason }) => ({ at, text: `to be sent again: ${reason}` })),
    ...[...deadLetters, ...goneLetters].map(({ id, diedAt, reason }) => ({
      at: diedAt,
      text: `dead letter ${id}: ${reason}`,
    })),
    ...goneLetters.map(({ id, goneAt, how }) => ({ at: goneAt, text: `dead letter ${id} ${GONE[how]}` })),
    ...story.bounces.map(({ at, condition, receiver, count }) => ({
      at,
      text: `bounced: ${condition} from ${receiver}${count > 1 ? ` and ${count - 1} more` : ""}`,
    })),
  ];
  const lines = events.sort((a, b) => a.at - b.at).map(({ at, text }) => `${exactTimeText(at)}  ${text}`);
  const now = "now".padEnd(31);
  if (waiting > 0) lines.push(`${now}${counted(waiting, "stanza")} waiting to be acknowledged`);
  if (parked > 0) lines.push(`${now}${counted(parked, "stanza")} parked: /readyz says why`);
  return lines;
}
