/** An alert, what happens to it, and what follows: the types of the state machine in alert.ts. */

/** A person, as the room or the chat shows them. */
export interface AlertPerson {
  /** The bare address; if the room hides it, the occupant's id or address there. */
  readonly id: string;
  readonly name: string;
}

export interface Taker extends AlertPerson {
  readonly at: number;
  /** The id of the message with the reaction that took the alert; undefined: by a word or an operation. */
  readonly on?: string | undefined;
}

export interface Silence {
  readonly by: AlertPerson;
  readonly at: number;
  readonly until: number;
  /** The id of the message with the reaction that began it; undefined: by a word or an operation. */
  readonly on?: string | undefined;
  /** The silence's id at the source; undefined: the alert is muted here. */
  readonly source?: string | undefined;
}

/** A run of steps. The step `next` is due at `since` plus its delay. */
export interface Run {
  readonly since: number;
  readonly next: number;
  /** The step whose message waits for a receipt (XEP-0184), and until when. */
  readonly awaits?: { readonly step: number; readonly until: number } | undefined;
}

/** Times are in milliseconds since 1970. */
export interface Alert {
  readonly severity: string;
  readonly openedAt: number;
  /** When the program last posted about the alert. */
  readonly postedAt: number;
  readonly resolvedAt?: number | undefined;
  /** Who has taken the alert, in order. */
  readonly takers: readonly Taker[];
  readonly silence?: Silence | undefined;
  /** The silence that the source was asked for. Nothing is asked for a resolved alert. */
  readonly asked?: Silence | undefined;
  /** How many posts weren't said because of the silence. */
  readonly unsaid: number;
  /** Undefined: no steps, or all of this run were made. */
  readonly run?: Run | undefined;
}

export type State = "open" | "taken" | "resolved";

/** What a hook wants of its alerts. */
export interface Plan {
  /** The delays of the steps, in milliseconds, in order. */
  readonly delays: readonly number[];
  /** Whether alerts of this severity have steps. */
  isUrgent(severity: string): boolean;
  /** Whether alerts are silenced at the source, and not here. */
  readonly hasSource: boolean;
}

/** Who did it. `on`: by a reaction to the message with this id; else by a word or an operation. */
export interface Taking {
  readonly by: AlertPerson;
  readonly on?: string | undefined;
}

export interface StepMade {
  readonly step: number;
  readonly isChat: boolean;
}

export type AlertEvent =
  | { readonly kind: "fired"; readonly severity: string }
  /** `seen`: the program no longer has the alert, and says nothing about it. */
  | { readonly kind: "resolved"; readonly by?: AlertPerson | undefined; readonly seen?: true }
  | (Taking & { readonly kind: "take" | "drop" })
  | (Taking & { readonly kind: "silence"; readonly until: number })
  /** The silence is no longer wanted. */
  | (Taking & { readonly kind: "unsilence" })
  /** What the source did with the silence that it was asked for. */
  | { readonly kind: "silenced"; readonly source: string; readonly silence: Silence }
  | { readonly kind: "not silenced"; readonly silence: Silence }
  /** A step was made. `isChat`: its message waits for a receipt. */
  | (StepMade & { readonly kind: "step made" })
  /** A step reached nobody. */
  | { readonly kind: "step failed"; readonly step: number }
  | { readonly kind: "receipt"; readonly step: number }
  /** A person is erased. @see AlertPerson.id */
  | { readonly kind: "person erased"; readonly id: string }
  | { readonly kind: "time" };

/** What is to be done after an event. */
export type Effect =
  /** Say the alert's new state. */
  | { readonly do: "show"; readonly why: Shown; readonly by?: AlertPerson | undefined }
  /** Say that a silence is over, and how many posts weren't said. */
  | { readonly do: "tell end of silence"; readonly unsaid: number }
  | { readonly do: "step"; readonly step: number }
  | { readonly do: "silence"; readonly silence: Silence; readonly replaces?: string | undefined }
  | UnsilenceEffect;

/** End a silence at the source. */
export interface UnsilenceEffect {
  readonly do: "unsilence";
  /** The silence's id there; undefined: it isn't known whether there is one, and it has the comment. */
  readonly source?: string;
  readonly comment?: string;
  /** When it ends by itself. */
  readonly until: number;
}

/** A change that is said. */
export type Shown = "taken" | "dropped" | "silenced" | "unsilenced" | "resolved" | "person erased";

export interface AlertOutcome {
  readonly alert: Alert;
  readonly effects: readonly Effect[];
  /** Whether the event changed anything. */
  readonly isNew: boolean;
}
