/** The queue of stanzas to send, the history of calls, and dead letters: stanzas that can't be sent. */
import { z } from "zod";
import type { CallLogStore, CallStory } from "../../storage/call-log.js";
import type { DeadLetter } from "../../storage/dead-letters.js";
import type { RemoteMessage } from "../../storage/hook-messages.js";
import { NO_LETTER } from "../../storage/snapshot.js";
import { refuse } from "../refusal.js";
import { counted } from "../wording.js";
import { OUTBOX_LETTERS } from "./dead-letters.js";
import { MESSAGE, NEXT, PAGE, reading, rows, time, word, numberIn } from "./operation.js";

const RETRY_PARKED =
  ". Parked stanzas wait for a permission of the server: after changing its configuration, run systemctl reload " +
  "qtalk-component to try again at once";
/** How many bytes of stanzas a page has at most, unless its first stanza is larger. */
const PAGE_BYTES = 1024 * 1024;

const LETTER = {
  id: word(z.int(), "id", "编号"),
  accepted: time("accepted", "接受时间"),
  rejected: time("rejected", "被拒时间"),
  request: word(z.string().optional(), "request", "请求"),
  bytes: word(z.int(), "bytes", "字节数"),
  stanzas: word(z.int(), "stanzas", "stanza 数"),
  reason: word(z.string(), "reason", "原因"),
  stanza: word(z.string(), "stanza", "stanza", { long: true }),
};

const list = reading({
  name: "outbox list",
  // It shows messages.
  right: "all",
  en: "count waiting and parked stanzas, and list dead letters; parked stanzas wait for a permission of the server",
  zh: "统计等待和搁置的 stanza，并列出死信；搁置的 stanza 等待服务器的许可",
  arguments: PAGE,
  result: {
    message: MESSAGE,
    waiting: word(z.int(), "waiting stanzas", "等待的 stanza"),
    waiting_bytes: word(z.int(), "waiting bytes", "等待的字节数"),
    parked: word(z.int(), "parked stanzas", "搁置的 stanza"),
    parked_bytes: word(z.int(), "parked bytes", "搁置的字节数"),
    posts: word(z.int(), "messages for rooms of other services", "发往其他群聊服务上的群的消息"),
    dead: word(z.int(), "number of dead letters", "死信数"),
    letters: rows(["dead letters", "死信"], ["No dead letters.", "没有死信。"], LETTER),
    next: NEXT,
  },
  run({ records, commit, running }, { limit, after }) {
    commit.flush();
    const { outbox, deadLetters, calls, botRooms } = records;
    const { waiting, parked } = running?.outbox.states ?? outbox.states();
    const dead = deadLetters.count;
    const posts = botRooms.postCount();
    const entries = deadLetters.page(numberIn(after), limit, PAGE_BYTES);
    const last = entries.at(-1)?.id;
    const next = last !== undefined && deadLetters.hasAfter(last) ? String(last) : undefined;
    const [wait, park] = [waiting, parked].map(
      ({ stanzas, bytes }) => `${counted(stanzas, "stanza")} (${bytes} bytes)`,
    );
    const more = posts > 0 ? `; ${counted(posts, "message")} for rooms of other services: see bot list` : "";
    return {
      message: `${wait ?? ""} waiting, ${park ?? ""} parked, ${counted(dead, "dead letter")}${more}${parked.stanzas > 0 ? RETRY_PARKED : ""}`,
      waiting: waiting.stanzas,
      waiting_bytes: waiting.bytes,
      parked: parked.stanzas,
      parked_bytes: parked.bytes,
      posts,
      dead,
      letters: entries.map((letter) => shown(calls, letter)),
      next,
    };
  },
});

const show = reading({
  name: "outbox show",
  // It shows a message.
  right: "all",
  en: "show a dead letter with its whole stanza",
  zh: "显示一封死信及其完整的 stanza",
  arguments: {
    id: word(z.int().min(1), "id of a dead letter, see the list", "死信的编号，见列表", { placed: "17" }),
  },
  result: LETTER,
  run({ records: { deadLetters, calls } }, { id }) {
    const letter = deadLetters.find(id);
    return letter === undefined
      ? refuse.notFound(`id: there is no dead letter ${id}: see outbox list`)
      : shown(calls, letter);
  },
});

function shown(calls: Pick<CallLogStore, "callOf">, letter: DeadLetter) {
  const { id, acceptedAt, diedAt, rowId, bytes, stanzas, reason, stanza } = letter;
  const request = calls.callOf(rowId)?.request;
  return { id, accepted: acceptedAt, rejected: diedAt, request, bytes, stanzas, reason, stanza };
}

const trace = reading({
  name: "outbox trace",
  en: "show the history of a call's stanzas: accepted, acknowledged, sent again, bounced, parked, made a dead letter",
  zh: "显示一次调用的 stanza 的经过：接受、确认、重发、退回、搁置、成为死信",
  arguments: {
    request: word(
      z.string(),
      "request id, from the response's X-Request-Id or the log",
      "请求 id，见响应的 X-Request-Id 或日志",
      { placed: "0e7ed04a-6bd7-4a05-8bd0-8fbd4a3cc7ea" },
    ),
  },
  result: {
    events: rows(["events (no time: the present state)", "事件；没有时间的是当前状态"], ["", ""], {
      at: time("time", "时间", "exact").optional(),
      event: word(z.string(), "event", "事件"),
    }),
  },
  run({ records, commit }, { request }) {
    commit.flush();
    const events = [
      ...records.calls.find(request).flatMap(eventsOf),
      ...records.hookMessages.remoteOf(request).flatMap(remoteEventsOf),
    ];
    if (events.length > 0) return { events };
    return refuse.notFound(
      `request: no call with the request id ${request} is recorded: it was refused, it only read something (see the log), ` +
        "or it is older than outbox.trace keeps",
    );
  },
});

interface Event {
  /** Undefined: the present state. */
  readonly at?: number | undefined;
  readonly event: string;
}

const HANDLED = { dropped: "deleted: it will not be sent", retried: "put back into the queue" } as const;

function eventsOf(story: CallStory): Event[] {
  const { acceptedAt, caller, stanzas, rows, waiting, parked, deadLetters } = story;
  const dropped = story.handledLetters.find(({ id }) => id === NO_LETTER);
  const handledLetters = story.handledLetters.filter(({ id }) => id !== NO_LETTER);
  // What was dropped seems acknowledged when later rows are.
  const ackedAt = story.ackedAt.filter((at) => dropped === undefined || at < dropped.handledAt);
  const what =
    rows === undefined ? "nothing to send, or a duplicate of an accepted call" : counted(stanzas, "stanza");
  const rest = deadLetters.length + handledLetters.length === 0 ? "" : ", except the dead letters";
  const events = [
    { at: acceptedAt, event: `accepted from ${caller}: ${what}` },
    ...ackedAt.map((at) => ({ at, event: `acknowledged by the server${rest}` })),
    ...story.rewrites.map(({ at, reason }) => ({ at, event: `to be sent again: ${reason}` })),
    ...[...deadLetters, ...handledLetters].map(({ id, diedAt, reason }) => ({
      at: diedAt,
      event: `dead letter ${id}: ${reason}`,
    })),
    ...handledLetters.map(({ id, handledAt, how }) => ({
      at: handledAt,
      event: `dead letter ${id} ${HANDLED[how]}`,
    })),
    ...(dropped === undefined ? [] : [{ at: dropped.handledAt, event: dropped.reason }]),
    ...story.bounces.map(({ at, condition, receiver, count }) => ({
      at,
      event: `bounced: ${condition} from ${receiver}${count > 1 ? ` and ${count - 1} more` : ""}`,
    })),
  ].sort((a, b) => a.at - b.at);
  return [
    ...events,
    ...(waiting > 0 ? [{ event: `${counted(waiting, "stanza")} waiting to be acknowledged` }] : []),
    ...(parked > 0 ? [{ event: `${counted(parked, "stanza")} parked: see /readyz for the reason` }] : []),
  ];
}

/** Returns the history of a webhook's post to a room of another service. */
function remoteEventsOf(message: RemoteMessage): Event[] {
  const { name, receiver, acceptedAt, sentAt, doneAt, outcome, condition, trouble } = message;
  const result =
    outcome === "refused" ? `refused by the room: ${condition ?? ""}` : "confirmed: the room reflected it";
  const waits = `waiting for the room${trouble === undefined ? "" : `: ${trouble}`}`;
  return [
    { at: acceptedAt, event: `accepted from hook ${name}: 1 message for ${receiver}` },
    ...(sentAt === undefined ? [] : [{ at: sentAt, event: "sent to the room" }]),
    doneAt === undefined ? { event: waits } : { at: doneAt, event: result },
  ];
}

export const OUTBOX_OPERATIONS = [list, show, trace, ...OUTBOX_LETTERS];
