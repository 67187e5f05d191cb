/** The JSON of /console/api, for the component and the page. Times are in milliseconds since 1970. */

export interface Session {
  /** "login": visitors must log in; "open": no login is needed. */
  readonly access: "open" | "login";
  readonly operator: string | null;
  /** The value of the header X-CSRF-Token that changes need. */
  readonly csrf: string | null;
  readonly expiresAt: number | null;
  readonly version: string;
}

export interface ErrorBody {
  readonly error?: { readonly code: string; readonly message: string; readonly field?: string };
}

/** A sample of the metrics. Rates are means per second over the five seconds before `at`. */
export interface Point {
  readonly at: number;
  /** Whether the component is connected to the server. */
  readonly up: boolean;
  /** Rates by endpoint; endpoints without calls are left out. */
  readonly calls: Readonly<Record<string, number>>;
  /** Rates by kind of refusal. */
  readonly refused: Readonly<Record<string, number>>;
  /** How many stanzas are in the queue. */
  readonly waiting: number;
  /** The age of the oldest stanza in the queue, in seconds. */
  readonly oldest: number;
  /** The rate of stanzas accepted into the queue. */
  readonly accepted: number;
  /** The rate of stanzas that the server acknowledged. */
  readonly acknowledged: number;
  /** The rate of stanzas that were returned as errors. */
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
  readonly reason: string | null;
  readonly link: {
    readonly kind: "up" | "connecting" | "away" | "refused" | "stopped";
    readonly reason: string | null;
    /** The configured address of the server. */
    readonly service: string | null;
    /** The network address to which the component is connected. */
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
    /** The age of the oldest stanza, in seconds. */
    readonly oldest: number;
    readonly deadLetters: number;
  };
  /** The number of webhooks, and of events in the queue and among the dead letters. */
  readonly hooks: { readonly all: number; readonly waiting: number; readonly deadLetters: number };
  /** The latest round trip of an ack request, in milliseconds. */
  readonly roundTrip: number | null;
  /** The number of rooms, and of rooms in memory. */
  readonly rooms: { readonly all: number; readonly loaded: number };
  readonly memoryShort: boolean;
  /** The longest block of the event loop in the last one to two minutes: its milliseconds and its cause. */
  readonly block: { readonly ms: number; readonly work: string };
  readonly totals: Totals;
}

/** Calls of a caller, or posts to a webhook, since the component's start. */
export interface Use {
  readonly calls: number;
  readonly refused: number;
  readonly lastAt: number | null;
}

export interface Done {
  /** The result of a change, in English. */
  readonly message: string;
}

export interface Letter {
  readonly id: number;
  readonly acceptedAt: number;
  readonly diedAt: number;
  readonly reason: string;
  readonly request: string | null;
  /** The size of the whole stanza, in bytes. */
  readonly bytes: number;
  readonly stanza: string;
  /** Whether `stanza` contains only the stanza's beginning. */
  readonly isCut: boolean;
}

export interface Letters {
  readonly letters: readonly Letter[];
  /** The parameter `after` for the next page; null if this page is the last. All lists have this field. */
  readonly next: string | null;
  readonly count: number;
}

export interface Caller {
  readonly name: string;
  readonly addresses: readonly string[] | null;
  readonly token: boolean;
  /** The endpoints that the caller may call; null: all endpoints. */
  readonly endpoints: readonly string[] | null;
  readonly senders: readonly string[];
  readonly rooms: readonly string[];
  readonly everyone: boolean;
  /** The maximum rate, in calls per second; null: unlimited. */
  readonly rate: number | null;
  readonly use: Use;
}

export interface Callers {
  /** When counting began. */
  readonly since: number;
  /** Whether no callers are configured, so that every process on the component's machine may call. */
  readonly open: boolean;
  readonly callers: readonly Caller[];
}

/** An incoming webhook. */
export interface Hook {
  readonly name: string;
  readonly receiver: string;
  /** The address from which the webhook's messages are sent. */
  readonly sender: string;
  /** The display name of the webhook's bot; null if the webhook sends as a user. */
  readonly title: string | null;
  /** Why the bot isn't inside the receiving room of another service. */
  readonly trouble: string | null;
  readonly format: string;
  readonly isSigned: boolean;
  readonly corrects: boolean;
  readonly hasTemplate: boolean;
  /** The maximum rate, in posts per second; null: the default. */
  readonly rate: number | null;
  /** The maximum size of a post, in bytes; null: the default. */
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
  /** The host and port to which events are delivered. */
  readonly program: string;
  readonly events: readonly string[];
  /** The rooms whose events are delivered; null: all rooms. */
  readonly rooms: readonly string[] | null;
  readonly pattern: string | null;
  readonly form: string;
  /** The bot that sends the program's replies; null: replies are ignored. */
  readonly sender: string | null;
  readonly madeAt: number;
  readonly waiting: number;
  readonly deadLetters: number;
  /** Why the last delivery failed; null if it succeeded. */
  readonly fault: string | null;
  readonly retryAt: number | null;
  /** Why the bot isn't inside rooms of other services. */
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

/** A field of a room's configuration form (XEP-0004). */
export interface FormField {
  readonly name: string;
  readonly label: string;
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
