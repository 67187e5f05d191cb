/** Applies events to stored alerts, and stores what follows from them. Everything here runs inside transactions. */
import {
  AlertsStore,
  type AlertMessage,
  type AlertTask,
  type StoredAlert,
} from "../../../storage/alerts-store.js";
import type { AccountJid } from "../../addresses/address.js";
import type { AlertReport } from "../formats/format.js";
import { labelsIn } from "../formats/fields.js";
import type { Hook } from "../hook.js";
import { alertDueAt, isCurrent, next, opened, stateOf } from "./alert.js";
import type { Alert, AlertEvent, Effect, AlertOutcome, AlertPerson, Plan } from "./alert-types.js";
import type { AlertsDependencies } from "./dependencies.js";
import { planOf } from "./plan.js";
import { lineText } from "./texts.js";

/** Accepted work of an alert. */
export type Task =
  | (Effect & { /** Whether the alert has to be named, as the person didn't. */ readonly isNamed?: boolean })
  /** What a person did. `asked`: with a word, which is answered if it changes nothing. */
  | {
      readonly do: "handle";
      readonly events: readonly AlertEvent[];
      readonly asked?: boolean;
      readonly isNamed?: boolean;
      readonly place?: string | undefined;
    }
  /** `place`: the room or chat where it was asked; undefined: where the alert is. */
  | { readonly do: "tell"; readonly text: string; readonly place?: string | undefined }
  /** The message of a step came back. */
  | { readonly do: "fail"; readonly step: number; readonly reason: string }
  /** Says the state of the alert where steps have called. */
  | { readonly do: "tell called"; readonly place: string };

/** How long a stored text may be, in characters; longer messages are answered and not corrected. */
const MAX_TEXT = 8192;
const MAX_TITLE = 256;
const MAX_LABEL = 1024;

/** The types of events about alerts, for outgoing webhooks. */
export type AlertChangeName =
  "alert.opened" | "alert.taken" | "alert.silenced" | "alert.escalated" | "alert.resolved";

/** An alert to which something happens, and when. */
export interface Applied {
  readonly row: StoredAlert;
  readonly hook: Hook;
  readonly at: number;
}

export class AlertRecords {
  readonly store: AlertsStore;

  constructor(
    private readonly dependencies: Pick<AlertsDependencies, "db" | "events" | "metrics" | "domain">,
  ) {
    this.store = new AlertsStore(dependencies.db);
  }

  /** Stores a new alert. @param message the id of its message */
  open(
    hook: Hook,
    { name, report, text }: { readonly name: Buffer; readonly report: AlertReport; readonly text: string },
    message: string,
    at: number,
  ): StoredAlert {
    const content = alertContentOf(report, text);
    const plan = planOf(hook, content);
    const alert = opened(report.severity, at, plan);
    const row: Omit<StoredAlert, "id"> = {
      hook: hook.id,
      name,
      receiver: hook.to.bare.text,
      message,
      ...content,
      ...columnsOf(alert, at, plan),
    };
    const stored = { ...row, id: this.store.add(row) };
    this.#note({ row: stored, hook, at }, "alert.opened", undefined);
    return stored;
  }

  /**
   * Applies an event.
   * @param more `columns`: further columns to store; `isNamed`: whether what is said names the alert
   */
  apply(
    { row, hook, at }: Applied,
    event: AlertEvent,
    { columns = {}, ...marks }: { readonly columns?: Partial<StoredAlert>; readonly isNamed?: boolean } = {},
  ): AlertOutcome & { readonly row: StoredAlert } {
    const before = alertOf(row);
    const plan = planOf(hook, { ...row, ...columns });
    const outcome = next(before, event, at, plan);
    const isUnchanged = !outcome.isNew && Object.keys(columns).length === 0;
    // The hook's steps may have changed, and with them when something is due.
    if (isUnchanged && alertDueAt(before, plan) === row.dueAt) return { ...outcome, row };
    const set = { ...columnsOf(outcome.alert, at, plan), ...columns };
    this.store.set(row.id, set);
    // Steps of a run that is over aren't made.
    const { run } = outcome.alert;
    if (before.run !== undefined && (run === undefined || run.since > before.run.since))
      this.store.removeSteps(row.id);
    const after = { ...row, ...set };
    for (const effect of outcome.effects) this.addTask(row.id, { ...effect, ...marks }, at);
    this.#record(before, { row: after, hook, at }, event);
    return { ...outcome, row: after };
  }

  addTask(alert: number, task: Task, at: number): void {
    const atSource = task.do === "silence" || task.do === "unsilence";
    this.store.addTask({ alert, task: JSON.stringify(task), dueAt: at, atSource });
  }

  /** Notes what happened, for operators. */
  noteChange(alert: number, what: string, at: number, person?: AlertPerson): void {
    this.store.addChange({
      alert,
      at,
      what: lineText(what, 400),
      person: person && lineText(person.id, 200),
    });
  }

  /** Stores that a message was sent about an alert. */
  said(
    alert: number,
    message: Pick<AlertMessage, "id" | "stanzaId"> &
      Partial<Pick<AlertMessage, "step" | "corrects" | "showsState">>,
    receiver: string,
    at: number,
  ): void {
    const { id, stanzaId, step, corrects, showsState = false } = message;
    this.store.addMessage({ receiver, id, alert, saidAt: at, stanzaId, step, corrects, showsState });
  }

  /** Stores that a sender has sent a message, which isn't a correction or a reaction. */
  sentBy(from: AccountJid, receiver: string, id: string): void {
    this.store.noteLatest(from.bare.text, receiver, id);
  }

  /** Notes a change, and tells outgoing webhooks. */
  #record(before: Alert, applied: Applied, event: AlertEvent): void {
    const { row, at } = applied;
    const after = alertOf(row);
    const by = "by" in event ? event.by : undefined;
    if (event.kind === "fired" && before.resolvedAt !== undefined) this.#note(applied, "alert.opened", by);
    if (before.resolvedAt === undefined && after.resolvedAt !== undefined)
      this.#note(applied, "alert.resolved", by);
    if (after.takers.length > before.takers.length) {
      this.dependencies.metrics.alertTakenSeconds.observe(Math.max(0, at - after.openedAt) / 1000);
      this.#note(applied, "alert.taken", after.takers.at(-1));
    }
    if (after.takers.length < before.takers.length && event.kind === "drop")
      this.noteChange(row.id, "dropped", at, by);
    if (after.takers.length < before.takers.length && event.kind === "person erased")
      this.noteChange(row.id, "dropped, as the person was erased", at);
    if (after.silence !== undefined && after.silence !== before.silence)
      this.#note(applied, "alert.silenced", after.silence.by);
    if (after.silence === undefined && before.silence !== undefined)
      this.noteChange(row.id, "silence ended", at, by);
    const awaited = before.run?.awaits;
    if (event.kind === "time" && awaited !== undefined && awaited.until <= at)
      this.noteChange(
        row.id,
        `step ${awaited.step + 1}: no client confirmed its message within a minute`,
        at,
      );
    const [was, is] = [stateOf(before), stateOf(after)];
    if (was === "open" && is === "taken") this.#tellCalled(row, at);
    if (was !== "resolved" && is === "resolved") this.#tellCalled(row, at);
  }

  /** Tells the people called by steps elsewhere that they needn't come. */
  #tellCalled(row: StoredAlert, at: number): void {
    const called = this.store.messagesOf(row.id).filter(({ step }) => step !== undefined);
    const places = new Set(called.map(({ receiver }) => receiver).filter((each) => each !== row.receiver));
    for (const place of places) this.addTask(row.id, { do: "tell called", place }, at);
  }

  #note(applied: Applied, change: AlertChangeName, by: AlertPerson | undefined): void {
    this.noteChange(applied.row.id, change.replace("alert.", ""), applied.at, by);
    this.tell(applied, change, by);
  }

  /** Queues an event for outgoing webhooks. */
  tell(
    { row, hook, at }: Applied,
    change: AlertChangeName,
    by: AlertPerson | undefined,
    more: { readonly called?: string } = {},
  ): void {
    this.dependencies.events.alertChanged({
      type: change,
      at,
      receiver: row.receiver,
      data: { hook: hook.name, ...shownAlert(row), ...(by && { by: by.id, nick: by.name }), ...more },
    });
  }
}

/** An alert as programs see it. */
export type ShownAlert = ReturnType<typeof shownAlert>;

export function shownAlert(row: StoredAlert) {
  const { severity, openedAt, postedAt, resolvedAt, takers, silence, unsaid } = alertOf(row);
  const time = (at: number | undefined): string | undefined =>
    at === undefined ? undefined : new Date(at).toISOString();
  return {
    id: row.id,
    state: row.state,
    title: row.title,
    severity,
    to: row.receiver,
    message_id: row.message,
    opened: time(openedAt),
    posted: time(postedAt),
    resolved: time(resolvedAt),
    taken_by: takers.map(({ id, name, at }) => ({ id, name, at: time(at) })),
    silenced_until: time(silence?.until),
    unsaid: unsaid === 0 ? undefined : unsaid,
  };
}

export function alertOf({ status }: Pick<StoredAlert, "status">): Alert {
  return JSON.parse(status) as Alert;
}

export function taskOf({ task }: Pick<AlertTask, "task">): Task {
  return JSON.parse(task) as Task;
}

/** Returns the columns of what an alert is about. */
export function alertContentOf(
  report: AlertReport,
  text: string,
): Pick<StoredAlert, "title" | "text" | "labels"> {
  const title = lineText(report.title, MAX_TITLE);
  return { title, text: text.length > MAX_TEXT ? "" : text, labels: labelsText(report) };
}

function columnsOf(alert: Alert, at: number, plan: Plan) {
  return {
    state: stateOf(alert),
    current: isCurrent(alert),
    status: JSON.stringify(alert),
    changedAt: at,
    dueAt: alertDueAt(alert, plan),
    atSource: alert.silence?.source !== undefined,
  };
}

/** Returns the labels as JSON; labels with long values are left out, as they identify nothing that a person silences. */
function labelsText({ labels }: AlertReport): string {
  const all = labelsIn(labels).filter(({ name, value }) => name.length + value.length <= MAX_LABEL);
  return JSON.stringify(Object.fromEntries(all.map(({ name, value }) => [name, value])));
}
