/**
 * Notices when what is silenced at its source is over, because such programs say nothing about it (Alertmanager's issue
 * 226): each source is asked once a minute while something is silenced there, with one request for all its alerts.
 */
import type { StoredAlert } from "../../../storage/alerts-store.js";
import { setImmediate as nextTurn } from "node:timers/promises";
import { ownProperty } from "../../own-property.js";
import { Rounds } from "../../rounds.js";
import type { Hook } from "../hook.js";
import type { Fields } from "../formats/fields.js";
import type { AlertRecords } from "./records.js";
import { isFault, type SourceApi } from "./source-requests.js";
import type { SourcesDependencies } from "./sources.js";

/** How often sources are asked, in milliseconds. */
const ASK_MS = 60_000;
/** How often in a row an alert must be missing: a program that was restarted knows only later what fires. */
const MISSING_TIMES = 2;
/** How many alerts are looked at, and how many sources are asked at once. */
const MAX = { alerts: 10_000, asked: 4 };

/** After how many comparisons other work gets a turn. */
const MANY = 100;

type Labels = Readonly<Record<string, string>>;

export class SourceWatch {
  /** How often in a row alerts were missing, by their numbers. */
  #missing = new Map<number, number>();
  readonly #clients = new Set<SourceApi>();
  readonly #rounds: Rounds;

  /** @param resolve resolves an alert that is over */
  constructor(
    private readonly dependencies: SourcesDependencies,
    private readonly records: Pick<AlertRecords, "store" | "noteChange">,
    private readonly resolve: (row: StoredAlert) => Promise<void>,
  ) {
    this.#rounds = new Rounds("asking which alerts fire", () => this.#askAll(), dependencies);
  }

  start(): void {
    this.#rounds.start(ASK_MS);
  }

  stop(): void {
    this.#rounds.stop();
    for (const client of this.#clients) client.close();
  }

  async #askAll(): Promise<number> {
    const sources = this.#sources();
    const silenced = new Set(sources.flatMap(({ rows }) => rows.map(({ id }) => id)));
    this.#missing = new Map([...this.#missing].filter(([id]) => silenced.has(id)));
    for (let at = 0; at < sources.length; at += MAX.asked)
      await Promise.all(sources.slice(at, at + MAX.asked).map((source) => this.#ask(source)));
    return ASK_MS;
  }

  /** Returns the sources at which something is silenced, each with these alerts. */
  #sources(): readonly { readonly hook: Hook; readonly rows: StoredAlert[] }[] {
    const sources = new Map<string, { readonly hook: Hook; readonly rows: StoredAlert[] }>();
    for (const row of this.records.store.atSource(MAX.alerts)) {
      const hook = this.dependencies.hookOf(row.hook);
      if (hook?.source.silenceAt === undefined) continue;
      const key = JSON.stringify(hook.source);
      const source = sources.get(key) ?? { hook, rows: [] };
      source.rows.push(row);
      sources.set(key, source);
    }
    return [...sources.values()];
  }

  async #ask({ hook, rows }: { readonly hook: Hook; readonly rows: readonly StoredAlert[] }): Promise<void> {
    const silenced = rows.map((row) => ({ row, labels: JSON.parse(row.labels) as Labels }));
    const client = this.dependencies.sourceOf(hook);
    this.#clients.add(client);
    const firing = await client.firing(silenced.map(({ labels }) => labels.alertname ?? ""));
    client.close();
    this.#clients.delete(client);
    if (this.#rounds.isStopped) return;
    if (isFault(firing)) {
      this.dependencies.log.info(
        `The source of the hook ${hook.name} doesn't say what fires: ${firing.fault}`,
      );
      return;
    }
    const byName = new Map<unknown, Fields[]>();
    for (const labels of firing) {
      const name = ownProperty<unknown>(labels, "alertname");
      const same = byName.get(name);
      if (same === undefined) byName.set(name, [labels]);
      else same.push(labels);
    }
    for (const { row, labels } of silenced) {
      const others = byName.get(labels.alertname) ?? [];
      if (others.some((each) => hasAll(each, labels))) this.#missing.delete(row.id);
      else await this.#isMissing(row);
      if (others.length > MANY) await nextTurn();
    }
  }

  async #isMissing(row: StoredAlert): Promise<void> {
    const times = (this.#missing.get(row.id) ?? 0) + 1;
    this.#missing.set(row.id, times);
    if (times < MISSING_TIMES) return;
    this.#missing.delete(row.id);
    await this.resolve(row);
  }
}

/** Whether labels include others. */
function hasAll(labels: Fields, wanted: Labels): boolean {
  return Object.entries(wanted).every(([name, value]) => ownProperty<unknown>(labels, name) === value);
}
