import { CallLog, type CallStory } from "../../storage/call-log.js";
import { HookMessages, type RemoteMessage } from "../../storage/hook-messages.js";
import type { Database } from "../../storage/database.js";
import { dataFailure } from "../failure.js";
import { say } from "../output.js";
import { exactTimeText } from "../local-time.js";
import { counted } from "../../component/counted.js";

/** Prints the history of a request. @throws Failure if no request with this id is recorded */
export function trace(db: Database, request: string): void {
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

const GONE = { dropped: "deleted: it will not be sent", retried: "put back into the queue" } as const;

/** Replaces the time of an event for the present state, padded to the same width. */
const NOW = "now".padEnd(31);

interface Event {
  readonly at: number;
  readonly text: string;
}

function linesOf(story: CallStory): string[] {
  const {
    acceptedAt,
    caller,
    stanzas,
    rows,
    waiting,
    parked,
    deadLetters,
    handledLetters: goneLetters,
  } = story;
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
    ...goneLetters.map(({ id, handledAt: goneAt, how }) => ({
      at: goneAt,
      text: `dead letter ${id} ${GONE[how]}`,
    })),
    ...story.bounces.map(({ at, condition, receiver, count }) => ({
      at,
      text: `bounced: ${condition} from ${receiver}${count > 1 ? ` and ${count - 1} more` : ""}`,
    })),
  ];
  const lines = events.sort((a, b) => a.at - b.at).map(eventLine);
  if (waiting > 0) lines.push(`${NOW}${counted(waiting, "stanza")} waiting to be acknowledged`);
  if (parked > 0) lines.push(`${NOW}${counted(parked, "stanza")} parked: /readyz says why`);
  return lines;
}

/** Returns the history of a webhook's post to a room of another service, one line for each event. */
function remoteLinesOf(message: RemoteMessage): string[] {
  const { name, receiver, acceptedAt, sentAt, doneAt, bounce, isWaiting, reason } = message;
  const lines = [
    eventLine({ at: acceptedAt, text: `accepted from hook ${name}: 1 message for ${receiver}` }),
  ];
  if (sentAt !== undefined) lines.push(eventLine({ at: sentAt, text: "sent to the room" }));
  const result = bounce === undefined ? "confirmed: the room reflected it" : `refused by the room: ${bounce}`;
  if (doneAt !== undefined) lines.push(eventLine({ at: doneAt, text: result }));
  if (isWaiting) lines.push(`${NOW}waiting for the room${reason === undefined ? "" : `: ${reason}`}`);
  return lines;
}

function eventLine({ at, text }: Event): string {
  return `${exactTimeText(at)}  ${text}`;
}
