/**
 * The only deletions of work that was accepted and waits: stanzas, posts, events, dead letters. Each names how the work ended,
 * and where that is recorded in the same transaction; spec/storage/roles.spec.ts refuses any other.
 */
import type { Sql, Values } from "./sql.js";

/** How work ends: its table, and what records the outcome. */
export const ENDINGS = {
  acknowledged: { table: "outbox", recorded: "the ack position or the row's acked_at, and acks" },
  "dead letter": { table: "outbox", recorded: "the dead letter that holds the stanza" },
  "dead letter handled": { table: "dead_letters", recorded: "handled_letters, and the list of changes" },
  "said or refused": { table: "bot_posts", recorded: "the post's outcome in hook_messages" },
  "post said": {
    table: "hook_posts",
    recorded: "its messages in the outbox, or its outcome in hook_messages",
  },
  delivered: { table: "hook_events", recorded: "qtalk_hook_events_total and the log" },
  "over the limit": { table: "hook_events", recorded: "the log, with the number of deleted dead letters" },
  "event dropped": { table: "hook_events", recorded: "the list of changes" },
  "person erased": { table: "hook_events", recorded: "the report of the erasure" },
} as const;

export type Ending = keyof typeof ENDINGS;

/** Returns the deletion of accepted work that ended so. Used where the outcome is stored, in the same transaction. */
export function endingSql(ending: Ending, where: string): string {
  return `DELETE FROM ${ENDINGS[ending].table} ${where}`;
}

/** Like endingSql(), as a prepared write. */
export function endWork<Args extends Values>(sql: Pick<Sql, "write">, ending: Ending, where: string) {
  return sql.write<Args>(endingSql(ending, where));
}
