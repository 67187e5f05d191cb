/** Performs the tasks of alerts: handles what people did, and says what follows in rooms and chats. */
import { SAID_NOWHERE, type StoredAlert } from "../../../storage/alerts-store.js";
import { Jid } from "../../addresses/address.js";
import type { HookFault } from "../fault.js";
import { asResolved } from "../formats/alert.js";
import type { Hook } from "../hook.js";
import { newMessageId } from "../ids.js";
import { hasLeft, isRoomFor, sayByHook } from "../by-hook.js";
import type { PostMessage, Sent } from "../sending.js";
import type { Alert, AlertEvent, Shown } from "./alert-types.js";
import type { AlertsDependencies } from "./dependencies.js";
import { alertOf, taskOf, type AlertRecords, type Task } from "./records.js";
import type { RemoveTask, Performance } from "./performance.js";
import { StepVoice } from "./step-voice.js";
import {
  changeText,
  hasStateToShow,
  lineText,
  signsOf,
  alertTextsIn,
  withState,
  type AlertTexts,
} from "./texts.js";
import { reactionsTo, versionsOf } from "./versions.js";

/** The changes that are said, and not only shown by a correction: nobody who did them would see it. */
const SAID: ReadonlySet<Shown> = new Set(["resolved", "person erased"]);
/**
 * The changes that another one, which waits as well, shows: one reaction may do both, and each would show the whole state.
 * Never a change of a silence: every one is said.
 */
const SHOWN_BY: ReadonlyMap<Shown, Shown> = new Map([
  ["taken", "silenced"],
  ["dropped", "unsilenced"],
]);
/** The changes that end what the first line of the alert's message says. */
const ENDS: ReadonlySet<Shown> = new Set(["dropped", "unsilenced", "person erased"]);

/** Where something is said about an alert, and which message there it answers. */
interface Place {
  readonly receiver: string;
  readonly message: string;
}

export class AlertVoice {
  readonly #steps: StepVoice;

  constructor(
    private readonly dependencies: AlertsDependencies,
    private readonly records: AlertRecords,
  ) {
    this.#steps = new StepVoice(dependencies, records);
  }

  get #texts(): AlertTexts {
    return alertTextsIn(this.dependencies.context.messages.language);
  }

  /** Performs a task, and removes it in the same transaction. @returns why it wasn't performed */
  async perform(performance: Performance, done: RemoveTask): Promise<HookFault | undefined> {
    const { task, row } = performance;
    switch (task.do) {
      case "handle":
        return await this.#handle(performance, task, done);
      case "show":
        return await this.#show(performance, task, done);
      case "tell end of silence": {
        const { endOfSilence, unsaid, still } = this.#texts;
        const count = task.unsaid === 0 ? "" : unsaid(task.unsaid);
        const text = endOfSilence(row.title, count, still[row.state]);
        if (this.#isNowhere(performance)) return await this.#sayAnew(performance, done, text);
        return await this.#say(performance, this.#repliesToEnd(performance, text), done);
      }
      case "tell":
        return await this.#answer(performance, task.text, done, task.place);
      case "tell called":
        return await this.#answer(performance, firstLine(this.#textOf(performance)), done, task.place);
      case "step":
        return await this.#steps.make(performance, task.step, done);
      case "fail":
        await this.#steps.fail(performance, task.step, task.reason, done);
        return undefined;
      case "silence":
      case "unsilence":
        throw new Error(`${task.do} is not performed here`);
    }
  }

  /** Applies what a person did. */
  async #handle(
    performance: Performance,
    task: Extract<Task, { do: "handle" }>,
    done: RemoveTask,
  ): Promise<HookFault | undefined> {
    const { row, hook, at } = performance;
    const { isNamed = false, place } = task;
    let isNew = false;
    await this.dependencies.commit.run(() => {
      if (!done()) return;
      let current = row;
      for (const event of task.events) {
        const outcome = this.records.apply({ row: current, hook, at }, event, isNamed ? { isNamed } : {});
        isNew ||= outcome.isNew;
        current = outcome.row;
      }
      const [event] = task.events;
      const answer =
        isNew || task.asked !== true || event === undefined ? undefined : this.#whyNot(event, row);
      if (answer !== undefined) this.records.addTask(row.id, { do: "tell", text: answer, place }, at);
    });
    return undefined;
  }

  /** Returns why an event changed nothing. */
  #whyNot(event: AlertEvent, row: StoredAlert): string | undefined {
    const { kind } = event;
    const title = lineText(row.title, 120);
    if (row.state === "resolved") return this.#texts.isResolved(title);
    if (kind === "take") {
      const hasTaken = alertOf(row).takers.some(({ id }) => id === event.by.id);
      return hasTaken ? this.#texts.takenAlready(title) : this.#texts.takenByMany(title);
    }
    if (kind === "drop") return this.#texts.notTaken(title);
    if (kind === "unsilence") return this.#texts.notSilencedYet(title);
    return undefined;
  }

  /** Says a change: by a correction if clients show it in its place, else by a reply and reactions. */
  async #show(
    performance: Performance,
    { why, by, isNamed = false }: Extract<Task, { do: "show" }>,
    done: RemoveTask,
  ): Promise<HookFault | undefined> {
    const { row, at } = performance;
    if (row.state === "resolved" && why !== "resolved") {
      // The message that it is resolved says who had taken it.
      await this.dependencies.commit.run(done);
      return undefined;
    }
    if (this.#isNowhere(performance)) return await this.#sayAnew(performance, done);
    const { language } = this.dependencies.context.messages;
    const alert = alertOf(row);
    const line = changeText(why, { alert, text: row.text, title: row.title, by }, at, language);
    const isCorrection = this.#isLatest(performance) && row.text !== "" && !SAID.has(why) && !isNamed;
    const isShownBy = (other: Task): boolean =>
      other.do === "show" && other.isNamed !== true && other.why === SHOWN_BY.get(why);
    const isSaid = isNamed || (ENDS.has(why) && !isCorrection);
    if (!isSaid && this.records.store.tasksOf(row.id).map(taskOf).some(isShownBy)) {
      await this.dependencies.commit.run(done);
      return undefined;
    }
    const messages = isCorrection
      ? [this.#correction(performance)]
      : ENDS.has(why)
        ? this.#repliesToEnd(performance, line)
        : this.#replies(performance, alert, line);
    return await this.#say(performance, messages, done);
  }

  /** Whether nothing was said there after the alert's message: only then do all clients correct it in its place. */
  #isLatest({ row, hook }: Performance): boolean {
    return this.records.store.latest(hook.from.bare.text, row.receiver) === row.message;
  }

  #correction(performance: Performance): PostMessage {
    const { row, at } = performance;
    return { id: newMessageId(at), text: this.#textOf(performance), corrects: row.message, mayBeNew: true };
  }

  /**
   * Returns replies that say that a take or a silence has ended, and if the alert's message speaks of it, its correction. That
   * comes last, as clients which correct only the latest message show it as a new one.
   */
  #repliesToEnd(performance: Performance, text: string): readonly PostMessage[] {
    const { row, hook } = performance;
    const { id: alert, receiver, message } = row;
    const replies = this.#replies(performance, alertOf(row), text);
    const said = { alert, receiver, message, isRoom: this.#isRoom(hook, row) };
    if (row.text === "" || !versionsOf(this.records.store, said).showsState) return replies;
    const correction = this.#correction(performance);
    return this.#isLatest(performance) ? [correction, ...replies] : [...replies, correction];
  }

  /** @param receiver where it was asked; undefined: where the alert is */
  #answer(
    performance: Performance,
    text: string,
    done: RemoveTask,
    receiver?: string,
  ): Promise<HookFault | undefined> {
    const { row } = performance;
    const isAtHome = receiver === undefined || receiver === row.receiver;
    if (isAtHome && this.#isNowhere(performance)) return this.#sayAnew(performance, done, text);
    const place = this.#placeAt(row, receiver);
    const replies = this.#replies(performance, alertOf(performance.row), text, place);
    return this.#say(performance, replies, done, place);
  }

  /** Whether there is no message of the alert to answer: the bot has left that room, or whoever got it was erased. */
  #isNowhere({ row, hook }: Performance): boolean {
    return row.message === SAID_NOWHERE || hasLeft(hook, row.receiver, this.dependencies);
  }

  /**
   * Says an alert anew where its hook posts now, as its message can't be answered.
   * @param answer what else is said
   */
  #sayAnew(performance: Performance, done: RemoveTask, answer?: string): Promise<HookFault | undefined> {
    const { row, hook, at } = performance;
    const whole = this.#textOf(performance);
    const message = { id: newMessageId(at), text: answer === undefined ? whole : `${whole}\n${answer}` };
    const receiver = hook.to.bare.text;
    const said = (): void => this.records.store.set(row.id, { receiver, message: message.id });
    return this.#say(performance, [message], done, { receiver, said });
  }

  /** Returns the message about an alert that answers in a room or chat are replies to. */
  #placeAt(row: StoredAlert, receiver = row.receiver): Place {
    if (receiver === row.receiver) return row;
    const said = this.records.store.messagesOf(row.id).filter((each) => each.receiver === receiver);
    const step = said.find((each) => each.step !== undefined) ?? said[0];
    return { receiver, message: step?.id ?? row.message };
  }

  /** Returns an alert's text, or its title if that isn't known, with its state in the first line. */
  #textOf({ row, at }: Performance): string {
    const { language } = this.dependencies.context.messages;
    const text = row.text === "" ? lineText(row.title, 120) : row.text;
    return withState(row.state === "resolved" ? asResolved(text) : text, alertOf(row), at, language);
  }

  /** Returns a reply to a message about the alert, and the reactions that show its state. */
  #replies(
    { row, hook, at }: Performance,
    alert: Alert,
    text: string,
    place: Place = row,
  ): readonly PostMessage[] {
    const { receiver, message } = place;
    const said = { alert: row.id, receiver, message, isRoom: this.#isRoom(hook, place) };
    const versions = versionsOf(this.records.store, said);
    const newId = (): string => newMessageId(at);
    return [
      { id: newId(), text, repliesTo: versions.replied },
      ...reactionsTo(versions, signsOf(alert), newId),
    ];
  }

  #isRoom(hook: Hook, { receiver }: Place): boolean {
    const to = Jid.parse(receiver);
    return to !== undefined && isRoomFor(hook, to, this.dependencies);
  }

  /** @param place where it is said; `said` is called in the transaction that stores it */
  async #say(
    { row, hook, at }: Performance,
    messages: readonly PostMessage[],
    done: RemoveTask,
    { receiver, said }: Pick<Place, "receiver"> & { readonly said?: () => void } = row,
  ): Promise<HookFault | undefined> {
    const to = Jid.parse(receiver);
    if (to === undefined) throw new Error(`${receiver} is no address`);
    const [first] = messages;
    const note = (message: PostMessage, { stanzaId }: Sent): void => {
      if (this.records.store.find(row.id) === undefined) return;
      if (message.id === first?.id) {
        if (!done()) throw new Error("it was done already");
        said?.();
      }
      if (message.reactions !== undefined) return;
      const isWhole = message.corrects !== undefined || said !== undefined;
      const showsState = isWhole && hasStateToShow(alertOf(row));
      this.records.said(row.id, { ...message, stanzaId, showsState }, receiver, at);
      if (message.corrects === undefined) this.records.sentBy(hook.from, receiver, message.id);
    };
    return await sayByHook(hook, { to, messages, note }, this.dependencies);
  }
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0] ?? "";
}
