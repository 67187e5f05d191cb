/** The JSON of /console/api, for the server and the page. Times are milliseconds since 1970. */

export interface Session {
  /** Whether visitors must log in. */
  readonly access: "open" | "login";
  /** The name of the operator who is logged in. */
  readonly operator: string | null;
  /** The value of X-CSRF-Token in requests that change something. */
  readonly csrf: string | null;
  /** The end of the session; null if there is none. */
  readonly expiresAt: number | null;
  readonly version: string;
}

export interface ErrorBody {
  readonly error?: { readonly code: string; readonly message: string; readonly field?: string };
}

/** A sample of the metrics. Rates are per second, over the five seconds before `at`. */
export interface Point {
  readonly at: number;
  /** Whether the link is up. */
  readonly up: boolean;
  /** Calls by endpoint; endpoints without calls are omitted. */
  readonly calls: Readonly<Record<string, number>>;
  /** Refused calls by kind of refusal. */
  readonly refused: Readonly<Record<string, number>>;
  /** Stanzas in the queue. */
  readonly waiting: number;
  /** The age of the oldest stanza in the queue, in seconds. */
  readonly oldest: number;
  /** Stanzas accepted into the queue. */
  readonly accepted: number;
  /** Stanzas acknowledged by the server. */
  readonly acknowledged: number;
  /** Stanzas returned as errors. */
  readonly bounced: number;
  /** The mean round trip of ack requests in milliseconds; null if there was none. */
  readonly roundTrip: number | null;
}

/** Stanzas since the component's start. */
export type Totals = Pick<Point, "accepted" | "acknowledged" | "bounced">;

export interface State {
  readonly at: number;
  readonly ready: boolean;
  readonly reason: string | null;
  readonly link: {
    readonly kind: "up" | "connecting" | "away" | "refused" | "stopped";
    readonly reason: string | null;
    readonly service: string | null;
    readonly peer: string | null;
  };
  readonly server: {
    readonly host: string;
    readonly name: string | null;
    readonly version: string | null;
    readonly upSince: number | null;
  } | null;
  readonly component: {
    readonly version: string;
    readonly domain: string;
    readonly hosts: readonly string[];
    readonly startedAt: number;
  };
  readonly queue: {
    readonly waiting: number;
    readonly bytes: number;
    /** Seconds. */
    readonly oldest: number;
    readonly deadLetters: number;
  };
  /** Incoming and outgoing webhooks; events that wait for delivery, and those that are dead letters. */
  readonly hooks: { readonly all: number; readonly waiting: number; readonly deadLetters: number };
  /** Milliseconds. */
  readonly roundTrip: number | null;
  readonly rooms: { readonly all: number; readonly loaded: number };
  readonly memoryShort: boolean;
  /** The longest block of the event loop in the last one to two minutes; milliseconds. */
  readonly block: { readonly ms: number; readonly work: string };
  readonly totals: Totals;
}

/** How much a caller or hook was used since the component's start. */
export interface Use {
  readonly calls: number;
  readonly refused: number;
  readonly lastAt: number | null;
}

/** The result of a change. */
export interface Done {
  /** English. */
  readonly message: string;
}

export interface Letter {
  readonly id: number;
  readonly acceptedAt: number;
  readonly diedAt: number;
  readonly reason: string;
  readonly request: string | null;
  /** The size of the whole stanza. */
  readonly bytes: number;
  readonly stanza: string;
  /** Whether `stanza` is only its beginning. */
  readonly isCut: boolean;
}

export interface Letters {
  readonly letters: readonly Letter[];
  readonly next: string | null;
  readonly count: number;
}

export interface Caller {
  readonly name: string;
  readonly addresses: readonly string[] | null;
  readonly token: boolean;
  readonly endpoints: readonly string[] | null;
  readonly senders: readonly string[];
  readonly rooms: readonly string[];
  readonly everyone: boolean;
  readonly rate: number | null;
  readonly use: Use;
}

export interface Callers {
  readonly since: number;
  readonly open: boolean;
  readonly callers: readonly Caller[];
}

export interface Hook {
  readonly name: string;
  readonly receiver: string;
  /** The address that its messages come from. */
  readonly sender: string;
  /** The name of its bot; null if it sends as a user. */
  readonly title: string | null;
  /** Why its bot isn't inside its room of another service; null if it is, or needn't be. */
  readonly trouble: string | null;
  readonly format: string;
  readonly isSigned: boolean;
  readonly corrects: boolean;
  readonly hasTemplate: boolean;
  /** Posts per second; null: the default. */
  readonly rate: number | null;
  /** null: the default. */
  readonly bodyBytes: number | null;
  readonly madeAt: number;
  readonly use: Use;
}

export interface Hooks {
  readonly since: number;
  readonly rate: number | null;
  readonly bodyBytes: number;
  readonly hooks: readonly Hook[];
  readonly next: string | null;
  readonly count: number;
}

export interface OutgoingHook {
  readonly name: string;
  /** Host and port of the program. */
  readonly program: string;
  readonly events: readonly string[];
  /** null: all. */
  readonly rooms: readonly string[] | null;
  readonly pattern: string | null;
  readonly form: string;
  /** The bot that sends the program's answers; null if there is none. */
  readonly sender: string | null;
  readonly madeAt: number;
  readonly waiting: number;
  readonly deadLetters: number;
  /** Why the last delivery failed; null if it didn't. */
  readonly fault: string | null;
  readonly retryAt: number | null;
  /** Why its bot isn't inside rooms of other services; null: it is, or needn't be. */
  readonly trouble: string | null;
}

export interface RefusedCall {
  readonly at: number;
  readonly endpoint: string;
  readonly caller: string | null;
  readonly address: string;
  readonly errcode: number;
  readonly kind: string;
  readonly reason: string;
  readonly request: string;
}

export interface ListedRoom {
  readonly name: string;
  readonly address: string;
  readonly title: string;
  readonly members: number;
  readonly inside: number;
}

/** A field of a room's form, with its type of XEP-0004. */
export interface FormField {
  readonly name: string;
  readonly label: string;
  /** The label in Chinese. */
  readonly zh?: string;
  readonly type: string;
  readonly values: readonly string[];
  readonly choices: readonly { readonly value: string; readonly label: string; readonly zh?: string }[];
  /** Whether values other than the choices are allowed. */
  readonly isOpen: boolean;
  readonly isSecret: boolean;
}

export type Affiliation = "owner" | "admin" | "member" | "outcast";

export interface Room {
  readonly name: string;
  readonly address: string;
  readonly title: string;
  readonly createdAt: number;
  readonly isLocked: boolean;
  readonly subject: { readonly text: string; readonly nick: string; readonly at: number } | null;
  readonly inside: number;
  readonly affiliations: Readonly<Record<Affiliation, number>>;
  readonly fields: readonly FormField[];
}

export interface Occupant {
  readonly nick: string;
  readonly account: string;
  readonly affiliation: Affiliation | "none";
  readonly role: "moderator" | "participant" | "visitor" | "none";
  readonly sessions: number;
}

export interface Affiliated {
  readonly jid: string;
  readonly nick: string | null;
  readonly reason: string | null;
  readonly isInside: boolean;
}

export interface ListedPerson {
  readonly user: string;
  readonly name: string;
  readonly department: string;
  readonly isEmployed: boolean;
}

export interface Person {
  readonly user: string;
  readonly directory: {
    readonly name: string;
    readonly pinyin: string;
    readonly avatar: string;
    readonly department: string;
    readonly isEmployed: boolean;
  } | null;
  readonly vcard: { readonly name: string | null; readonly until: number } | null;
  readonly keys: readonly {
    readonly resource: string;
    readonly issuedAt: number;
    readonly expiresAt: number;
    readonly isExpired: boolean;
  }[];
}
