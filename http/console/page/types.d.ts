/** What the server answers and tells: the JSON of /console/api. Times are milliseconds since 1970. */

export interface Session {
  /** Whether who reaches the console must log in. */
  readonly access: "open" | "login";
  /** Who is logged in. */
  readonly operator: string | null;
  readonly csrf: string | null;
  readonly version: string;
}

export interface ErrorBody {
  readonly error?: { readonly code: string; readonly message: string; readonly field?: string };
}

/** Rates are per second, over the five seconds before it. */
export interface Point {
  readonly at: number;
  readonly up: boolean;
  readonly calls: Readonly<Record<string, number>>;
  readonly refused: Readonly<Record<string, number>>;
  readonly waiting: number;
  /** Seconds. */
  readonly oldest: number;
  readonly accepted: number;
  readonly confirmed: number;
  readonly bounced: number;
  /** Milliseconds. */
  readonly roundTrip: number | null;
}

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
    readonly oldest: number;
    readonly setAside: number;
  };
  readonly hooks: { readonly all: number; readonly waiting: number; readonly setAside: number };
  readonly roundTrip: number | null;
  readonly rooms: { readonly all: number; readonly loaded: number };
  readonly memoryShort: boolean;
  readonly block: { readonly ms: number; readonly work: string };
  readonly totals: { readonly accepted: number; readonly confirmed: number; readonly bounced: number };
}

/** Since the component's start. */
export interface Use {
  readonly calls: number;
  readonly refused: number;
  readonly lastAt: number | null;
}

/** What came of a change, in a sentence. */
export interface Told {
  readonly told: string;
}

export interface Letter {
  readonly id: number;
  readonly acceptedAt: number;
  readonly diedAt: number;
  readonly reason: string;
  readonly request: string | null;
  /** Of the whole stanza. */
  readonly bytes: number;
  readonly stanza: string;
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
  readonly speaks: string;
  readonly title: string | null;
  /** Why its bot isn't inside its room of another service; null: all is well. */
  readonly trouble: string | null;
  readonly format: string;
  readonly isSigned: boolean;
  readonly corrects: boolean;
  readonly hasTemplate: boolean;
  /** Posts a second; null: as all. */
  readonly rate: number | null;
  /** null: as all. */
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

/** One that is told of what happens. */
export interface OutgoingHook {
  readonly name: string;
  /** Host and port of the program. */
  readonly program: string;
  readonly events: readonly string[];
  /** null: all. */
  readonly rooms: readonly string[] | null;
  readonly pattern: string | null;
  readonly form: string;
  /** Who says what the program answers; null: nobody. */
  readonly speaks: string | null;
  readonly madeAt: number;
  readonly waiting: number;
  readonly setAside: number;
  /** Why it isn't taken now; null: all is well. */
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

/** Of a room's form: XEP-0004's types. */
export interface FormField {
  readonly name: string;
  readonly label: string;
  /** The label in Chinese. */
  readonly zh?: string;
  readonly type: string;
  readonly values: readonly string[];
  readonly choices: readonly { readonly value: string; readonly label: string; readonly zh?: string }[];
  /** Whether values beside the choices are taken. */
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
