/** What posts do to alerts: whether a post is said, and whether its message is new, a correction or a reply. */
import type { StoredAlert } from "../../../storage/alerts-store.js";
import type { Language } from "../../translated.js";
import type { AlertReport } from "../formats/format.js";
import type { Hook } from "../hook.js";
import type { PostMessage, Sent } from "../sending.js";
import { isMuted, next, opened, stateOf } from "./alert.js";
import type { Alert, AlertEvent } from "./alert-types.js";
import { withMentions } from "./mentions.js";
import { planOf } from "./plan.js";
import { alertOf, alertContentOf, type AlertRecords } from "./records.js";
import { SAID_NOWHERE } from "../../../storage/alerts-store.js";
import { clockText, hasStateToShow, signsOf, withState } from "./texts.js";
import { reactionsTo, versionsOf } from "./versions.js";

/** How many alerts of one hook may be current; posts about others are said, and nobody can take them. */
const MAX_CURRENT = 10_000;

/** A post about an alert. */
export interface AlertPost {
  readonly hook: Hook;
  readonly name: Buffer;
  readonly report: AlertReport;
  readonly at: number;
  readonly language: Language;
  /** The nicknames that the alert mentions, as long as nobody has taken it. */
  readonly nicks: readonly string[];
  /** Whether the hook posts to a room. */
  readonly isRoom: boolean;
}

/** A post's turn at its alert: no other work on the alert runs meanwhile. */
export class AlertTurn {
  readonly #row: StoredAlert | undefined;
  readonly #event: AlertEvent;
  /** The alert as it is after the post; undefined: the post is about none. */
  readonly #after: Alert | undefined;

  /** @param stored called when the post is stored */
  constructor(
    private readonly records: AlertRecords,
    private readonly about: AlertPost,
    /** Ends the turn; may be called twice. */
    readonly end: () => void,
    private readonly stored: () => void,
  ) {
    const { hook, report, at, name } = about;
    const { store } = records;
    this.#row = store.current(hook.id, name);
    this.#event =
      report.status === "firing" ? { kind: "fired", severity: report.severity } : { kind: "resolved" };
    const plan = planOf(hook, this.#row ?? alertContentOf(report, ""));
    if (this.#row !== undefined) this.#after = next(alertOf(this.#row), this.#event, at, plan).alert;
    else if (report.status === "firing" && store.currentCount(hook.id) < MAX_CURRENT)
      this.#after = opened(report.severity, at, plan);
  }

  /** Why the post isn't said, as a message for operators; undefined: it is said. */
  get muted(): string | undefined {
    const { at } = this.about;
    const silence = this.#after?.silence;
    if (this.#after === undefined || silence === undefined || !isMuted(this.#after, at)) return undefined;
    return `the alert is silenced until ${clockText(silence.until, at)}: counted, not said`;
  }

  /** Whether the post is said anew: else it corrects or answers the alert's message, whose files stay where they are. */
  get isAnew(): boolean {
    const { hook } = this.about;
    // An alert that was said elsewhere is said anew where the hook posts now.
    return this.#row?.receiver !== hook.to.bare.text || this.#row.message === SAID_NOWHERE || !hook.corrects;
  }

  /** Returns the messages of the post, without its files. @param text not "" @param newId makes an id of a message */
  messages(text: string, newId: () => string): readonly PostMessage[] {
    const { hook, report, at, language } = this.about;
    const row = this.#row;
    const shown = this.#after === undefined ? text : withState(text, this.#after, at, language);
    if (row === undefined || this.isAnew) return [{ id: newId(), ...this.#mentioning(shown) }];
    const isOver = report.status === "resolved";
    const isLatest = this.records.store.latest(hook.from.bare.text, row.receiver) === row.message;
    if (isLatest && !(isOver && hook.announces))
      return [{ id: newId(), text: shown, corrects: row.message, mayBeNew: true }];
    const { receiver, message, id: alert } = row;
    const { isRoom } = this.about;
    const versions = versionsOf(this.records.store, { alert, receiver, message, isRoom });
    const [line = ""] = shown.split("\n", 1);
    const signs = this.#after === undefined ? [] : signsOf(this.#after);
    return [
      {
        id: newId(),
        ...this.#mentioning(isOver && hook.announces ? line : shown),
        repliesTo: versions.replied,
      },
      ...(signs.length === 0 ? [] : reactionsTo(versions, signs, newId)),
    ];
  }

  /** Returns a text with mentions. A correction has none: it doesn't ring again. */
  #mentioning(text: string): Pick<PostMessage, "text" | "mentions"> {
    const isWaiting = this.#after !== undefined && stateOf(this.#after) === "open";
    const { nicks, hook } = this.about;
    return isWaiting && nicks.length > 0 ? withMentions(text, nicks, hook.to) : { text };
  }

  /** Stores the post's effect on the alert, in the transaction that stores its messages. */
  store(text: string, message?: PostMessage, { stanzaId }: Sent = {}): void {
    const { records } = this;
    const { hook, at, name, report } = this.about;
    const receiver = hook.to.bare.text;
    const isOver = report.status === "resolved";
    let row = this.#row;
    if (row !== undefined) {
      const isNew = message !== undefined && message.corrects === undefined;
      const moved = isNew ? { receiver, message: message.id } : {};
      const { text: said, ...about } = alertContentOf(report, text);
      // What isn't said now is what the message becomes when the silence is over.
      const content = isOver ? { text: message === undefined ? said : "" } : { text: said, ...about };
      ({ row } = records.apply({ row, hook, at }, this.#event, { columns: { ...moved, ...content } }));
    } else if (this.#after !== undefined && message !== undefined)
      row = records.open(hook, { name, report, text }, message.id, at);
    if (row !== undefined && message !== undefined) {
      const showsState = this.#after !== undefined && hasStateToShow(this.#after);
      records.said(row.id, { ...message, stanzaId, showsState }, receiver, at);
    }
    this.stored();
    this.end();
  }
}
