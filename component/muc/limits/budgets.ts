/** Users' rate limits in rooms. Each kind of action has a budget, so that users who read much may still speak. */
import type { RoomsConfig } from "../../config.js";
import { TokenBuckets } from "../../limits/token-bucket.js";
import type { Transaction } from "../transaction.js";

/** How many bytes written by the component add 1 to the cost of an action. */
const COSTLY = 256 * 1024;
/** How long an empty budget takes to fill up, in seconds. */
const SECONDS = { sending: 5, presence: 20, questions: 50, reading: 8 };

/** The budgets of all users, by bare address. */
export class Budgets {
  /** For messages, subjects, invitations and changes of rooms. A small message costs 1. */
  readonly sending: TokenBuckets;
  /** For entering, nickname changes and presence updates. Each costs 1 or more. */
  readonly presence: TokenBuckets;
  /** For requests to other occupants, such as for their pictures. Each costs 1. */
  readonly questions: TokenBuckets;
  /** For reading history, lists, archives, vCards and disco#info. The cost is in bytes. */
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

/** The basic cost of a change of a room. It is low, because clients and programs make many small changes in a row. */
const SMALL_CHANGE = 1 / 10;
const WRITES = 1000;

export function costOfMessage({ bytes }: Pick<Transaction, "bytes">): number {
  return 1 + bytes / COSTLY;
}

export function costOfChange({ bytes, writes }: Pick<Transaction, "bytes" | "writes">): number {
  return SMALL_CHANGE + writes.length / WRITES + bytes / COSTLY;
}
