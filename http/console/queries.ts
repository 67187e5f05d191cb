/** The queries of the console's API: lists, which are read page by page, and single rooms and people. */
import { z } from "zod";
import type { AdministrationContext } from "../../component/administration/context.js";
import { listDeadLetters } from "../../component/administration/dead-letters.js";
import { listHooks, listOutgoingHooks } from "../../component/administration/hooks.js";
import { listRooms } from "../../component/administration/list-rooms.js";
import { findPerson, listPeople } from "../../component/administration/people.js";
import { pageOfMembers, pageOfOccupants, showRoom } from "../../component/administration/show-room.js";
import type { HooksConfig } from "../../component/config.js";
import { Refusal } from "../../component/refusal.js";
import type { CallerConfig } from "../caller-config.js";
import { kindOf, type CallRecords } from "../call-records.js";
import type { Use } from "./page/types.js";
import {
  ANYBODY,
  callerOf,
  hookOf,
  letterOf,
  memberOf,
  occupantOf,
  outgoingHookOf,
  personOf,
  roomOf,
} from "./shapes.js";

export interface Sources {
  readonly administration: AdministrationContext;
  readonly records: CallRecords;
  readonly callers: readonly CallerConfig[];
  readonly hooks: Pick<HooksConfig, "rate" | "body_bytes">;
}

export interface Query {
  /** The path below /console/api/, with at most one parameter, such as ":room". */
  readonly path: string;
  /** The schema of the URL's query. */
  readonly parameters: z.ZodType;
  /** @param named the value of the path's parameter; "" without one */
  run(sources: Sources, parameters: unknown, named: string): Result | Promise<Result>;
}

type Result = object | Refusal;

function query<S extends z.ZodType>(
  path: string,
  parameters: S,
  run: (sources: Sources, parameters: z.output<S>, named: string) => Result | Promise<Result>,
): Query {
  return { path, parameters, run: (sources, parsed, named) => run(sources, parsed as z.output<S>, named) };
}

const MOST = 200;
const limit = z.coerce.number().int().min(1).max(MOST).default(50);
const key = z.string().max(3071).default("");
const search = z.string().max(200).default("");
const nothing = z.strictObject({});
const page = z.strictObject({ after: key, limit });
const searched = z.strictObject({ after: key, limit, search });
const letters = z.strictObject({
  after: z
    .string()
    .regex(/^\d{0,15}$/, "expected a number")
    .default(""),
  limit,
});
const members = z.strictObject({
  after: key,
  limit,
  affiliation: z.enum(["owner", "admin", "member", "outcast"]),
});

export const QUERIES: readonly Query[] = [
  query("dead-letters", letters, ({ administration }, wanted) => {
    const { entries, next } = listDeadLetters(administration, wanted);
    const { count } = administration.records.deadLetters;
    return { letters: entries.map(letterOf), next: next ?? null, count };
  }),
  query("callers", nothing, ({ callers, records }) => {
    const open = callers.length === 0;
    const rows = open ? [ANYBODY] : callers.map(callerOf);
    const shown = rows.map((row) => ({ ...row, use: useOf(records, "caller", row.name) }));
    return { since: records.since, open, callers: shown };
  }),
  query("hooks", page, ({ administration, records, hooks }, wanted) => {
    const { entries, next } = listHooks(administration, wanted);
    const rows = entries.map((hook) => ({ ...hookOf(hook), use: useOf(records, "hook", hook.name) }));
    const { rate, body_bytes: bodyBytes } = hooks;
    const count = administration.records.hooks.count();
    return { since: records.since, rate, bodyBytes, hooks: rows, next: next ?? null, count };
  }),
  query("outgoing-hooks", nothing, ({ administration }) => ({
    hooks: listOutgoingHooks(administration).map(outgoingHookOf),
    next: null,
  })),
  query("refused", nothing, ({ records }) => ({
    calls: records.refused.map((call) => ({
      ...call,
      caller: call.caller ?? null,
      kind: kindOf(call.errcode),
    })),
  })),
  query("rooms", searched, async ({ administration }, { search: text, after, limit }) => {
    const { entries, next = null } = await listRooms(administration, { text, listed: false, after, limit });
    return { rooms: entries, next };
  }),
  query("rooms/:room", nothing, ({ administration }, _query, room) => {
    const shown = showRoom(administration, room);
    return shown instanceof Refusal ? shown : roomOf(shown);
  }),
  query("rooms/:room/occupants", page, ({ administration }, wanted, room) => {
    const inside = pageOfOccupants(administration, room, wanted);
    if (inside instanceof Refusal) return inside;
    return { occupants: inside.entries.map(occupantOf), next: inside.next ?? null };
  }),
  query("rooms/:room/affiliations", members, ({ administration }, wanted, room) => {
    const listed = pageOfMembers(administration, room, wanted);
    if (listed instanceof Refusal) return listed;
    return { users: listed.entries.map(memberOf), next: listed.next ?? null };
  }),
  query("people", searched, async ({ administration }, { search: text, after, limit: most }) => {
    const { entries, next } = await listPeople(administration, { text, after, limit: most });
    const people = entries.map(({ local, host, name, department, employed }) => ({
      user: `${local}@${host}`,
      ...{ name, department, isEmployed: employed },
    }));
    return { people, next: next ?? null };
  }),
  query("people/:user", nothing, ({ administration }, _query, user) => {
    const known = findPerson(administration, user);
    return known instanceof Refusal ? known : personOf(known);
  }),
];

function useOf(records: CallRecords, kind: "caller" | "hook", name: string): Use {
  const { calls, refused, lastAt } = records.useOf(kind, name);
  return { calls, refused, lastAt: lastAt ?? null };
}
