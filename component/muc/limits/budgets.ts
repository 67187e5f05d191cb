/** Users' rate limits in rooms. Each kind of action has a budget, so that users who read much may still speak. */
import type { RoomsConfig } from "../../config.js";
import { TokenBuckets } from "../../limits/token-bucket.js";
import type { Transaction } from "../transaction.js";

/** How many bytes written by the component add 1 to the cost of an action. */
const COSTLY = 256 * 1024;
export type Budgets = ReturnType<typeof budgetsOf>;

/** Makes the budgets of all users, by bare address. */
export function budgetsOf(config: RoomsConfig) {
  /** @param seconds how long an empty budget takes to fill up */
  const budget = (perSecond: number, seconds: number): TokenBuckets =>
    new TokenBuckets({ perSecond, burst: perSecond * seconds });
  return {
    /** For messages, subjects, invitations and changes of rooms. A small message costs 1. */
    sending: budget(config.messages_per_second, 5),
    /** For entering, nickname changes and presence updates. Each costs 1 or more. */
    presence: budget(config.presences_per_second, 20),
    /** For requests to other occupants, such as for their pictures. Each costs 1. */
    questions: budget(config.questions_per_second, 50),
    /** For reading history, lists, archives, vCards and disco#info. The cost is in bytes. */
    reading: budget(config.read_bytes_per_second, 8),
    /** For what users may repeat only after a pause in a room. The cost is in seconds; names are of rule, room and account. */
    pauses: new TokenBuckets({ perSecond: 1, burst: 1 }),
  };
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
