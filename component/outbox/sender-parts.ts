/** What the outbox's sender works with, its times, and what it tells. */
import type { Logger } from "winston";
import type { DeadLetters } from "../../storage/dead-letters.js";
import type { Weight } from "../../storage/outbox-row.js";
import type { Beginning, OutboxStore, Position } from "../../storage/outbox-store.js";
import type { OutboxLink } from "../link/link.js";
import type { Metrics } from "../metrics.js";
import type { Barrier } from "./barrier.js";
import type { CallHistory } from "./call-history.js";
import { Envelopes } from "./envelopes.js";
import type { MulticastServices } from "./multicast-services.js";
import type { QuarantineTimes } from "./quarantine.js";
import type { Retention } from "./retention.js";
import { RefusedStanzas } from "./refused-stanzas.js";
import { PLAIN, type Ways } from "./ways.js";

export interface Progress {
  /** All before this place is behind us. */
  readonly confirmed: Position;
  readonly freed: Weight;
  /** The seqs of rows before it that weren't routed, ascending. */
  readonly unwritten: readonly number[];
  /** Whether that is to be noted on the disk. */
  readonly isToNote: boolean;
}

export interface SenderTimes {
  /** An idle link is proved alive this often; milliseconds, as all of these. */
  readonly keepAlive: number;
  /** Where no barrier comes back for this long, the link is dead. */
  readonly silence: number;
  /** How long a new stream is given to return a message before a ping will do for a barrier, and to tell its uptime. */
  readonly negotiation: number;
  /** How long until rows that couldn't be read are tried again. */
  readonly reread: number;
  /** How rare the trials of what is in quarantine become. */
  readonly quarantine: QuarantineTimes;
}

/** A dead link is found within keepAlive + silence: half a minute at most. */
export const TIMES: SenderTimes = {
  keepAlive: 8_000,
  silence: 18_000,
  negotiation: 2_000,
  reread: 1_000,
  quarantine: { first: 250, longest: 10_000 },
};

/** Who is told what becomes of the outbox. */
export interface SenderEvents {
  readonly onProgress: (progress: Progress) => void;
  /** So much that was confirmed waits again. */
  readonly onWaiting: (weight: Weight) => void;
}

/** What the sender works with. */
export interface SenderParts {
  readonly link: OutboxLink;
  readonly barrier: Barrier;
  /** Absent: each receiver gets a stanza of its own. */
  readonly multicastServices?: MulticastServices | undefined;
  /** What the server allows; absent: everything, as it is. */
  readonly ways?: Ways | undefined;
  readonly store: OutboxStore;
  /** Where the store stood when the process began. */
  readonly beginning: Beginning;
  readonly retention: Retention;
  /** The hosts that the server serves: they know since when it runs. */
  readonly hosts: readonly string[];
  readonly deadLetters: DeadLetters;
  /** Absent: nobody follows calls. */
  readonly history?: Pick<CallHistory, "requestOf" | "lost" | "rewritten" | "bouncedRow"> | undefined;
  /** The most bytes of a stanza on the wire. */
  readonly stanzaBytes: number;
  /** The first row that may not be written yet; those from there on are handed over by append(). */
  readonly heldFrom: () => number | undefined;
  readonly log: Logger;
  readonly metrics: Metrics;
}

/** The same with what writing makes use of. */
export interface WritingParts extends SenderParts {
  readonly ways: Ways;
  readonly envelopes: Envelopes;
  readonly refused: RefusedStanzas;
}

export function forWriting(parts: SenderParts): WritingParts {
  const { ways = PLAIN, link } = parts;
  return { ...parts, ways, envelopes: new Envelopes(link.domain), refused: new RefusedStanzas() };
}
