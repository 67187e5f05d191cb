/** The JSON of /console/api, for the component and the page. Times are in milliseconds since 1970. */
import type { Field as DeclaredField } from "../../../component/administration/fields.js";

export type { DescribedOperation } from "../../../component/administration/fields.js";

/** A value of an operation's arguments or result, or an option of a room, whose choices have labels. */
export interface Field extends Omit<DeclaredField, "choices"> {
  readonly choices?: readonly (string | { readonly value: string; readonly label: string })[];
  /** What the value means, below its label. */
  readonly help?: DeclaredField["label"];
}

export interface Session {
  /** The name of the operator who is logged in. */
  readonly operator: string | null;
}

export interface ErrorBody {
  readonly error?: { readonly code: string; readonly message: string; readonly field?: string };
}

/** A sample of the metrics. Rates are means per second over the five seconds before `at`. */
export interface Point {
  readonly at: number;
  /** Rates by endpoint; endpoints without calls are left out. */
  readonly calls: Readonly<Record<string, number>>;
  /** Rates by kind of refusal. */
  readonly refused: Readonly<Record<string, number>>;
  /** How many stanzas are in the queue, and the oldest one's age in seconds. */
  readonly waiting: number;
  readonly oldest: number;
  /** How many alerts are open, by whether somebody has taken them. */
  readonly openAlerts: number;
  readonly takenAlerts: number;
  /** Rates of stanzas that the queue accepted, that the server acknowledged, and that came back as errors. */
  readonly accepted: number;
  readonly acknowledged: number;
  readonly bounced: number;
  /** The mean round trip of ack requests in milliseconds; null if the server answered none. */
  readonly roundTrip: number | null;
}

/** Stanzas since the component's start. */
export type Totals = Pick<Point, "accepted" | "acknowledged" | "bounced">;

export interface State {
  readonly at: number;
  /** Whether stanzas reach the server. */
  readonly ready: boolean;
  readonly reason: string | undefined;
  readonly link: {
    readonly kind: "up" | "connecting" | "away" | "refused" | "stopped";
    readonly reason?: string;
    /** The configured address of the server. */
    readonly service: string | undefined;
    /** The network address to which the component is connected. */
    readonly peer: string | undefined;
  };
  readonly server:
    | {
        readonly host: string;
        readonly name: string | undefined;
        readonly version: string | undefined;
        readonly upSince: number | undefined;
      }
    | undefined;
  readonly component: { readonly version: string; readonly domain: string; readonly startedAt: number };
  readonly queue: {
    readonly waiting: number;
    readonly parked: number;
    /** The age of the oldest stanza, in seconds. */
    readonly oldest: number;
    readonly deadLetters: number;
  };
  /** How many alerts are open, by whether somebody has taken them; and the number of the latest change of any alert. */
  readonly alerts: { readonly open: number; readonly taken: number; readonly change: number };
  /** The number of webhooks, and of events in the queue and among the dead letters. */
  readonly hooks: { readonly all: number; readonly waiting: number; readonly deadLetters: number };
  /** The latest round trip of an ack request, in milliseconds. */
  readonly roundTrip: number | null;
  /** The number of rooms, and of rooms in memory. */
  readonly rooms: { readonly all: number; readonly loaded: number };
  /** The command that opens QTalk's calls; undefined: they are open, as there are callers. */
  readonly opening: string | undefined;
  readonly memoryShort: boolean;
  /** The longest block of the event loop in the last one to two minutes: its milliseconds and its cause. */
  readonly block: { readonly ms: number; readonly work: string };
  readonly totals: Totals;
}

/** The answer to /live. */
export interface LiveState {
  /** Whether these are all points; else only those that follow the last known one. */
  readonly isWhole: boolean;
  readonly points: readonly Point[];
  readonly state: State;
}

/** A result, or an item of a list in it, as the operation's declaration describes it. */
export type Row = Readonly<Record<string, unknown>>;

/** An option of a room, with its field of the room's form (XEP-0004). */
export interface RoomOption {
  readonly option: string;
  readonly label: string;
  readonly zh: string;
  readonly type: string;
  readonly values: readonly string[];
  readonly choices: readonly { readonly value: string; readonly label: string; readonly zh?: string }[];
  /** Whether values other than the choices are allowed. */
  readonly open: boolean;
}
