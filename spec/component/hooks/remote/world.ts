/** A bot, its component and its database, a link, and a room of another service, in a time that the test lets pass. */
import { mock } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { Bounces } from "../../../../component/hooks/bounces.js";
import { HookFault } from "../../../../component/hooks/fault.js";
import { answerOf, outcomeOf } from "../../../../component/hooks/outcome.js";
import { RemoteRooms } from "../../../../component/hooks/remote/remote-rooms.js";
import { Traffic } from "./traffic.js";
import type { IqAnswer, IqRequest } from "../../../../component/inbound/iq-requests.js";
import type { BouncedStanza } from "../../../../component/inbound/stanza-error.js";
import type { Metrics } from "../../../../component/metrics.js";
import { xml } from "../../../../component/xml/builder.js";
import { serialise } from "../../../../component/xml/serialise.js";
import { BotRoomsStore, type StoredBotRoom } from "../../../../storage/bot-rooms-store.js";
import { BotsStore } from "../../../../storage/bots-store.js";
import { openDatabase, type Database } from "../../../../storage/database.js";
import { HookMessages } from "../../../../storage/hook-messages.js";
import { HooksStore } from "../../../../storage/hooks-store.js";
import type { LogLines } from "../../../support/log-lines.js";
import { storedHook } from "../../../support/stored-hook.js";
import { read } from "../../muc/play.js";
import { hookDependencies } from "../hook-dependencies.js";
import { HOOK, Operator } from "./operator.js";
import { BOT, isPlayed, jid, PlayedRoom, ROOM, USER, type ToBot } from "./played-room.js";
import { settledAnswer } from "../../../support/settled-answer.js";

const outbox = { isWaiting: () => false };

export interface WorldOptions {
  readonly hasArchive?: boolean;
  readonly queue?: number;
}

export class World extends Traffic {
  readonly room: PlayedRoom;
  readonly bounces: BouncedStanza[] = [];
  /** The ids of accepted posts, in order, and the answers to their calls. */
  readonly accepted: string[] = [];
  readonly answers = new Map<string, string>();
  metrics!: Metrics;
  /** The log of the present process. */
  log!: LogLines;
  isUp = false;
  readonly store: BotRoomsStore;
  readonly messages: HookMessages;
  readonly #db: Database;
  readonly operator: Operator;
  /** The machine's clock. The clock of bots' pauses never goes back (STEADY_CLOCK). */
  readonly #clock: ReturnType<typeof mock.method>;
  #wrongBy = 0;
  #listeners = new Map<string, () => void>();
  /** Changes when the component is restarted: what an earlier process still does has no effect. */
  #process = 0;
  /** How many times the test did something that lets the bot try again at once, or refused a post for good. */
  pushed = 0;
  #count = 0;
  /** Ends the questions without an answer. */
  readonly #pending = new Set<() => void>();

  constructor(private readonly options: WorldOptions = {}) {
    super();
    this.#db = openDatabase(":memory:");
    new BotsStore(this.#db).put({ name: "bot", title: "Bot", picture: undefined });
    new HooksStore(this.#db).add(storedHook({ id: HOOK, receiver: ROOM, bot: "bot" }));
    this.store = new BotRoomsStore(this.#db);
    this.messages = new HookMessages(this.#db);
    this.store.ask("bot", ROOM, { isChosen: false, at: 1 });
    const toBot = (what: ToBot): void => {
      if (this.isUp) this.toBot.push(what);
    };
    const trueTime = Date.now.bind(Date);
    this.room = new PlayedRoom(options.hasArchive ?? true, toBot, trueTime);
    this.#clock = mock.method(Date, "now", () => trueTime() + this.#wrongBy);
    this.operator = new Operator(this, this.#db);
    this.#begin();
  }

  /** Lets the bot enter the room. */
  async enters(): Promise<this> {
    this.up();
    await this.exchange();
    if (this.stored.state !== "inside") throw new Error("the bot isn't inside");
    return this;
  }

  /** The bot's state in the room; undefined if nobody needs the bot there. */
  get listed(): StoredBotRoom | undefined {
    return this.store.find("bot", ROOM);
  }

  get stored(): StoredBotRoom {
    return this.listed!;
  }

  /** Where the hook sends. */
  get receiver(): string {
    return new HooksStore(this.#db).find(HOOK)?.receiver ?? ROOM;
  }

  close(): void {
    this.#clock.mock.restore();
    this.#kill();
    this.#db.close();
  }

  /** Sets the machine's clock. @param wrongBy milliseconds */
  setClock(wrongBy: number): void {
    this.#wrongBy = wrongBy;
  }

  /** Starts the link. */
  up(): void {
    if (this.isUp) return;
    this.isUp = true;
    this.pushed += 1;
    this.#listeners.get("up")?.();
  }

  /** Cuts the link. What is on its way to the bot is lost; the server has what is on its way to the room. */
  down(): void {
    if (!this.isUp) return;
    this.isUp = false;
    this.toBot = [];
    for (const giveUp of this.#pending) giveUp();
    this.#pending.clear();
    this.#listeners.get("down")?.();
  }

  /** Kills the component, and starts it anew on the same database. */
  restart(): void {
    this.#kill();
    this.#begin();
  }

  setReadOnly(isReadOnly: boolean): void {
    this.#db.pragma(`query_only = ${isReadOnly ? "ON" : "OFF"}`);
  }

  /** Invites the bot through the room (XEP-0045 §7.8.2). */
  invite(): void {
    const invite = xml("invite", { from: "juliet@x.test" });
    if (this.isUp) this.toBot.push(xml("message", { from: ROOM }, xml("x", USER, invite)));
  }

  /** How many bounces of webhooks' messages the metrics count. */
  async bounceCount(): Promise<number> {
    const { values } = await this.metrics.hookBounces.get();
    return values.reduce((sum, { value }) => sum + value, 0);
  }

  operatorEnters(): void {
    this.pushed += 1;
    this.setReadOnly(false);
    this.store.ask("bot", ROOM, { isChosen: true, at: 1 });
    this.rooms.refresh();
  }

  /** Ends all that hinders the bot, and lets it say what waits. */
  async heal(): Promise<void> {
    const { room } = this;
    const open = { isThere: true, isSilent: false, isMembersOnly: false, isBanned: false };
    Object.assign(room, { ...open, pingError: undefined, refusals: [], joinErrors: [] });
    this.setReadOnly(false);
    this.up();
    await this.exchange();
    if (this.receiver !== ROOM)
      await this.operator.run("hook set", { name: "h", to: ROOM, move_waiting: true });
    this.operatorEnters();
    await this.exchange();
    for (let n = 0; n < 100 && (n === 0 || this.stored.posts > 0); n += 1) await this.pass(10 * 60_000);
  }

  post(count = 1): Promise<string> {
    const ids = Array.from({ length: count }, () => `m${++this.#count}`);
    const to = this.receiver;
    const posts = ids.map((id) => ({
      id,
      stanza: serialise(xml("message", { from: `${BOT}/bot`, to, type: "groupchat", id })),
      note: () => {
        const none = { fingerprint: undefined, call: undefined, request: undefined };
        this.messages.put({ id, hook: HOOK, receiver: to, acceptedAt: Date.now(), ...none }, 0);
      },
    }));
    const process = this.#process;
    return this.rooms.post("bot", jid(to), posts).then((answer) => {
      const isAccepted = this.messages.find(HOOK, ids[0] ?? "") !== undefined;
      if (process !== this.#process) return "killed";
      if (isAccepted && !this.accepted.includes(ids[0] ?? "") && !this.operator.removed.has(ids[0] ?? ""))
        throw new Error("answered before it was stored");
      const text = answer instanceof HookFault ? answer.kind : String(answer);
      for (const id of ids) this.answers.set(id, text);
      return text;
    });
  }

  /** Posts to the room, and lets three seconds pass. @returns what the call is answered */
  async posted(count = 1): Promise<string> {
    const answer = this.post(count);
    await this.exchange();
    await this.pass(3_000);
    return await answer;
  }

  /** What a repeated post, and the query for its status, is answered. */
  repeat(id: string): string {
    const message = this.messages.find(HOOK, id);
    if (message === undefined) return "unknown";
    const answer = answerOf(id, outcomeOf(message, outbox));
    return answer instanceof HookFault ? answer.kind : answer;
  }

  /** Lets promises, commits and the like run. */
  async settle(): Promise<void> {
    for (let n = 0; n < 3; n += 1) await turn();
    const ids = this.#db.prepare<[], string>("SELECT id FROM hook_messages ORDER BY rowid").pluck().all();
    this.accepted.push(...ids.filter((id) => !this.accepted.includes(id)));
  }

  #kill(): void {
    this.#process += 1;
    this.down();
  }

  #begin(): void {
    const process = ++this.#process;
    const isAlive = (): boolean => process === this.#process;
    const isUp = (): boolean => this.isUp && isAlive();
    const parts = hookDependencies(this.#db, { queue: this.options.queue ?? 1_000 });
    const { commit } = parts;
    const runThen = commit.runThen.bind(commit);
    commit.runThen = (work, committed) =>
      isAlive() ? runThen(work, committed) : new Promise(() => undefined);
    this.#listeners = new Map();
    this.metrics = parts.metrics;
    this.log = parts.lines;
    const listener = { recordBounce: (bounce: BouncedStanza) => void this.bounces.push(bounce) };
    const bounces = new Bounces({ ...parts, listener });
    this.rooms = new RemoteRooms({
      ...parts,
      nickLength: 20,
      link: {
        get isUp() {
          return isUp();
        },
        on: (event, listener) => this.#listeners.set(event, listener),
      },
      requests: {
        ask: (request) => settledAnswer(isUp() ? this.#ask(request) : { kind: "unasked" as const }),
      },
      unqueued: {
        write: (stanza) => {
          const element = read(stanza);
          if (isUp() && isPlayed(element.attrs.to)) this.toRoom.push(element);
          return isUp();
        },
      },
      clock: {
        now: () => this.clock.now(),
        after: (ms, work) => this.clock.after(ms, () => isAlive() && work()),
      },
      confirmTimeout: 2_000,
      bounces,
      listener: { heardIn: () => undefined },
    });
    this.operator.begin(parts, bounces);
  }

  #ask(request: IqRequest): Promise<IqAnswer> {
    return new Promise((resolve) => {
      const answer = (answer: IqAnswer): void => {
        timer.cancel();
        this.#pending.delete(giveUp);
        resolve(answer);
      };
      const giveUp = (): void => answer({ kind: "unasked" });
      const timer = this.clock.after(request.timeout, () => answer({ kind: "silence" }));
      this.#pending.add(giveUp);
      if (isPlayed(request.to.text)) this.toRoom.push({ request, answer });
    });
  }
}
