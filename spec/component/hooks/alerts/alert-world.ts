/** Alerts on a real database, in a time that the test lets pass, with a source and a room (alert-rooms.ts). */
import { Alerts } from "../../../../component/hooks/alerts/alerts.js";
import { alertOf } from "../../../../component/hooks/alerts/records.js";
import { Hooks } from "../../../../component/hooks/hooks.js";
import { Jid } from "../../../../component/addresses/address.js";
import { quote } from "../../../../component/xml/serialise.js";
import { BotsStore } from "../../../../storage/bots-store.js";
import { openDatabase, type Database } from "../../../../storage/database.js";
import { AlertsStore, type AlertMessage, type StoredAlert } from "../../../../storage/alerts-store.js";
import { HooksStore } from "../../../../storage/hooks-store.js";
import { storedHook } from "../../../support/stored-hook.js";
import { TestClock } from "../../../support/test-clock.js";
import { read } from "../../muc/play.js";
import { hookDependencies, nobodyOnDuty, withoutUploads } from "../hook-dependencies.js";
import { RoomElsewhere, RoomHere, type AlertRoom } from "./alert-rooms.js";
import { AlertSource } from "./alert-source.js";
import { KillableCommit } from "./killable-commit.js";

export { ELSEWHERE, OTHER } from "./alert-rooms.js";
export const MINUTE = 60_000;
/** How often it is looked for work that is due, until something is taken for stuck. */
const ROUNDS = 200;

export interface WorldOptions {
  readonly room?: "here" | "elsewhere";
  /** Whether the hook says where alerts are silenced. */
  readonly hasSource?: boolean;
  /** The URL of a source that isn't played. */
  readonly silenceAt?: string;
}

export class AlertWorld {
  readonly clock = new TestClock();
  readonly db: Database = openDatabase(":memory:");
  readonly store = new AlertsStore(this.db);
  readonly source = new AlertSource(this.clock);
  readonly room: AlertRoom;
  /** Called inside the transaction that says a step. */
  onStep: (alert: StoredAlert, step: number, called: string) => void = () => undefined;
  /** Who is on duty by the roster "calls", whom the first step calls. */
  onDuty: string;
  alerts!: Alerts;
  /** The events for outgoing webhooks. */
  readonly events: { readonly type: string; readonly data: object }[] = [];
  #hooks!: Hooks;
  #commit!: KillableCommit;
  #parts!: ReturnType<typeof hookDependencies>;

  private constructor(private readonly options: WorldOptions) {
    const { room = "elsewhere", hasSource = false, silenceAt } = options;
    this.room = room === "here" ? new RoomHere(this.db) : new RoomElsewhere();
    new BotsStore(this.db).put({ name: "bot", title: "Bot", picture: undefined });
    const [first, second] = this.room.called;
    this.onDuty = first;
    const steps = ["5m duty:calls", `10m ${second}`, `20m room`];
    new HooksStore(this.db).add(
      storedHook({
        receiver: this.room.address,
        bot: "bot",
        corrects: true,
        calls: { steps, stepsFrom: undefined, mentions: undefined, mentionsFrom: undefined },
        source: {
          silenceAt: silenceAt ?? (hasSource ? "http://am.test/" : undefined),
          silenceToken: undefined,
          inner: silenceAt === undefined ? undefined : ["127.0.0.1"],
        },
      }),
    );
  }

  static async open(options: WorldOptions = {}): Promise<AlertWorld> {
    const world = new AlertWorld(options);
    await world.#start();
    return world;
  }

  /** The address of the bot that says alerts. */
  get sender(): string {
    return `bot@${this.room.domain}`;
  }

  get said(): AlertRoom["said"] {
    return this.room.said;
  }

  async #start(): Promise<void> {
    const dependencies = hookDependencies(this.db, { domain: this.room.domain });
    this.#parts = dependencies;
    const commit = new KillableCommit(this.db);
    this.#commit = commit;
    const ways = await this.room.starts(commit, () => this.alerts);
    this.alerts = new Alerts({
      ...{ ...dependencies, ...ways, commit, clock: this.clock },
      hookOf: (id) => this.#hooks.byId(id),
      hooks: () => this.#hooks.all(),
      events: { alertChanged: (event) => this.events.push(event) },
      takeSigns: ["👀"],
      duty: { ...nobodyOnDuty, on: () => this.onDuty },
      ...(this.options.silenceAt === undefined && { sourceOf: () => this.source.client() }),
    });
    this.#hooks = new Hooks({
      ...{ ...dependencies, ...withoutUploads, ...ways, commit },
      alerts: this.alerts,
    });
    const { store } = this.alerts.records;
    const add = store.addMessage.bind(store);
    store.addMessage = (message): void => {
      add(message);
      if (message.step !== undefined)
        this.onStep(this.store.find(message.alert)!, message.step, message.receiver);
    };
    this.alerts.start();
  }

  /** Posts about an alert. */
  async posts(
    name: string,
    status: "firing" | "resolved",
    severity = "critical",
    text = `${status} ${name}`,
  ): Promise<void> {
    const labels = { alertname: name };
    const report = { key: name, status, severity, title: name, startsAt: this.clock.now(), labels };
    void this.#hooks.raise(this.#hooks.byId("h")!, report, text).catch(() => undefined);
    await this.idle();
  }

  /**
   * A person's reactions to an alert, which replace earlier ones.
   * @param isLatest whether the client names the latest correction of the message
   */
  async reacts(nick: string, alert: StoredAlert, signs: readonly string[], isLatest = false): Promise<void> {
    const isCorrection = ({ corrects }: AlertMessage): boolean => corrects === alert.message;
    const latest = isLatest ? this.store.messagesOf(alert.id).findLast(isCorrection) : undefined;
    const named = this.#shownIn({ ...alert, message: latest?.id ?? alert.message });
    await this.room.hears(nick, reactions(named, signs), alert.receiver);
  }

  async answers(nick: string, alert: StoredAlert, word: string): Promise<void> {
    const reply = `<reply xmlns="urn:xmpp:reply:0" id=${quote(this.#shownIn(alert))}/>`;
    await this.room.hears(nick, `<body>${word}</body>${reply}`, alert.receiver);
  }

  /** Returns the id by which people in the room name an alert's message. */
  #shownIn({ receiver, message }: StoredAlert): string {
    return this.store.message(receiver, message)?.stanzaId ?? message;
  }

  /** Whoever was called by the latest step in a chat reacts to it there; nothing happens if nobody was. */
  async reactsInChat(alert: StoredAlert, signs: readonly string[]): Promise<void> {
    await this.#inChat(alert, (id) => reactions(id, signs));
  }

  /** A client of whoever was called by the latest step confirms the message (XEP-0184). */
  async receives(alert: StoredAlert): Promise<void> {
    await this.#inChat(alert, (id) => `<received xmlns="urn:xmpp:receipts" id=${quote(id)}/>`);
  }

  async #inChat(alert: StoredAlert, children: (id: string) => string): Promise<void> {
    const isCall = ({ step, receiver }: AlertMessage): boolean =>
      step !== undefined && receiver !== alert.receiver;
    const call = this.store.messagesOf(alert.id).findLast(isCall);
    if (call === undefined) return;
    const message = read(`<message type="chat" id="m">${children(call.id)}</message>`);
    void this.alerts.hearing.heardBy("bot", Jid.parse(call.receiver)!.bare, message);
    await this.idle();
  }

  /** An operator changes the hook. @param change columns of the table */
  changesHook(change: string): void {
    this.db.exec(`UPDATE hooks SET ${change}`);
    this.#hooks.forget();
  }

  /** Somebody else covers, whose turn on duty it isn't, or no longer. */
  swaps(): void {
    const [first] = this.room.called;
    this.onDuty = this.onDuty === first ? this.room.other : first;
  }

  /** A person is erased. @returns the address, which nothing may tell any more */
  async erases(nick: string): Promise<string> {
    const id = `${nick}@${this.room.host}`;
    for (const alert of this.store.list(0, 1000, false))
      await this.alerts.apply(alert.id, { kind: "person erased", id }, () => undefined);
    await this.idle();
    return id;
  }

  /** An operator sets the hook to another room, so that the bot leaves the one where it was. */
  moves(): void {
    this.changesHook(`receiver = '${this.room.moves()}'`);
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

  /** What happened to an alert, as `alert show` says it. */
  historyOf(name: string): string[] {
    return this.store.changesOf(this.find(name)!.id).map(({ what }) => what);
  }

  /** Waits until something is said, as answers of programs that aren't played come in their own time. */
  async says(text: RegExp): Promise<string> {
    for (;;) {
      const found = this.said.find((each) => text.test(each.text));
      if (found !== undefined) return found.text;
      await this.clock.pass(0);
    }
  }

  /** Waits until all work that is due is done. @throws Error if it never is */
  async idle(): Promise<void> {
    for (let n = 0; n < 6; n++) await this.clock.pass(0);
    for (let round = 0; this.#isBusy; round++) {
      if (round > ROUNDS) throw new Error(`work that is never done: ${JSON.stringify(this.#due)}`);
      await this.clock.pass(0);
    }
  }

  get #isBusy(): boolean {
    return this.#due.length > 0;
  }

  get #due(): unknown[] {
    const now = this.clock.now();
    return [...this.store.due(now, 1), ...this.store.dueTasks(now, 1)];
  }

  async passes(ms: number): Promise<void> {
    await this.clock.pass(ms);
    await this.idle();
  }

  async restarts(isKilled: boolean): Promise<void> {
    if (isKilled) this.#commit.isDead = true;
    else await this.alerts.stop(0);
    this.room.ends();
    this.clock.jump(1000);
    await this.#start();
    await this.idle();
  }

  async ends(): Promise<void> {
    this.#commit.isDead = true;
    this.room.ends();
    this.clock.jump(0);
    await new Promise(setImmediate);
    this.db.close();
  }
}

function reactions(id: string, signs: readonly string[]): string {
  const all = signs.map((sign) => `<reaction>${sign}</reaction>`).join("");
  return `<reactions xmlns="urn:xmpp:reactions:0" id=${quote(id)}>${all}</reactions>`;
}
