/** Stores incoming webhooks, with a hash of each webhook's secret instead of the secret. */
import { Store } from "./sql.js";

/** The limits of one webhook: posts per second, and bytes of a post's body. Undefined: the configured limit applies. */
export interface HookLimits {
  readonly rate: number | undefined;
  readonly bodyBytes: number | undefined;
}

/** Which posts of one webhook are said. Undefined: all events, or all branches. */
export interface HookFilters {
  /** Only these events: `push`, or an event with what was done, `issues.opened`. */
  readonly onlyEvents: readonly string[] | undefined;
  readonly exceptEvents: readonly string[] | undefined;
  /** Only these branches; `*` stands for any text. Events without a branch are said. */
  readonly branches: readonly string[] | undefined;
}

/** Who is called and mentioned by the alerts of one webhook. */
export interface HookCalls {
  /** The steps in order, such as "15m juliet@example.org"; see component/hooks/alerts/steps.ts. */
  readonly steps: readonly string[] | undefined;
  /** The least severity of alerts with steps; undefined: critical. */
  readonly stepsFrom: string | undefined;
  /** Nicknames, and `duty` or `duty:ROSTER` for who is on duty. */
  readonly mentions: readonly string[] | undefined;
  /** The least severity of alerts that mention; undefined: critical. */
  readonly mentionsFrom: string | undefined;
}

/** Where the alerts of one webhook are silenced. */
export interface HookSource {
  /** The URL of Alertmanager's interface, or one like it, before `/api/v2`; undefined: alerts are muted here. */
  readonly silenceAt: string | undefined;
  /** A bearer token, or "user:password"; undefined: none. It is stored as it is. */
  readonly silenceToken: string | undefined;
  /** The private addresses and networks at which the URL may be. */
  readonly inner: readonly string[] | undefined;
}

/** Which posts one webhook expects. Undefined: none. */
export interface HookExpectation {
  /** How often, and how much later a post may come; in milliseconds. */
  readonly expectMs: number | undefined;
  readonly graceMs: number | undefined;
  /** Whether posts themselves aren't said. */
  readonly quiet: boolean;
}

/** A row of the table `hooks`. */
export interface StoredHook {
  readonly id: string;
  readonly name: string;
  readonly secret: Buffer;
  readonly receiver: string;
  readonly sender: string | undefined;
  readonly bot: string | undefined;
  readonly format: string;
  readonly template: string | undefined;
  readonly signatureKey: string | undefined;
  readonly corrects: boolean;
  readonly announces: boolean;
  readonly limits: HookLimits;
  readonly filters: HookFilters;
  readonly calls: HookCalls;
  readonly source: HookSource;
  readonly expectation: HookExpectation;
  readonly madeAt: number;
  /** The bare address of the room's owner who made the hook; undefined: an operator made it. */
  readonly madeBy: string | undefined;
  /** The hosts (HOST or HOST:PORT) from which pictures are fetched that posts name by URL; undefined: none. */
  readonly fetchFrom: readonly string[] | undefined;
}

type Changeable =
  | "id"
  | "receiver"
  | "format"
  | "template"
  | "limits"
  | "filters"
  | "calls"
  | "source"
  | "expectation"
  | "corrects"
  | "announces"
  | "fetchFrom";

/** The columns that a hook has in groups. */
type Grouped = "limits" | "filters" | "calls" | "source" | "expectation";
type Row = Omit<StoredHook, Grouped> & HookLimits & HookFilters & HookCalls & HookSource & HookExpectation;

export class HooksStore extends Store {
  find(id: string): StoredHook | undefined {
    return this.#read("WHERE id = ?", id)[0];
  }

  named(name: string): StoredHook | undefined {
    return this.#read("WHERE name = ?", name)[0];
  }

  list(): StoredHook[] {
    return this.#read("ORDER BY name");
  }

  /** Returns the hooks that a room's owners made for it. @param receiver the room's address */
  ofOwners(receiver: string): StoredHook[] {
    return this.#read("WHERE receiver = ? AND made_by IS NOT NULL ORDER BY name", receiver);
  }

  readonly count = this.sql.from<[]>("hooks").count;

  add(hook: StoredHook): void {
    this.sql.insert("hooks", ungrouped(hook));
  }

  rotate(id: string, secret: Buffer, signatureKey: string | undefined): void {
    this.sql.update("hooks", { id }, { secret, signatureKey });
  }

  set({ id, ...changes }: Pick<StoredHook, Changeable>): void {
    this.sql.update("hooks", { id }, ungrouped(changes));
  }

  readonly remove = this.sql.write<[id: string]>("DELETE FROM hooks WHERE id = ?").run;

  #read(which: string, ...values: readonly string[]): StoredHook[] {
    return this.sql
      .rows<Row>(`SELECT * FROM hooks ${which}`)
      .all(...values)
      .map(grouped);
  }
}

function ungrouped<T extends Pick<StoredHook, Grouped>>({
  limits,
  filters,
  calls,
  source,
  expectation,
  ...others
}: T) {
  return { ...others, ...limits, ...filters, ...calls, ...source, ...expectation };
}

function grouped(row: Row): StoredHook {
  const { rate, bodyBytes, onlyEvents, exceptEvents, branches, ...rest } = row;
  const { steps, stepsFrom, mentions, mentionsFrom, ...more } = rest;
  const { silenceAt, silenceToken, inner, expectMs, graceMs, quiet, ...hook } = more;
  return {
    ...hook,
    limits: { rate, bodyBytes },
    filters: { onlyEvents, exceptEvents, branches },
    calls: { steps, stepsFrom, mentions, mentionsFrom },
    source: { silenceAt, silenceToken, inner },
    expectation: { expectMs, graceMs, quiet },
  };
}
