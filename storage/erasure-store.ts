/** Finds what the tables keep about one account, and blanks or deletes it. No index leads there: tables are read in steps. */
import { endingSql } from "./accepted-work.js";
import { SAID_NOWHERE } from "./alerts-store.js";
import type { Steps } from "./rooms-archive-reads.js";
import { Store } from "./sql.js";

/** The value of a table's key, by which it is read in order. */
export type Key = string | number;

/** What stands in place of an erased address. */
export const ERASED = "erased";

/** Rows that tell of an account. A row without a room has lost it: the room is being deleted. */
export interface Trace {
  readonly at: Key;
  /** The name of the room. */
  readonly name: string | undefined;
  /** What the caller must look at to know whether the row is about the account. */
  readonly text: string | undefined;
}

interface Source {
  readonly table: string;
  /** The column by which the table is read. */
  readonly key: string;
  /** SQL for the properties of a Trace. */
  readonly name?: string;
  readonly text?: string;
  /** SQL that is true for rows about @jid; @child is the address with "/". */
  readonly where: string;
  /** SQL that blanks or deletes the rows with the key @at; undefined: the caller does it. */
  readonly blank?: string;
}

const ROOM_NAME = "(SELECT name FROM rooms WHERE id = room)";
const isOf = (column: string): string =>
  `(${column} = @jid OR substr(${column}, 1, length(@child)) = @child)`;
const IN_RECIPIENTS =
  "instr(char(10) || ifnull(recipients, '') || char(10), char(10) || @jid || char(10)) > 0";
const IN_EVENT = "(reply_to = @jid OR instr(body, @jid) > 0)";

/** Stanzas that the server hasn't acknowledged. */
const UNACKED = "acked_at IS NULL AND (parked = 1 OR row_id >= (SELECT acked FROM outbox_progress))";
/** What was accepted before the erasure was requested: only this is erased. @param column in milliseconds */
const acceptedBefore = (column: string): string => `${column} * 1000 <= @before`;

const NOT_THEIRS = "alert NOT IN (SELECT id FROM alerts WHERE receiver = @jid)";

/** The hook of a row doesn't write to the person any more; the report names those that do. */
const HAS_MOVED = "hook NOT IN (SELECT id FROM hooks WHERE receiver = @jid)";

const SOURCES = {
  messages: { table: "archive", key: "id", name: ROOM_NAME, where: "sender = @jid AND id <= @before" },
  sessions: { table: "occupants", key: "room", name: ROOM_NAME, where: isOf("jid") },
  subjects: {
    ...{ table: "rooms", key: "id", name: "name" },
    // The room's key, from which occupant-ids are derived, and the occupant-id of the author.
    text: "hex(secret) || ' ' || (subject ->> '$.id')",
    where: "subject ->> '$.id' IS NOT NULL",
  },
  invitations: {
    ...{ table: "invitations", key: "room", where: "(invited = @jid OR inviter = @jid)" },
    blank: "DELETE FROM invitations WHERE room = @at AND (invited = @jid OR inviter = @jid)",
  },
  subscriptions: {
    ...{ table: "activity_subscriptions", key: "jid", where: isOf("jid") },
    blank: "DELETE FROM activity_subscriptions WHERE jid = @at",
  },
  tombstones: {
    table: "room_tombstones",
    key: "name",
    where: "EXISTS (SELECT 1 FROM json_each(owners) WHERE value = @jid)",
    blank: `UPDATE room_tombstones SET owners =
      (SELECT json_group_array(value) FROM json_each(owners) WHERE value <> @jid) WHERE name = @at`,
  },
  bounces: {
    ...{ table: "bounces", key: "call", where: isOf("receiver") },
    blank: `UPDATE bounces SET receiver = '${ERASED}' WHERE call = @at AND ${isOf("receiver")}`,
  },
  letters: { table: "dead_letters", key: "id", where: `sender = @jid AND ${acceptedBefore("accepted_at")}` },
  lettersForThem: {
    ...{ table: "dead_letters", key: "id" },
    where: `sender <> @jid AND (${isOf("ifnull(receiver, '')")} OR ${IN_RECIPIENTS})`,
  },
  deadEvents: {
    table: "hook_events",
    key: "row_id",
    text: "coalesce(reply_to, '') || char(10) || body",
    where: `died_at IS NOT NULL AND ${IN_EVENT} AND ${acceptedBefore("happened_at")}`,
    blank: endingSql("person erased", "WHERE row_id = @at"),
  },
  waitingEvents: {
    table: "hook_events",
    key: "row_id",
    text: "coalesce(reply_to, '') || char(10) || body",
    where: `died_at IS NULL AND ${IN_EVENT} AND ${acceptedBefore("happened_at")}`,
  },
  waiting: {
    table: "outbox",
    key: "row_id",
    where: `(sender = @jid OR ${isOf("ifnull(receiver, '')")} OR ${IN_RECIPIENTS}) AND ${UNACKED}
      AND ${acceptedBefore("accepted_at")}`,
  },
  hookResults: {
    ...{ table: "hook_messages", key: "rowid" },
    where: `receiver = @jid AND ${acceptedBefore("accepted_at")} AND (outcome IS NOT NULL OR NOT EXISTS
      (SELECT 1 FROM outbox WHERE row_id = hook_messages.call AND ${UNACKED}))`,
    blank: `UPDATE hook_messages SET receiver = '${ERASED}', reason = replace(reason, @jid, '${ERASED}')
      WHERE rowid = @at`,
  },
  // Who took or muted an alert; the caller ends that.
  alerts: { table: "alerts", key: "id", where: "instr(status, @jid) > 0" },
  // Alerts that were said to the person by hooks that post elsewhere now.
  alertsSaid: {
    ...{ table: "alerts", key: "id", where: `receiver = @jid AND ${HAS_MOVED}` },
    blank: `UPDATE alerts SET receiver = (SELECT hooks.receiver FROM hooks WHERE hooks.id = alerts.hook),
      message = '${SAID_NOWHERE}' WHERE id = @at`,
  },
  // As those, and what programs said to the person by a key.
  keyedMessages: {
    ...{ table: "keyed_messages", key: "hook", where: `receiver = @jid AND ${HAS_MOVED}` },
    blank: "DELETE FROM keyed_messages WHERE hook = @at AND receiver = @jid",
  },
  alertTasks: { table: "alert_tasks", key: "id", where: "instr(task, @jid) > 0" },
  // Who did something, and whom a step called.
  alertChanges: {
    table: "alert_changes",
    key: "id",
    text: "coalesce(person, '') || char(10) || what",
    where: "(person = @jid OR instr(what, @jid) > 0)",
    blank: `UPDATE alert_changes SET what = replace(what, @jid, '${ERASED}'),
      person = CASE person WHEN @jid THEN '${ERASED}' ELSE person END WHERE id = @at`,
  },
  // What alerts said in chats with the person, but not those of hooks to them, which the report names.
  alertMessages: {
    ...{ table: "alert_messages", key: "receiver" },
    where: `receiver = @jid AND ${NOT_THEIRS}`,
    blank: `DELETE FROM alert_messages WHERE receiver = @at AND ${NOT_THEIRS}`,
  },
  latest: {
    ...{ table: "latest_messages", key: "sender", where: "(sender = @jid OR receiver = @jid)" },
    blank: "DELETE FROM latest_messages WHERE sender = @at AND (sender = @jid OR receiver = @jid)",
  },
  hooksMade: {
    ...{ table: "hooks", key: "id", where: "made_by = @jid" },
    // The hook stays one of the room's owners.
    blank: `UPDATE hooks SET made_by = '${ERASED}' WHERE id = @at`,
  },
  changes: {
    table: "changes",
    key: "id",
    where: `instr(who || char(10) || arguments || char(10) || ifnull(outcome, ''), @local) > 0`,
  },
} as const satisfies Readonly<Record<string, Source>>;

/** The kinds of traces. */
export type TraceKind = keyof typeof SOURCES;

/** The kinds whose tables have texts as keys. */
const FIRST_IS_TEXT: ReadonlySet<TraceKind> = new Set([
  ...(["subscriptions", "tombstones", "hooksMade", "latest", "alertMessages", "keyedMessages"] as const),
]);

/** How many rows a step reads, and how many traces are found at most at a time. */
const READ = 200;
const FOUND = 50;

/** An account, as the tables name it. */
export interface Named {
  readonly jid: string;
  readonly local: string;
  /** When its erasure was requested, in microseconds. */
  readonly before: number;
}

/** The recorded texts of a change. */
export interface ChangeTexts {
  readonly who: string;
  readonly operation: string;
  readonly arguments: string;
  readonly outcome: string | undefined;
}

export class ErasureStore extends Store {
  /** Reads on behind a key, up to the next traces; `next` is undefined when the table is read. */
  *next(
    kind: TraceKind,
    { jid, local, before }: Named,
    after: Key,
  ): Steps<{ readonly traces: readonly Trace[]; readonly next: Key | undefined }> {
    const { table, key, where, name = "NULL", text = "NULL" }: Source = SOURCES[kind];
    const edge = `SELECT ${key} FROM ${table} WHERE ${key} > ? ORDER BY ${key} LIMIT 1 OFFSET ${READ - 1}`;
    const about = `SELECT DISTINCT ${key} AS at, ${name} AS name, ${text} AS text FROM ${table}
      WHERE ${key} > @after AND (@end IS NULL OR ${key} <= @end) AND ${where} ORDER BY ${key} LIMIT ${FOUND}`;
    for (let from = after; ;) {
      const end = this.sql.values<Key>(edge).get(from);
      const given = { after: from, end, jid, local, before, child: `${jid}/` };
      const traces = this.sql.rows<Trace>(about).all(given);
      yield 0;
      const last = traces.length === FOUND ? traces.at(-1)?.at : end;
      if (traces.length > 0 || last === undefined) return { traces, next: last };
      from = last;
    }
  }

  /** The key before a table's first one. */
  firstOf(kind: TraceKind): Key {
    return FIRST_IS_TEXT.has(kind) ? "" : 0;
  }

  /** Blanks or deletes a trace, if its kind isn't left to the caller. Like all that writes, inside a transaction. */
  blank(kind: TraceKind, { jid, local }: Named, at: Key): void {
    const { blank }: Source = SOURCES[kind];
    if (blank !== undefined) this.sql.run(blank, { jid, local, child: `${jid}/`, at });
  }

  /** Puts a tombstone without any trace of the sender in place of a room's message. @param room the room's address */
  entomb(id: Key, room: string, tombstone: string): void {
    const row = { sender: room, nick: "", ownId: null, originId: null, replaces: null, text: "" };
    this.sql.update("archive", { id }, { ...row, stanza: tombstone, said: false, retracted: true });
  }

  readonly change = this.sql.rows<ChangeTexts, [id: Key]>(
    "SELECT who, operation, arguments, outcome FROM changes WHERE id = ?",
  ).get;

  rewriteChange(id: Key, { who, arguments: given, outcome }: ChangeTexts): void {
    this.sql.update("changes", { id }, { who, arguments: given, outcome });
  }

  readonly bans = this.sql.from<[jid: string]>("affiliations WHERE jid = ? AND affiliation = 'outcast'")
    .count;
  /** Returns the hooks to a user, in the user's name, or whose alerts call the user. */
  hooks(jid: string): string[] {
    const calls = `instr(steps || char(10), ' ' || @jid || char(10)) > 0`;
    const sql = `SELECT name FROM hooks WHERE receiver = @jid OR sender = @jid OR ${calls} ORDER BY name`;
    return this.sql.values<string>(sql).all({ jid });
  }

  /** Returns the rosters in which a user is on duty. */
  rosters(jid: string): string[] {
    const isIn = "instr(char(10) || people || char(10), char(10) || @jid || char(10)) > 0";
    const others = ["duty_shifts", "duty_covers", "duty_news"].map(
      (table) => `SELECT roster FROM ${table} WHERE person = @jid`,
    );
    const sql = `SELECT name FROM rosters WHERE ${isIn} OR on_duty = @jid
      UNION ${others.join(" UNION ")} ORDER BY 1`;
    return this.sql.values<string>(sql).all({ jid });
  }
}

/** A row of the table `erasures`. */
export interface StoredErasure {
  readonly jid: string;
  /** In microseconds. */
  readonly requestedAt: number;
  /** Whether all is erased but what waits. */
  readonly waits: boolean;
}

/** Stores which erasures are under way. Writes must run inside transactions. */
export class ErasuresStore extends Store {
  readonly all = this.sql.rows<StoredErasure, []>("SELECT * FROM erasures ORDER BY jid").all;

  put(erasure: StoredErasure): void {
    this.sql.put("erasures", ["jid"], erasure);
  }

  /** Ends an erasure. @param waits whether it only waits for what was accepted */
  done(jid: string, waits: boolean): void {
    if (waits) this.sql.update("erasures", { jid }, { waits });
    else this.sql.delete("erasures", { jid });
  }
}
