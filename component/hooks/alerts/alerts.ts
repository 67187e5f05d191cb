/**
 * Alerts: what posts opened, people take, silence and resolve, and time carries on. Each alert has one owner at a time: a
 * post, an operator and a task take turns. What is accepted is in the database before anything is said.
 */
import type { AccountJid, Jid } from "../../addresses/address.js";
import { isRoomFor } from "../by-hook.js";
import { KeyedTurns } from "../keyed-turns.js";
import type { Hook } from "../hook.js";
import type { AlertReport } from "../formats/format.js";
import type { StoredAlert } from "../../../storage/alerts-store.js";
import type { AlertEvent } from "./alert-types.js";
import type { AlertsDependencies } from "./dependencies.js";
import { Answers } from "./answers.js";
import { AlertHearing } from "./hearing.js";
import { nicksFor } from "./mentions.js";
import { isAsUrgent } from "./steps.js";
import type { OutgoingWebhooks } from "../outgoing/outgoing-webhooks.js";
import { AlertTurn } from "./posts.js";
import { AlertRecords, shownAlert, type ShownAlert } from "./records.js";
import { AlertSources, requestsTo } from "./sources.js";
import { SourceWatch } from "./source-watch.js";
import { AlertTasks } from "./tasks.js";
import { SILENCE_SIGNS } from "./words.js";
import { digestOf } from "../post.js";

/** Which alerts of a hook a program asks for. */
export interface AlertsPage {
  /** Only the alert with this key of the program's. */
  readonly key?: string | undefined;
  /** Only alerts with higher ids. */
  readonly after?: number | undefined;
}

/** The open alerts of a hook, the oldest first. */
export interface ShownAlerts {
  readonly alerts: readonly ShownAlert[];
  /** The last id of this page if there are more; undefined: these are all. */
  readonly next: number | undefined;
}

/** How many alerts a page has. */
const PAGE = 100;
/** How long alerts are kept that are over, in milliseconds. */
const KEPT_MS = 7 * 24 * 3600_000;

export class Alerts {
  readonly records: AlertRecords;
  readonly #turns = new KeyedTurns();
  readonly #tasks: AlertTasks;
  readonly #sources: AlertSources;
  readonly #watch: SourceWatch;
  /** Hears what people say about alerts. */
  readonly hearing: AlertHearing;

  constructor(private readonly dependencies: AlertsDependencies) {
    const { metrics } = dependencies;
    this.records = new AlertRecords(dependencies);
    const turn = (row: StoredAlert): Promise<() => void> => this.#turn(row);
    const atSources = { sourceOf: requestsTo, ...dependencies };
    const wake = (): void => this.wake();
    this.#tasks = new AlertTasks(dependencies, this.records, turn, wake);
    this.#sources = new AlertSources(atSources, this.records, turn, wake);
    this.#watch = new SourceWatch(atSources, this.records, async ({ id }) => {
      await this.apply(id, { kind: "resolved", seen: true }, () => undefined);
    });
    const answers = new Answers(dependencies, this.records);
    this.hearing = new AlertHearing(dependencies, this.records, answers, () => this.wake());
    const { store } = this.records;
    metrics.gaugesOf(
      {
        name: "qtalk_alerts",
        help: "Alerts that aren't resolved, by state: open, taken, silenced (and not taken)",
        label: "state",
        values: ["open", "taken", "silenced"],
      },
      () => new Map(store.counts().map(({ state, count }) => [state, count])),
    );
  }

  /** Does what is due, from now on. */
  start(): void {
    this.#tasks.start();
    this.#sources.start();
    this.#watch.start();
  }

  /** Starts no more work, and waits for what is running, at most `ms` milliseconds; the rest is done after the next start. */
  async stop(ms: number): Promise<void> {
    this.#watch.stop();
    await Promise.all([this.#tasks.stop(ms), this.#sources.stop()]);
  }

  /** Begins a post's turn at its alert. @param name a hash of the program's key for the alert */
  async begin(
    hook: Hook,
    { name, report }: { readonly name: Buffer; readonly report: AlertReport },
  ): Promise<AlertTurn> {
    const end = await this.#turn({ hook: hook.id, name });
    const { language } = this.dependencies.context.messages;
    const at = this.dependencies.clock.now();
    const isMentioned = report.status === "firing" && isAsUrgent(report.severity, hook.calls.mentionsFrom);
    const nicks = isMentioned ? nicksFor(hook, this.dependencies, at) : [];
    const isRoom = isRoomFor(hook, hook.to, this.dependencies);
    const post = { hook, name, report, language, at, nicks, isRoom };
    return new AlertTurn(this.records, post, end, () => this.wake());
  }

  /**
   * Applies an event at an operator's request, in a turn of the alert.
   * @param note called in the same transaction @returns undefined if there is no such alert, else whether it changed
   */
  async apply(id: number, event: AlertEvent, note: () => void): Promise<boolean | undefined> {
    const row = this.records.store.find(id);
    const end = row && (await this.#turn(row));
    try {
      return await this.dependencies.commit.run(() => {
        const current = this.records.store.find(id);
        const hook = current && this.dependencies.hookOf(current.hook);
        if (current === undefined || hook === undefined) return undefined;
        const { isNew } = this.records.apply(
          { row: current, hook, at: this.dependencies.clock.now() },
          event,
        );
        if (isNew) note();
        return isNew;
      });
    } finally {
      end?.();
      this.wake();
    }
  }

  /** Returns open alerts of a hook as programs see them. */
  shownOf({ id: hook }: Hook, { key, after = 0 }: AlertsPage): ShownAlerts {
    const { store } = this.records;
    const one = key === undefined ? undefined : store.current(hook, digestOf(key));
    const found = key === undefined ? store.openOf(hook, after, PAGE + 1) : one === undefined ? [] : [one];
    const alerts = found.filter(({ state }) => state !== "resolved").slice(0, PAGE);
    return {
      alerts: alerts.map(shownAlert),
      next: found.length > PAGE ? alerts.at(-1)?.id : undefined,
    };
  }

  /**
   * Returns the reactions that mean something to a bot in chats; undefined: it says no alerts, or its programs hear all.
   * @param programs the outgoing webhooks
   */
  reactionsTo(bot: string, programs: Pick<OutgoingWebhooks, "subscribedTo">): readonly string[] | undefined {
    const { hooks, takeSigns } = this.dependencies;
    const saysAlerts = hooks().some((hook) => hook.bot === bot);
    const isHeard = programs.subscribedTo("reaction").some((webhook) => webhook.bot === bot);
    return saysAlerts && !isHeard ? [...takeSigns, ...SILENCE_SIGNS] : undefined;
  }

  /** Stores that a sender has sent a message, inside a transaction. */
  sentBy(from: AccountJid, to: Jid, id: string): void {
    this.records.sentBy(from, to.bare.text, id);
  }

  /** Looks for due work, once the transaction of this turn of the event loop is committed. */
  wake(): void {
    this.#tasks.wake();
    this.#sources.wake();
  }

  /** Deletes old alerts that are over, in a transaction. @returns whether more may remain */
  prune(now: number): boolean {
    return this.records.store.prune(now - KEPT_MS);
  }

  #turn({ hook, name }: Pick<StoredAlert, "hook" | "name">): Promise<() => void> {
    return this.#turns.begin(`${hook} ${name.toString("base64")}`);
  }
}
