/** Alerts on a real database, in a time that the test lets pass, with a room of another service and a source it plays. */
import { Alerts } from "../../../../component/hooks/alerts/alerts.js";
import { alertOf } from "../../../../component/hooks/alerts/records.js";
import type { SourceApi, SourceFault } from "../../../../component/hooks/alerts/source-requests.js";
import { Jid } from "../../../../component/addresses/address.js";
import { HookFault } from "../../../../component/hooks/fault.js";
import { Hooks } from "../../../../component/hooks/hooks.js";
import type { RemotePost } from "../../../../component/hooks/remote/posts.js";
import type { OperationContext } from "../../../../component/operations/context.js";
import { quote } from "../../../../component/xml/serialise.js";
import { BotsStore } from "../../../../storage/bots-store.js";
import { openDatabase, type Database } from "../../../../storage/database.js";
import { AlertsStore, type StoredAlert } from "../../../../storage/alerts-store.js";
import { GroupCommit } from "../../../../storage/group-commit.js";
import { HooksStore } from "../../../../storage/hooks-store.js";
import { storedHook } from "../../../support/stored-hook.js";
import { TestClock } from "../../../support/test-clock.js";
import { read } from "../../muc/play.js";
import { hookDependencies, nobodyOnDuty, withoutUploads } from "../hook-dependencies.js";

export const ROOM = "ops@rooms.y.test";
export const OTHER = "night@rooms.y.test";
const CALLED = "leads@rooms.y.test";
export const MINUTE = 60_000;

/** A database's commits, until the process is killed: what isn't committed then is lost, and nothing goes on. */
class KillableCommit extends GroupCommit {
  isDead = false;

  override flush(): void {
    if (!this.isDead) super.flush();
  }

  override runThen<T, R>(
    work: () => T,
    committed: (result: T) => R,
    patience?: number,
    mayFail?: boolean,
  ): Promise<R> {
    return this.isDead ? new Promise(() => undefined) : super.runThen(work, committed, patience, mayFail);
  }
}

/** What is said, and by which step of which alert. */
export interface Said {
  readonly to: string;
  readonly text: string;
}

export class AlertWorld {
  readonly clock = new TestClock();
  readonly db: Database = openDatabase(":memory:");
  readonly store = new AlertsStore(this.db);
  readonly said: Said[] = [];
  /** How the source answers; "late": after five seconds. */
  source: "answers" | "fails" | "is silent" | "late" = "answers";
  /** Why nothing can be said; undefined: it can. */
  fault: HookFault | undefined;
  /** The rooms that the bot has left. */
  readonly left = new Set<string>();
  /** The names of the alerts that the source has. */
  firing: readonly string[] = [];
  /** The silences that the source has. */
  readonly silences = new Map<string, string>();
  /** Called inside the transaction that says a step. */
  onStep: (alert: StoredAlert, step: number) => void = () => undefined;
  alerts!: Alerts;
  #hooks!: Hooks;
  #parts!: ReturnType<typeof hookDependencies>;
  #commit!: KillableCommit;

  constructor(hasSource: boolean) {
    new BotsStore(this.db).put({ name: "bot", title: "Bot", picture: undefined });
    const steps = [`5m ${CALLED}`, `10m ${CALLED}`, `20m room`];
    new HooksStore(this.db).add(
      storedHook({
        receiver: ROOM,
        bot: "bot",
        corrects: true,
        calls: { steps, stepsFrom: undefined, mentions: undefined, mentionsFrom: undefined },
        source: {
          silenceAt: hasSource ? "http://am.test/" : undefined,
          silenceToken: undefined,
          inner: undefined,
        },
      }),
    );
    this.#start();
  }

  #start(): void {
    const dependencies = hookDependencies(this.db);
    this.#parts = dependencies;
    const commit = new KillableCommit(this.db);
    this.#commit = commit;
    const limits = { message_bytes: 65_536, stanza_bytes: 262_144 };
    const context = {
      ...{ limits, messages: { language: "en" } },
      addresses: { roomAt: () => undefined },
    } as unknown as OperationContext;
    const remote = {
      has: (_bot: string, to: Jid) => !this.left.has(to.bare.text),
      hasLeft: (_bot: string, to: Jid) => this.left.has(to.bare.text),
      nickOf: () => "Bot",
      post: async (_bot: string, to: Jid, posts: readonly RemotePost[]): Promise<"confirmed" | HookFault> => {
        if (this.fault !== undefined) return this.fault;
        await commit.run(() => {
          for (const { id, note } of posts) {
            note();
            const { alert = 0, step } = this.store.message(to.text, id) ?? {};
            if (step !== undefined) this.onStep(this.store.find(alert)!, step);
          }
        });
        for (const { stanza } of posts)
          this.said.push({ to: to.text, text: read(stanza).getChildText("body") ?? "" });
        return "confirmed";
      },
    };
    this.alerts = new Alerts({
      ...{ ...dependencies, commit, context, remote, clock: this.clock },
      hookOf: (id) => this.#hooks.byId(id),
      hooks: () => this.#hooks.all(),
      events: { alertChanged: () => undefined },
      takeSigns: ["👀"],
      duty: nobodyOnDuty,
      sourceOf: () => this.#sourceApi(),
    });
    this.#hooks = new Hooks({
      ...dependencies,
      ...withoutUploads,
      commit,
      context,
      remote,
      alerts: this.alerts,
    });
    this.alerts.start();
  }

  #sourceApi(): SourceApi {
    let isClosed = false;
    let close = (): void => undefined;
    const closed = new Promise<void>((resolve) => (close = resolve));
    const fault = async (): Promise<SourceFault | undefined> => {
      const late = new Promise<void>((resolve) => this.clock.after(5_000, resolve));
      if (this.source === "late") await Promise.race([late, closed]);
      if (isClosed) return { fault: "the component is stopping", isUncertain: true };
      if (this.source === "fails") return { fault: "HTTP 500: the disk is full", isUncertain: true };
      return this.source === "is silent"
        ? { fault: "no response within 10 s", isUncertain: true }
        : undefined;
    };
    return {
      silence: async ({ comment, replaces }) => {
        const failed = await fault();
        if (failed !== undefined) return failed;
        if (replaces !== undefined) this.silences.delete(replaces);
        const id = `s${this.silences.size}-${this.clock.now()}`;
        this.silences.set(id, comment);
        return id;
      },
      find: async (comment) =>
        (await fault()) ?? [...this.silences].find(([, each]) => each === comment)?.[0],
      expire: async (id) => {
        const failed = await fault();
        if (failed === undefined) this.silences.delete(id);
        return failed;
      },
      firing: async () => (await fault()) ?? this.firing.map((alertname) => ({ alertname })),
      close: () => {
        isClosed = true;
        close();
      },
    };
  }

  /** Posts about an alert. */
  async posts(name: string, status: "firing" | "resolved", severity = "critical"): Promise<void> {
    const labels = { alertname: name };
    const report = { key: name, status, severity, title: name, startsAt: this.clock.now(), labels };
    void this.#hooks.raise(this.#hooks.byId("h")!, report, `${status} ${name}`).catch(() => undefined);
    await this.idle();
  }

  /** A person sends a message in a room: the children of its stanza. */
  hears(nick: string, children: string, room = ROOM): void {
    if (this.left.has(room)) return;
    const message = read(`<message type="groupchat" id="m">${children}</message>`);
    const author = { sender: `${nick}@y.test`, occupant_id: undefined };
    this.alerts.hearing.heardIn(Jid.parse(room)!.bare, {
      ...{ bot: "bot", nick, author, affiliation: "member", message },
    } as unknown as Parameters<Alerts["hearing"]["heardIn"]>[1]);
  }

  /** A person's reactions to an alert, which replace earlier ones. */
  reacts(nick: string, alert: StoredAlert, signs: readonly string[]): void {
    const all = signs.map((sign) => `<reaction>${sign}</reaction>`).join("");
    const id = quote(alert.message);
    const children = `<reactions xmlns="urn:xmpp:reactions:0" id=${id}>${all}</reactions>`;
    this.hears(nick, children, alert.receiver);
  }

  answers(nick: string, alert: StoredAlert, word: string): void {
    const reply = `<reply xmlns="urn:xmpp:reply:0" id=${quote(alert.message)}/>`;
    this.hears(nick, `<body>${word}</body>${reply}`, alert.receiver);
  }

  /** An operator changes the hook. @param change columns of the table */
  changesHook(change: string): void {
    this.db.exec(`UPDATE hooks SET ${change}`);
    this.#hooks.forget();
  }

  /** An operator sets the hook to another room, so that the bot leaves the one where it was. */
  moves(): void {
    const [from, to] = this.left.has(ROOM) ? [OTHER, ROOM] : [ROOM, OTHER];
    this.left.delete(to);
    this.left.add(from);
    this.changesHook(`receiver = '${to}'`);
  }

  /** The warnings in the log, and the metric of what could never be said. */
  async unsaid(): Promise<{ readonly warnings: readonly string[]; readonly metric: string | undefined }> {
    const { lines, metrics } = this.#parts;
    const [metric] = /^qtalk_hook_unsaid_total\{.*/m.exec(await metrics.registry.metrics()) ?? [];
    return { warnings: lines.about("The alert", "warn"), metric };
  }

  /** Returns the newest alert about this. */
  find(name: string): StoredAlert | undefined {
    return this.store
      .list(0, 1000, false)
      .filter(({ title }) => title === name)
      .at(-1);
  }

  silenceOf(alert: StoredAlert): ReturnType<typeof alertOf>["silence"] {
    return alertOf(alert).silence;
  }

  /** Waits until all work that is due is done. */
  async idle(): Promise<void> {
    for (let n = 0; n < 6; n++) await this.clock.pass(0);
  }

  async passes(ms: number): Promise<void> {
    await this.clock.pass(ms);
    await this.idle();
  }

  async restarts(isKilled: boolean): Promise<void> {
    if (isKilled) this.#commit.isDead = true;
    else await this.alerts.stop(0);
    this.clock.jump(1000);
    this.#start();
    await this.idle();
  }

  async ends(): Promise<void> {
    this.#commit.isDead = true;
    this.clock.jump(0);
    await new Promise(setImmediate);
    this.db.close();
  }
}
