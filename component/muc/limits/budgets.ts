/**
 * The rate limits of users in rooms, one for each kind of action, so that a user who reads much may still speak. An action
 * costs as much as the component writes because of it.
 */
import type { RoomsConfig } from "../../config.js";
import { TokenBuckets } from "../../token-bucket.js";
import type { Transaction } from "../transaction.js";

/** The bytes written that cost 1 more. */
const COSTLY = 256 * 1024;
/** The seconds after which an unused budget is full. */
const SECONDS = { sending: 5, presence: 20, questions: 50, reading: 8 };

export class Budgets {
  /** Messages, subjects, invitations, changes of rooms. A small message costs 1. */
  readonly sending: TokenBuckets;
  /** Entering, nickname changes, presence updates. */
  readonly presence: TokenBuckets;
  /** Requests to other occupants, such as for their pictures. */
  readonly questions: TokenBuckets;
  /** In bytes: history, lists, archive pages, vCards, disco#info. */
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

/** The basic cost of a change: owners' clients and programs make many small ones at once. */
const SMALL_CHANGE = 1 / 10;
/** The database writes that cost 1. */
const WRITES = 1000;

/** The cost of a message or a presence. */
export function costOfMessage({ bytes }: Pick<Transaction, "bytes">): number {
  return 1 + bytes / COSTLY;
}

/** The cost of a change of a room. */
export function costOfChange({ bytes, writes }: Pick<Transaction, "bytes" | "writes">): number {
  return SMALL_CHANGE + writes / WRITES + bytes / COSTLY;
}
