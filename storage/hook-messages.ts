/** Stores the latest messages of incoming webhooks. */
import { Store } from "./sql.js";

/**
 * What became of a message for good:
 * - `stored`: a room here keeps it; nobody was in the room, so nothing was sent
 * - `confirmed`: a room of another service sent it back
 * - `refused`: such a room refused it, or the bot can't enter
 * - `bounced`: an error came back
 * - `dead letter`, `dropped`: the server doesn't accept it; an operator has dropped it since
 */
export type DecidedOutcome = "stored" | "confirmed" | "refused" | "bounced" | "dead letter" | "dropped";

export interface Decision {
  readonly outcome: DecidedOutcome;
  readonly condition?: string | undefined;
  readonly reason?: string | undefined;
}

/** A row of the table `hook_messages`. `outcome` is undefined until it is decided; see component/hooks/outcome.ts. */
export interface HookMessage extends Pick<Decision, "condition" | "reason"> {
  readonly id: string;
  readonly hook: string;
  readonly receiver: string;
  readonly fingerprint: Buffer | undefined;
  readonly call: number | undefined;
  readonly request: string | undefined;
  readonly acceptedAt: number;
  readonly outcome?: DecidedOutcome | undefined;
}

/** A message to a room of another service, for `outbox trace`. */
export interface RemoteMessage extends Pick<HookMessage, "receiver" | "acceptedAt" | keyof Decision> {
  readonly name: string;
  readonly sentAt: number | undefined;
  readonly doneAt: number | undefined;
  /** Why the bot is outside the room now; undefined if the bot is inside. */
  readonly trouble: string | undefined;
}

/** The maximum number of messages that one call deletes. */
const MAX_PRUNED = 64;
/** How many messages are added between two deletions of old messages. */
const PUTS_PER_PRUNE = 16;

export class HookMessages extends Store {
  #puts = 0;

  /** Stores a message as it is now, inside a transaction, and deletes some messages older than the time `keptFrom`. */
  put(message: HookMessage, keptFrom: number): void {
    this.sql.put("hook_messages", ["id"], message);
    if (this.#puts++ % PUTS_PER_PRUNE !== 0) return;
    const sql = `DELETE FROM hook_messages WHERE accepted_at < ? AND rowid IN
      (SELECT rowid FROM hook_messages ORDER BY rowid LIMIT ?)`;
    this.sql.run(sql, keptFrom, MAX_PRUNED);
  }

  /** Whether a webhook is still there: else nothing about its messages can be stored, and a transaction that tries would fail. */
  readonly hasHook = this.sql.from<[hook: string]>("hooks WHERE id = ?").some;
  readonly find = this.sql.rows<HookMessage, [hook: string, id: string]>(
    "SELECT * FROM hook_messages WHERE hook = ? AND id = ?",
  ).get;
  readonly last = this.sql.rows<HookMessage, [hook: string]>(
    "SELECT * FROM hook_messages WHERE hook = ? ORDER BY accepted_at DESC, rowid DESC LIMIT 1",
  ).get;

  /** Returns the messages that an HTTP request sent to rooms of other services. @param request the request's id */
  readonly remoteOf = this.sql.rows<RemoteMessage, [request: string]>(
    `SELECT name, m.receiver, m.accepted_at, sent_at, done_at, m.outcome, m.condition, m.reason, r.reason AS trouble
      FROM hook_messages AS m JOIN hooks ON hooks.id = hook LEFT JOIN bot_posts AS p ON p.id = m.id
      LEFT JOIN bot_rooms AS r ON r.bot = hooks.bot AND r.room = m.receiver
      WHERE request = ? AND (done_at IS NOT NULL OR p.row_id IS NOT NULL) ORDER BY m.accepted_at`,
  ).all;

  /** Returns a webhook's last message with this fingerprint since this time. */
  readonly same = this.sql.rows<HookMessage, [hook: string, fingerprint: Buffer, since: number]>(
    `SELECT * FROM hook_messages WHERE hook = ? AND fingerprint = ? AND accepted_at >= ?
      ORDER BY accepted_at DESC LIMIT 1`,
  ).get;
  /** Whether a message is about an alert. */
  readonly isOfAlert = this.sql.from<[receiver: string, id: string]>(
    "alert_messages WHERE receiver = ? AND id = ?",
  ).some;
  readonly isKnown = this.sql.from<[id: string, receiver: string]>(
    "hook_messages WHERE id = ? AND receiver = ?",
  ).some;

  /** Returns what became of a message; undefined if the message is unknown. */
  readonly decisionOf = this.sql.rows<Partial<Decision>, [id: string]>(
    "SELECT outcome, condition, reason FROM hook_messages WHERE id = ?",
  ).get;

  /** Stores what became of a message, unless that is decided already. */
  decide(id: string, { outcome, condition, reason }: Decision): void {
    const sql =
      "UPDATE hook_messages SET outcome = ?, condition = ?, reason = ? WHERE id = ? AND outcome IS NULL";
    this.sql.run(sql, outcome, condition, reason, id);
  }

  /** Stores when a message was sent to a room of another service, and when the room's answer was known. */
  noteTimes(id: string, sentAt: number | undefined, doneAt: number): void {
    this.sql.update("hook_messages", { id }, { sentAt, doneAt });
  }

  /** Stores that the server doesn't accept a message. @param call the first row of the message's call */
  died(call: number, reason: string): void {
    const sql =
      "UPDATE hook_messages SET outcome = 'dead letter', reason = ? WHERE call = ? AND outcome IS NULL";
    this.sql.run(sql, reason, call);
  }

  /** Stores that a dead letter, the last one of its call, was put back into the outbox, as the row `row`. */
  revived(call: number, row: number): void {
    const sql =
      "UPDATE hook_messages SET outcome = NULL, reason = NULL, call = ? WHERE call = ? AND outcome = 'dead letter'";
    this.sql.run(sql, row, call);
  }

  /** Stores that a dead letter was dropped. A program may then post the message again. */
  readonly dropped = this.sql.write<[call: number]>(
    `UPDATE hook_messages SET outcome = 'dropped', fingerprint = NULL
      WHERE call = ? AND outcome = 'dead letter'`,
  ).run;

  readonly #identifyAbout = this.sql.write<[stanzaId: string, receiver: string, id: string]>(
    "UPDATE alert_messages SET stanza_id = ? WHERE receiver = ? AND id = ?",
  ).run;
  readonly #identifyKeyed = this.sql.write<[stanzaId: string, receiver: string, id: string]>(
    "UPDATE keyed_messages SET stanza_id = ? WHERE receiver = ? AND message = ?",
  ).run;

  /** Stores a room's id of a message (XEP-0359), if it is about an alert or has a key. */
  identify(stanzaId: string, receiver: string, id: string): void {
    this.#identifyAbout(stanzaId, receiver, id);
    this.#identifyKeyed(stanzaId, receiver, id);
  }
}
