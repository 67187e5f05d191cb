/** Makes the steps of alerts: calls a person in a chat with the bot, or a room, once. */
import { SAID_NOWHERE } from "../../../storage/alerts-store.js";
import { Jid } from "../../addresses/address.js";
import { durationText } from "../formats/times.js";
import { mayPass, type HookFault } from "../fault.js";
import { newMessageId } from "../ids.js";
import { hasLeft, isRoomFor, sayByHook } from "../by-hook.js";
import type { PostMessage } from "../sending.js";
import { stateOf } from "./alert.js";
import type { Alert } from "./alert-types.js";
import type { AlertsDependencies } from "./dependencies.js";
import type { RemoveTask, Performance } from "./performance.js";
import { alertOf, type AlertRecords } from "./records.js";
import { stepsOf, type EscalationStep } from "./steps.js";
import { lineText, alertTextsIn, withState } from "./texts.js";
import { versionsOf } from "./versions.js";

export class StepVoice {
  constructor(
    private readonly dependencies: AlertsDependencies,
    private readonly records: AlertRecords,
  ) {}

  /**
   * Makes a step, and removes its task in the same transaction; nothing is done if nobody needs to be called any more.
   * @returns why it wasn't made; it is to be tried again
   */
  async make(performance: Performance, step: number, done: RemoveTask): Promise<HookFault | undefined> {
    const { row, hook } = performance;
    const wanted = stepsOf(hook.calls)[step];
    if (wanted === undefined || !isDue(alertOf(row), step)) {
      await this.dependencies.commit.run(done);
      return undefined;
    }
    const to = this.#calledBy(performance, wanted);
    const outcome = typeof to === "string" ? to : await this.#call(performance, step, to, done);
    if (outcome === undefined) return undefined;
    if (typeof outcome !== "string" && mayPass(outcome)) return outcome;
    // The message may have a problem of its own, or its receiver: others can still be called.
    await this.fail(performance, step, typeof outcome === "string" ? outcome : outcome.message, done);
    return undefined;
  }

  /** Returns the address that a step calls, or why there is none. */
  #calledBy({ row, hook, at }: Performance, { to }: EscalationStep): Jid | string {
    const { duty } = this.dependencies;
    if (to.kind === "address") return to.jid;
    const room = hasLeft(hook, row.receiver, this.dependencies) ? hook.receiver : row.receiver;
    const text = to.kind === "room" ? room : duty.on(to.roster ?? hook.name, at);
    const jid = text === undefined ? undefined : Jid.parse(text);
    if (jid !== undefined) return jid;
    const roster = to.kind === "duty" ? (to.roster ?? hook.name) : "";
    return alertTextsIn(this.dependencies.context.messages.language).offDuty(roster);
  }

  async #call(
    performance: Performance,
    step: number,
    to: Jid,
    done: RemoveTask,
  ): Promise<HookFault | undefined> {
    const { row, hook, at } = performance;
    const isRoom = isRoomFor(hook, to, this.dependencies);
    const message = this.#messageFor(performance, to, !isRoom);
    return await sayByHook(
      hook,
      {
        to,
        messages: [message],
        note: ({ id }, { stanzaId }) => {
          if (this.records.store.find(row.id) === undefined) return;
          if (!done()) throw new Error("the step was made already");
          this.records.said(row.id, { id, stanzaId, step }, to.bare.text, at);
          this.records.sentBy(hook.from, to.bare.text, id);
          const made = { kind: "step made", step, isChat: !isRoom } as const;
          const { row: after } = this.records.apply({ row, hook, at }, made);
          this.records.noteChange(row.id, `step ${step + 1}: called ${to.text}`, at);
          this.records.tell({ row: after, hook, at }, "alert.escalated", undefined, { called: to.text });
        },
      },
      this.dependencies,
    );
  }

  #messageFor({ row, at }: Performance, to: Jid, isChat: boolean): PostMessage {
    const { messages } = this.dependencies.context;
    const texts = alertTextsIn(messages.language);
    const alert = alertOf(row);
    const id = newMessageId(at);
    const what = texts.step(durationText(at - alert.openedAt));
    if (to.bare.text === row.receiver && row.message !== SAID_NOWHERE) {
      const said = { alert: row.id, receiver: row.receiver, message: row.message, isRoom: !isChat };
      const { replied } = versionsOf(this.records.store, said);
      return { id, text: what, repliesTo: replied, wantsReceipt: isChat };
    }
    const whole = row.text === "" ? lineText(row.title, 256) : row.text;
    const text = withState(whole, alert, at, messages.language);
    return { id, text: `${text}\n${texts.stepOf(row.receiver)}: ${what}`, wantsReceipt: isChat };
  }

  /** Nobody could be called: it is said where the alert is, and the next step comes now, if anybody is still needed. */
  async fail({ row, hook, at }: Performance, step: number, reason: string, done: RemoveTask): Promise<void> {
    await this.dependencies.commit.run(() => {
      if (!done()) return;
      this.records.noteChange(row.id, `step ${step + 1}: nobody could be called: ${reason}`, at);
      if (!isWaiting(alertOf(row))) return;
      this.records.apply({ row, hook, at }, { kind: "step failed", step });
      const { nobody } = alertTextsIn(this.dependencies.context.messages.language);
      const isLast = step + 1 >= stepsOf(hook.calls).length;
      const text = nobody[isLast ? "last" : "next"](reason);
      this.records.addTask(row.id, { do: "tell", text }, at);
    });
  }
}

/** Whether nobody has taken the alert, and it isn't silenced. */
function isWaiting(alert: Alert): boolean {
  return stateOf(alert) === "open" && alert.silence === undefined;
}

/** Whether a step that became due is still wanted. */
function isDue(alert: Alert, step: number): boolean {
  return isWaiting(alert) && (alert.run?.next ?? 0) > step;
}
