/** What the console asks, and how it is told: lists a page at a time, and what is known of one room or person. */
import { z } from "zod";
import type { AdministrationContext } from "../../component/administration/context.js";
import { listDeadLetters, type ShownLetter } from "../../component/administration/dead-letters.js";
import { listHooks, listOutgoingHooks, type ShownHook } from "../../component/administration/hooks.js";
import { listRooms } from "../../component/administration/list-rooms.js";
import { findPerson, listPeople } from "../../component/administration/people.js";
import { pageOfMembers, pageOfOccupants, showRoom } from "../../component/administration/show-room.js";
import type { HooksConfig } from "../../component/config.js";
import { cut } from "../../component/muc/wire/text.js";
import { Refusal } from "../../component/refusal.js";
import type { CallerConfig } from "../caller-config.js";
import { kindOf, type CallRecords } from "../call-records.js";
import { memberOf, occupantOf, outgoingHookOf, personOf, roomOf } from "./shapes.js";

/** What questions are answered from. */
export interface Sources {
  readonly administration: AdministrationContext;
  readonly records: CallRecords;
  readonly callers: readonly CallerConfig[];
  readonly hooks: Pick<HooksConfig, "rate" | "body_bytes">;
}

/** Its answer is JSON. */
export interface Question {
  /** Below /console/api/; a part that begins with ":" is what is asked about. */
  readonly path: string;
  /** Reads the query, and answers. */
  readonly query: z.ZodType;
  answer(sources: Sources, query: unknown, about: string): Answer | Promise<Answer>;
}

type Answer = object | Refusal;

function question<S extends z.ZodType>(
  path: string,
  query: S,
  answer: (sources: Sources, query: z.output<S>, about: string) => Answer | Promise<Answer>,
): Question {
  return { path, query, answer: (sources, read, about) => answer(sources, read as z.output<S>, about) };
}

const MOST = 200;
/** The most characters of a stanza that is shown. */
const MOST_STANZA = 4_000;

const limit = z.coerce.number().int().min(1).max(MOST).default(50);
const key = z.string().max(3071).default("");
const search = z.string().max(200).default("");
const nothing = z.strictObject({});
const page = z.strictObject({ after: key, limit });
const found = z.strictObject({ after: key, limit, search });
const letters = z.strictObject({
  after: z
    .string()
    .regex(/^\d{0,15}$/, "wants a number")
    .default(""),
  limit,
});
const members = z.strictObject({
  after: key,
  limit,
  affiliation: z.enum(["owner", "admin", "member", "outcast"]),
});

export const QUESTIONS: readonly Question[] = [
  question("dead-letters", letters, ({ administration }, wanted) => {
    const { entries, next } = listDeadLetters(administration, wanted);
    const { count } = administration.records.deadLetters;
    return { letters: entries.map(letterOf), next: next ?? null, count };
  }),
  question("callers", nothing, ({ callers, records }) => {
    const open = callers.length === 0;
    const rows = open ? [ANYBODY] : callers.map(callerOf);
    const shown = rows.map((row) => ({ ...row, use: useOf(records, "caller", row.name) }));
    return { since: records.since, open, callers: shown };
  }),
  question("hooks", page, ({ administration, records, hooks }, wanted) => {
    const { entries, next } = listHooks(administration, wanted);
    const rows = entries.map((hook) => ({ ...hookOf(hook), use: useOf(records, "hook", hook.name) }));
    const { rate, body_bytes: bodyBytes } = hooks;
    const count = administration.records.hooks.count();
    return { since: records.since, rate, bodyBytes, hooks: rows, next: next ?? null, count };
  }),
  question("outgoing-hooks", nothing, ({ administration }) => ({
    hooks: listOutgoingHooks(administration).map(outgoingHookOf),
    next: null,
  })),
  question("refused", nothing, ({ records }) => ({
    calls: records.refused.map((call) => ({
      ...call,
      caller: call.caller ?? null,
      kind: kindOf(call.errcode),
    })),
  })),
  question("rooms", found, async ({ administration }, { search: text, after, limit: most }) => {
    const { rooms, more } = await listRooms(administration, { text, listed: false, after, limit: most });
    return { rooms, next: more ? (rooms.at(-1)?.name ?? null) : null };
  }),
  question("rooms/:room", nothing, ({ administration }, _query, room) => {
    const shown = showRoom(administration, room);
    return shown instanceof Refusal ? shown : roomOf(shown);
  }),
  question("rooms/:room/occupants", page, ({ administration }, wanted, room) => {
    const inside = pageOfOccupants(administration, room, wanted);
    if (inside instanceof Refusal) return inside;
    return { occupants: inside.entries.map(occupantOf), next: inside.next ?? null };
  }),
  question("rooms/:room/affiliations", members, ({ administration }, wanted, room) => {
    const listed = pageOfMembers(administration, room, wanted);
    if (listed instanceof Refusal) return listed;
    return { users: listed.entries.map(memberOf), next: listed.next ?? null };
  }),
  question("people", found, async ({ administration }, { search: text, after, limit: most }) => {
    const { entries, next } = await listPeople(administration, { text, after, limit: most });
    const people = entries.map(({ local, host, name, department, employed }) => ({
      user: `${local}@${host}`,
      ...{ name, department, isEmployed: employed },
    }));
    return { people, next: next ?? null };
  }),
  question("people/:user", nothing, ({ administration }, _query, user) => {
    const known = findPerson(administration, user);
    return known instanceof Refusal ? known : personOf(known);
  }),
];

function letterOf({ id, acceptedAt, diedAt, reason, request, stanza, bytes }: ShownLetter): object {
  const shown = cut(stanza, MOST_STANZA);
  return {
    ...{ id, acceptedAt, diedAt, reason, bytes },
    request: request ?? null,
    stanza: shown,
    isCut: shown.length < stanza.length,
  };
}

interface CallerShape extends Pick<CallerConfig, "name" | "senders" | "rooms" | "everyone"> {
  readonly addresses: readonly string[] | null;
  /** Whether it has one. */
  readonly token: boolean;
  readonly endpoints: readonly string[] | null;
  readonly rate: number | null;
}

/** Whoever calls while nobody is configured. */
const ANYBODY: CallerShape = {
  name: "anybody",
  addresses: null,
  token: false,
  endpoints: null,
  senders: ["*"],
  rooms: ["*"],
  everyone: false,
  rate: null,
};

function callerOf(caller: CallerConfig): CallerShape {
  const { name, addresses, token_sha256: hash, endpoints, senders, rooms, everyone, rate } = caller;
  return {
    name,
    addresses: addresses?.map(([address, bits]) => `${address.toString()}/${bits}`) ?? null,
    token: hash !== undefined,
    endpoints: endpoints ?? null,
    ...{ senders, rooms, everyone },
    rate: rate ?? null,
  };
}

function hookOf(hook: ShownHook): object {
  const { name, receiver, speaker, title, format, signatureKey, corrects, template, limits, madeAt } = hook;
  return {
    ...{ name, receiver, speaks: speaker, format, corrects, madeAt },
    title: title ?? null,
    trouble: hook.trouble ?? null,
    rate: limits.rate ?? null,
    bodyBytes: limits.bodyBytes ?? null,
    isSigned: signatureKey !== undefined,
    hasTemplate: template !== undefined,
  };
}

function useOf(records: CallRecords, kind: "caller" | "hook", name: string): object {
  const { calls, refused, lastAt } = records.useOf(kind, name);
  return { calls, refused, lastAt: lastAt ?? null };
}
