/** Answers what people ask a bot about all alerts of a room or chat: which are open, and which words there are. */
import type { StoredAlert } from "../../../storage/alerts-store.js";
import { Jid } from "../../addresses/address.js";
import { inBackground } from "../../background.js";
import { durationText } from "../formats/times.js";
import { newMessageId } from "../ids.js";
import { sayByHook } from "../by-hook.js";
import type { Hook } from "../hook.js";
import type { AlertsDependencies } from "./dependencies.js";
import { alertOf, type AlertRecords } from "./records.js";
import { rostersOf } from "./steps.js";
import { lineText, alertTextsIn, withState, type AlertTexts } from "./texts.js";

export type Question =
  | { readonly kind: "open" | "duty" | "help" | "no alert" }
  | { readonly kind: "unknown" | "no such alert"; readonly word: string };

/** Where something was asked; `bot`: in a chat with it, or heard by it in a room of another service. */
interface Asked {
  readonly place: string;
  readonly bot?: string | undefined;
}

/** How many open alerts an answer lists. */
const LISTED = 10;

export class Answers {
  constructor(
    private readonly dependencies: AlertsDependencies,
    private readonly records: AlertRecords,
  ) {}

  get texts(): AlertTexts {
    return alertTextsIn(this.dependencies.context.messages.language);
  }

  /**
   * Returns the hooks that write to a place. In a chat with a bot to which no hook writes by itself, those of the bot whose
   * rosters have the person: strangers learn nothing of rooms.
   */
  hooksAt({ place, bot }: Asked): readonly Hook[] {
    const { hooks, duty } = this.dependencies;
    const own = hooks().filter((hook) => bot === undefined || hook.bot === bot);
    const here = own.filter((hook) => hook.receiver === place);
    if (here.length > 0 || bot === undefined) return here;
    return own.filter((hook) => [...rostersOf(hook)].some((roster) => duty.isIn(roster, place)));
  }

  /** Answers as the bot that last said an alert in this place, or else as one that is about to. */
  say(question: Question, asked: Asked): void {
    // The transaction of the question ends first.
    setImmediate(() =>
      inBackground(this.#say(question, asked), "answering in a chat", this.dependencies.log),
    );
  }

  async #say(question: Question, asked: Asked): Promise<void> {
    const { place } = asked;
    const row = this.records.store.lastAt(place);
    const hook = row === undefined ? this.hooksAt(asked)[0] : this.dependencies.hookOf(row.hook);
    const to = Jid.parse(place);
    if (hook === undefined || to === undefined) return;
    const text = this.#textOf(question, asked);
    const note = (message: { readonly id: string }): void =>
      this.records.sentBy(hook.from, place, message.id);
    const messages = [{ id: newMessageId(Date.now()), text }];
    const fault = await sayByHook(hook, { to, messages, note }, this.dependencies);
    if (fault !== undefined)
      this.dependencies.log.warn(`An answer of ${hook.from.text} to ${place} was not said: ${fault.message}`);
  }

  #textOf(question: Question, asked: Asked): string {
    const { texts } = this;
    switch (question.kind) {
      case "open":
        return this.#openAt(asked.place);
      case "duty":
        return this.dependencies.duty.linesFor(this.hooksAt(asked));
      case "no alert":
        return texts.noAlert;
      case "no such alert":
        return texts.noSuchAlert(lineText(question.word));
      case "unknown":
        return `${texts.unknown(lineText(question.word))} ${texts.help}`;
      case "help":
        return texts.help;
    }
  }

  /** Lists the open alerts, the oldest first. */
  #openAt(place: string): string {
    const { texts } = this;
    const { store } = this.records;
    const rows = store.openAt(place, LISTED).reverse();
    const count = Math.max(rows.length, store.countOpenAt(place));
    if (count === 0) return texts.noAlert;
    const more = count > rows.length ? [texts.more(count - rows.length)] : [];
    return [texts.open(count), ...rows.map((row) => this.#lineOf(row)), ...more].join("\n");
  }

  #lineOf(row: StoredAlert): string {
    const { language } = this.dependencies.context.messages;
    const at = this.dependencies.clock.now();
    const alert = alertOf(row);
    const severity = alert.severity === "" ? "" : ` · ${lineText(alert.severity)}`;
    const what = `${lineText(row.title, 120)}${severity} · ${this.texts.ago(durationText(at - alert.openedAt))}`;
    return `• #${row.id} ${withState(what, alert, at, language)}`;
  }
}
