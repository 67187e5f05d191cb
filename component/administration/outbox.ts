/** The queue of stanzas to send, the history of calls, and dead letters: stanzas that can't be sent. */
import { z } from "zod";
import type { CallStory } from "../../storage/call-log.js";
import type { RemoteMessage } from "../../storage/hook-messages.js";
import { cut } from "../muc/wire/text.js";
import { Errcode, Refusal } from "../refusal.js";
import { counted } from "../wording.js";
import type { Context } from "./context.js";
import { DONE, MESSAGE, NEXT, PAGE, time, word } from "./fields.js";
import { operation } from "./operation.js";

const RETRY_PARKED =
  ". Parked stanzas wait for a permission of the server: after changing its configuration, run systemctl reload " +
  "qtalk-component to try again at once";
/** The maximum length of a stanza in results, in characters. */
const MOST_STANZA = 4_000;

const letter = z.strictObject({
  id: word(z.int(), "id", "编号"),
  accepted: time("accepted", "接受时间"),
  rejected: time("rejected", "被拒时间"),
  request: word(z.string().optional(), "request", "请求"),
  bytes: word(z.int(), "bytes", "字节数"),
  stanzas: word(z.int(), "stanzas", "消息数"),
  reason: word(z.string(), "reason", "原因"),
  stanza: word(z.string(), "stanza", "消息", { long: true }),
});

const list = operation({
  name: "outbox list",
  summary: {
    en: "count waiting and parked stanzas, and list dead letters; parked stanzas wait for a permission of the server",
    zh: "统计等待和搁置的消息，并列出死信；搁置的消息等待服务器的许可",
  },
  example: "",
  arguments: z.strictObject(PAGE),
  result: z.strictObject({
    message: MESSAGE,
    waiting: word(z.int(), "waiting stanzas", "等待的消息"),
    waiting_bytes: word(z.int(), "waiting bytes", "等待的字节数"),
    parked: word(z.int(), "parked stanzas", "搁置的消息"),
    parked_bytes: word(z.int(), "parked bytes", "搁置的字节数"),
    posts: word(z.int(), "messages for rooms of other services", "发往其他服务的群的消息"),
    dead: word(z.int(), "number of dead letters", "死信数"),
    letters: word(z.array(letter), "dead letters", "死信", {
      none: { en: "No dead letters.", zh: "没有死信。" },
    }),
    next: NEXT,
  }),
  effect: "read",
  needs: "database",
  run({ records, commit }, { limit, after }) {
    commit.flush();
    const { outbox, deadLetters, calls, botRooms } = records;
    const { waiting, parked, deadLetters: dead } = outbox.states();
    const posts = botRooms.postCount();
    const letters = deadLetters.listAfter(/^\d{1,15}$/.test(after) ? Number(after) : 0, limit + 1);
    const shown = letters.slice(0, limit);
    const [wait, park] = [waiting, parked].map(
      ({ stanzas, bytes }) => `${counted(stanzas, "stanza")} (${bytes} bytes)`,
    );
    const more = posts > 0 ? `; ${counted(posts, "message")} for rooms of other services: see bot list` : "";
    return {
      message: `${wait ?? ""} waiting, ${park ?? ""} parked, ${counted(dead, "dead letter")}${more}${parked.stanzas > 0 ? RETRY_PARKED : ""}`,
      ...{ waiting: waiting.stanzas, waiting_bytes: waiting.bytes },
      ...{ parked: parked.stanzas, parked_bytes: parked.bytes, posts, dead },
      letters: shown.map(({ id, acceptedAt, diedAt, rowId, bytes, stanzas, reason, stanza }) => ({
        ...{ id, accepted: acceptedAt, rejected: diedAt, request: calls.callOf(rowId)?.request },
        ...{ bytes, stanzas, reason, stanza: cut(stanza, MOST_STANZA) },
      })),
      next: letters.length > limit ? String(shown.at(-1)?.id) : undefined,
    };
  },
});

const trace = operation({
  name: "outbox trace",
  summary: {
    en: "show the history of a call's stanzas: accepted, acknowledged, sent again, bounced, parked, made a dead letter",
    zh: "显示一次调用的消息经历：接受、确认、重发、退回、搁置、成为死信",
  },
  example: "0e7ed04a-6bd7-4a05-8bd0-8fbd4a3cc7ea",
  positional: ["request"],
  arguments: z.strictObject({
    request: word(
      z.string(),
      "request id, from the response's X-Request-Id or the log",
      "请求 id，见响应的 X-Request-Id 或日志",
    ),
  }),
  result: z.strictObject({
    events: word(
      z.array(
        z.strictObject({
          at: time("time", "时间").meta({ description: "time", zh: "时间", time: "exact" }).optional(),
          event: word(z.string(), "event", "事件"),
        }),
      ),
      "events; without time: the present state",
      "事件；没有时间的是当前状态",
    ),
  }),
  effect: "read",
  needs: "database",
  run({ records, commit }, { request }) {
    commit.flush();
    const events = [
      ...records.calls.find(request).flatMap(eventsOf),
      ...records.hookMessages.remoteOf(request).flatMap(remoteEventsOf),
    ];
    if (events.length > 0) return { events };
    return new Refusal(
      Errcode.notFound,
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
  const { acceptedAt, caller, stanzas, rows, waiting, parked, deadLetters, handledLetters } = story;
  const what =
    rows === undefined ? "nothing to send, or a duplicate of an accepted call" : counted(stanzas, "stanza");
  const rest = deadLetters.length + handledLetters.length === 0 ? "" : ", except the dead letters";
  const events = [
    { at: acceptedAt, event: `accepted from ${caller}: ${what}` },
    ...story.ackedAt.map((at) => ({ at, event: `acknowledged by the server${rest}` })),
    ...story.rewrites.map(({ at, reason }) => ({ at, event: `to be sent again: ${reason}` })),
    ...[...deadLetters, ...handledLetters].map(({ id, diedAt, reason }) => ({
      at: diedAt,
      event: `dead letter ${id}: ${reason}`,
    })),
    ...handledLetters.map(({ id, handledAt, how }) => ({
      at: handledAt,
      event: `dead letter ${id} ${HANDLED[how]}`,
    })),
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

const LETTERS = z.strictObject({
  ids: word(
    z.array(z.int().min(1)).max(1000).default([]),
    "ids of dead letters, as outbox list shows them",
    "死信的编号，见 outbox list",
  ),
  all: word(z.boolean().default(false), "all dead letters", "所有死信"),
});

const retry = operation({
  name: "outbox retry",
  summary: { en: "put dead letters back into the queue", zh: "把死信放回队列" },
  example: "--all",
  positional: ["ids"],
  arguments: LETTERS,
  result: DONE,
  effect: "change",
  needs: "database",
  run: (context, given) =>
    withEach(context, given, (id) => context.records.deadLetters.retry(id), "put back into the queue"),
});

const drop = operation({
  name: "outbox drop",
  summary: { en: "delete dead letters permanently", zh: "永久删除死信" },
  example: "17",
  positional: ["ids"],
  arguments: LETTERS,
  result: DONE,
  effect: "destroy",
  needs: "database",
  run: (context, given) => withEach(context, given, (id) => context.records.deadLetters.drop(id), "deleted"),
});

function withEach(
  context: Context,
  { ids, all }: z.output<typeof LETTERS>,
  work: (id: number) => boolean,
  done: string,
) {
  if (all === ids.length > 0)
    return new Refusal(
      Errcode.request,
      "ids: pass the ids of dead letters, as outbox list shows them, or all",
    );
  return context.change(() => {
    const chosen = all ? context.records.deadLetters.list().map(({ id }) => id) : ids;
    const worked = chosen.filter((id) => work(id));
    if (worked.length === 0 && !all)
      return new Refusal(Errcode.notFound, "ids: there are no dead letters with these ids");
    const were = counted(worked.length, "dead letter was", "dead letters were");
    return { message: `${were} ${done}.` };
  });
}

export const OUTBOX = [list, trace, retry, drop];
