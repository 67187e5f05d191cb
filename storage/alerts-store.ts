/** Stores alerts, the messages about them, and the work that is accepted for them. Writes must run inside transactions. */
import { Store } from "./sql.js";

/** The message of an alert that is said nowhere any more: it is said anew when something has to be said. */
export const SAID_NOWHERE = "";

/** A row of the table `alerts`. */
export interface StoredAlert {
  readonly id: number;
  readonly hook: string;
  /** A hash of the program's key for the alert. */
  readonly name: Buffer;
  readonly current: boolean;
  readonly state: "open" | "taken" | "resolved";
  readonly receiver: string;
  readonly message: string;
  readonly title: string;
  readonly text: string;
  readonly labels: string;
  readonly status: string;
  readonly changedAt: number;
  readonly dueAt: number | undefined;
  /** Whether it is silenced at its source. */
  readonly atSource: boolean;
}

/** A row of the table `alert_messages`. */
export interface AlertMessage {
  readonly receiver: string;
  readonly id: string;
  readonly alert: number;
  readonly stanzaId: string | undefined;
  readonly saidAt: number;
  readonly step: number | undefined;
  readonly receivedAt: number | undefined;
  /** The id of the message that it corrects. */
  readonly corrects: string | undefined;
  /** Whether its first line says who has taken the alert, or that it is silenced. */
  readonly showsState: boolean;
}

/** A row of the table `alert_tasks`. */
export interface AlertTask {
  readonly id: number;
  readonly alert: number;
  readonly task: string;
  readonly dueAt: number;
  readonly tries: number;
  /** Whether it is a request to the alert's source, which runs beside other work. */
  readonly atSource: boolean;
}

/** A row of the table `alert_changes`. */
export interface AlertChange {
  readonly alert: number;
  readonly at: number;
  readonly what: string;
  readonly person: string | undefined;
}

/** How many messages of an alert, how many of its changes, and a sender's latest messages to how many receivers are kept. */
const KEPT = { messages: 32, changes: 100, receivers: 1000 };
/** How many latest messages are noted between two deletions. */
const NOTED_PER_PRUNE = 16;
/** The expression of an index, so that counting reads no alerts. */
const SHOWN_STATE = "iif(state = 'open' AND status ->> '$.silence' IS NOT NULL, 'silenced', state)";
/** The maximum number of alerts that one call deletes. */
const MAX_PRUNED = 64;

export class AlertsStore extends Store {
  readonly find = this.sql.rows<StoredAlert, [id: number]>("SELECT * FROM alerts WHERE id = ?").get;
  readonly current = this.sql.rows<StoredAlert, [hook: string, name: Buffer]>(
    "SELECT * FROM alerts WHERE hook = ? AND name = ? AND current = 1",
  ).get;

  /** Returns the open alerts that were said there, the newest first; in chats also those that steps said. */
  openAt(receiver: string, limit: number): StoredAlert[] {
    const said = this.#openSaidTo.all(receiver, limit);
    return said.length > 0 ? said : this.#openTold.all(receiver, limit);
  }

  readonly #openSaidTo = this.sql.rows<StoredAlert, [receiver: string, limit: number]>(
    "SELECT * FROM alerts WHERE receiver = ? AND state <> 'resolved' ORDER BY id DESC LIMIT ?",
  );
  readonly #openTold = this.sql.rows<StoredAlert, [receiver: string, limit: number]>(
    `SELECT alerts.* FROM alert_messages AS m JOIN alerts ON alerts.id = alert
      WHERE m.receiver = ? AND state <> 'resolved' GROUP BY alert ORDER BY alert DESC LIMIT ?`,
  );
  /** Returns how many alerts are open that were said there. */
  readonly countOpenAt = this.sql.from<[receiver: string]>(
    "alerts WHERE receiver = ? AND state <> 'resolved'",
  ).count;
  /** Returns the alert that was last said there. */
  readonly lastAt = this.sql.rows<StoredAlert, [receiver: string]>(
    `SELECT alerts.* FROM alert_messages AS m JOIN alerts ON alerts.id = alert
      WHERE m.receiver = ? ORDER BY alert DESC LIMIT 1`,
  ).get;
  /** Whether any alert was said there. */
  readonly isSaidAt = this.sql.from<[receiver: string]>("alert_messages WHERE receiver = ?").some;

  /** Returns alerts with higher ids than `after`, in order. @param isOpen only those that aren't resolved */
  list(after: number, limit: number, isOpen: boolean): StoredAlert[] {
    const sql = `SELECT * FROM alerts WHERE id > ? ${isOpen ? "AND state <> 'resolved'" : ""} ORDER BY id LIMIT ?`;
    return this.sql.rows<StoredAlert, [number, number]>(sql).all(after, limit);
  }

  readonly currentCount = this.sql.from<[hook: string]>("alerts WHERE hook = ? AND current = 1").count;
  /** Returns open alerts of a hook with higher ids than `after`, in order. */
  readonly openOf = this.sql.rows<StoredAlert, [hook: string, after: number, limit: number]>(
    "SELECT * FROM alerts WHERE hook = ? AND id > ? AND state <> 'resolved' ORDER BY id LIMIT ?",
  ).all;
  readonly openCount = this.sql.from<[hook: string]>("alerts WHERE hook = ? AND state <> 'resolved'").count;
  /** Returns how many alerts of a hook are silenced at their source. */
  readonly atSourceCount = this.sql.from<[hook: string]>("alerts WHERE hook = ? AND at_source = 1").count;
  /** Returns how many alerts aren't resolved, by state; those that nobody has taken and that are silenced apart. */
  readonly counts = this.sql.rows<
    { readonly state: "open" | "taken" | "silenced"; readonly count: number },
    []
  >(
    `SELECT ${SHOWN_STATE} AS state, count(*) AS count FROM alerts INDEXED BY alerts_by_shown_state
      WHERE state <> 'resolved' GROUP BY ${SHOWN_STATE}`,
  ).all;
  readonly due = this.sql.values<number, [now: number, limit: number]>(
    "SELECT id FROM alerts WHERE due_at <= ? ORDER BY due_at LIMIT ?",
  ).all;

  /** Returns when the next alert, or task beside requests to sources, is due; undefined if nothing is. */
  nextDue(): number | undefined {
    const times = [this.#nextAlert.get(), this.nextDueTask(false)].filter((at) => at !== undefined);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  readonly #nextAlert = this.sql.values<number, []>(
    "SELECT due_at FROM alerts WHERE due_at IS NOT NULL ORDER BY due_at LIMIT 1",
  );

  /** Adds an alert. @returns its id */
  add(alert: Omit<StoredAlert, "id">): number {
    return this.sql.insert("alerts", alert);
  }

  set(id: number, changes: Partial<Omit<StoredAlert, "id" | "hook" | "name">>): void {
    this.sql.update("alerts", { id }, changes);
  }

  /** Deletes alerts that ended before this time. @returns whether more may remain */
  prune(before: number): boolean {
    const sql = "DELETE FROM alerts WHERE current = 0 AND changed_at < ? ORDER BY changed_at LIMIT ?";
    return this.sql.changes(sql, before, MAX_PRUNED) === MAX_PRUNED;
  }

  /** Adds a message about an alert; the oldest of too many can no longer be reacted to, but the alert's own can. */
  addMessage(
    message: Pick<AlertMessage, "receiver" | "id" | "alert" | "saidAt" | "stanzaId" | "step"> &
      Partial<Pick<AlertMessage, "corrects" | "showsState">>,
  ): void {
    this.sql.put("alert_messages", ["receiver", "id"], message);
    this.sql.run(
      `DELETE FROM alert_messages WHERE (receiver, id) IN (SELECT receiver, id FROM alert_messages WHERE alert = ?
        ORDER BY said_at DESC LIMIT -1 OFFSET ?) AND id <> (SELECT message FROM alerts WHERE alerts.id = alert)`,
      message.alert,
      KEPT.messages,
    );
  }

  readonly message = this.sql.rows<AlertMessage, [receiver: string, id: string]>(
    "SELECT * FROM alert_messages WHERE receiver = ? AND id = ?",
  ).get;
  /** Finds a message by the room's id of it. */
  readonly messageIn = this.sql.rows<AlertMessage, [room: string, stanzaId: string]>(
    // Otherwise SQLite reads all messages of the room.
    "SELECT * FROM alert_messages INDEXED BY alert_messages_by_stanza_id WHERE receiver = ? AND stanza_id = ?",
  ).get;
  /** Returns the message that an id names: the room's id of it, or the sender's. */
  messageAt(place: string, id: string): AlertMessage | undefined {
    return this.messageIn(place, id) ?? this.message(place, id);
  }

  /** As messageAt(), but for a correction the message that it corrects. */
  originalAt(place: string, id: string): AlertMessage | undefined {
    const message = this.messageAt(place, id);
    return message?.corrects === undefined ? message : (this.message(place, message.corrects) ?? message);
  }

  readonly messagesOf = this.sql.rows<AlertMessage, [alert: number]>(
    "SELECT * FROM alert_messages WHERE alert = ? ORDER BY said_at",
  ).all;
  readonly received = this.sql.write<[at: number, receiver: string, id: string]>(
    "UPDATE alert_messages SET received_at = ? WHERE receiver = ? AND id = ? AND received_at IS NULL",
  ).some;

  addTask(task: Omit<AlertTask, "id" | "tries">): void {
    this.sql.insert("alert_tasks", task);
  }

  readonly #dueTasks = this.sql.rows<AlertTask, [atSource: boolean, now: number, limit: number]>(
    "SELECT * FROM alert_tasks WHERE at_source = ? AND due_at <= ? ORDER BY due_at, id LIMIT ?",
  );
  readonly #nextTask = this.sql.values<number, [atSource: boolean]>(
    "SELECT due_at FROM alert_tasks WHERE at_source = ? ORDER BY due_at LIMIT 1",
  );

  /** Returns due tasks in order. @param atSource whether they are requests to sources */
  dueTasks(now: number, limit: number, atSource = false): AlertTask[] {
    return this.#dueTasks.all(atSource, now, limit);
  }

  /** Returns when the next task is due; undefined if there is none. */
  nextDueTask(atSource: boolean): number | undefined {
    return this.#nextTask.get(atSource);
  }

  /** Returns the alerts that are silenced at their sources. */
  readonly atSource = this.sql.rows<StoredAlert, [limit: number]>(
    "SELECT * FROM alerts WHERE at_source = 1 ORDER BY hook, id LIMIT ?",
  ).all;
  readonly tasksOf = this.sql.rows<AlertTask, [alert: number]>(
    "SELECT * FROM alert_tasks WHERE alert = ? ORDER BY id",
  ).all;
  /** @returns false if the task was done already */
  readonly removeTask = this.sql.write<[id: number]>("DELETE FROM alert_tasks WHERE id = ?").some;

  /** Deletes an alert's steps that weren't made, as they aren't wanted any more. */
  readonly removeSteps = this.sql.write<[alert: number]>(
    "DELETE FROM alert_tasks WHERE alert = ? AND task ->> '$.do' = 'step'",
  ).run;

  /** Makes all open alerts of a hook due, as what it wants of them has changed. */
  readonly reconsider = this.sql.write<[now: number, hook: string]>(
    "UPDATE alerts SET due_at = ? WHERE hook = ? AND state <> 'resolved'",
  ).run;

  postpone(id: number, dueAt: number, tries: number): void {
    this.sql.update("alert_tasks", { id }, { dueAt, tries });
  }

  addChange(change: AlertChange): void {
    this.sql.insert("alert_changes", change);
    const sql = `DELETE FROM alert_changes WHERE alert = ? AND id <=
      (SELECT id FROM alert_changes WHERE alert = ? ORDER BY id DESC LIMIT 1 OFFSET ?)`;
    this.sql.run(sql, change.alert, change.alert, KEPT.changes);
  }

  readonly changesOf = this.sql.rows<AlertChange, [alert: number]>(
    "SELECT alert, at, what, person FROM alert_changes WHERE alert = ? ORDER BY id",
  ).all;

  /** Returns the number of the latest change of any alert; undefined if none is kept. */
  readonly latestChange = this.sql.values<number>("SELECT id FROM alert_changes ORDER BY id DESC LIMIT 1")
    .get;

  /** Returns the id of a sender's latest message to a receiver. */
  readonly latest = this.sql.values<string, [sender: string, receiver: string]>(
    "SELECT id FROM latest_messages WHERE sender = ? AND receiver = ?",
  ).get;

  /** Notes a sender's latest message, and forgets those to the receivers that it wrote to longest ago, if they are too many. */
  noteLatest(sender: string, receiver: string, id: string, at = Date.now()): void {
    this.sql.put("latest_messages", ["sender", "receiver"], { sender, receiver, id, at });
    if (this.#noted++ % NOTED_PER_PRUNE !== 0) return;
    this.sql.run(
      `DELETE FROM latest_messages WHERE sender = @sender AND receiver IN (SELECT receiver FROM latest_messages
        WHERE sender = @sender ORDER BY at DESC LIMIT -1 OFFSET ${KEPT.receivers})`,
      { sender },
    );
  }

  #noted = 0;
}
