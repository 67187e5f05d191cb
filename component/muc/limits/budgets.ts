/**
 * What a user may do in rooms. Each kind of action has a budget of its own, so that whoever reads much may still speak.
 * An action costs what it makes the component write.
 */
import type { RoomsConfig } from "../../config.js";
import { TokenBuckets } from "../../token-bucket.js";
import type { Transaction } from "../transaction.js";

/** For each of so many bytes written because of an action, it costs one more. */
const COSTLY = 256 * 1024;
/** A budget holds at most what it gains in so many seconds. */
const SECONDS = { sending: 5, presence: 20, questions: 50, reading: 8 };

export class Budgets {
  /** Messages, subjects, invitations, changes of rooms. A small message costs 1. */
  readonly sending: TokenBuckets;
  /** Entering, entering again, other nicknames, updates. */
  readonly presence: TokenBuckets;
  /** Questions to other occupants, such as for their pictures. */
  readonly questions: TokenBuckets;
  /** In bytes: the history, lists, pages of archives, vCards, what rooms say of themselves. */
  readonly reading: TokenBuckets;

  constructor(config: RoomsConfig) {
    const sized = (perSecond: number, seconds: number): TokenBuckets =>
      new TokenBuckets({ perSecond, burst: perSecond * seconds });
    this.sending = sized(config.messages_per_second, SECONDS.sending);
    this.presence = sized(config.presences_per_second, SECONDS.presence);
    this.questions = sized(config.questions_per_second, SECONDS.questions);
    this.reading = sized(config.read_bytes_per_second, SECONDS.reading);
  }
}

/** Owners' clients and programs make many small changes at once: a list of members, a room for each test. */
const SMALL_CHANGE = 1 / 10;
/** Writes to the database that cost 1. */
const WRITES = 1000;

/** What a message or a presence costs. */
export function costOfMessage({ bytes }: Pick<Transaction, "bytes">): number {
  return 1 + bytes / COSTLY;
}

/** What a change of a room costs whoever may make it. */
export function costOfChange({ bytes, writes }: Pick<Transaction, "bytes" | "writes">): number {
  return SMALL_CHANGE + writes / WRITES + bytes / COSTLY;
}
