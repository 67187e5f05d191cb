/** The outbox's dependencies, times and options. */
import type { Logger } from "winston";
import type { CallLog } from "../../storage/call-log.js";
import type { DeadLetters } from "../../storage/dead-letters.js";
import type { GroupCommit } from "../../storage/group-commit.js";
import type { OutboxStore } from "../../storage/outbox-store.js";
import type { OutboxLink } from "../link/link.js";
import type { Metrics } from "../metrics.js";
import type { AckRequests } from "./ack-requests.js";
import type { CallHistory } from "./call-history.js";
import type { KeepLimits } from "./kept-rows.js";
import type { Multicast } from "./multicast.js";
import type { SendModes } from "./send-modes.js";

export interface OutboxDependencies {
  readonly link: OutboxLink;
  /** The most bytes of one stanza. */
  readonly stanzaBytes: number;
  readonly acks: AckRequests;
  /** Absent: each receiver gets its own stanza. */
  readonly multicast?: Multicast | undefined;
  readonly modes: SendModes;
  /** The hosts that the server serves. */
  readonly hosts: readonly string[];
  readonly store: OutboxStore;
  readonly deadLetters: DeadLetters;
  readonly commit: GroupCommit;
  /** Absent: calls aren't traced. */
  readonly calls?: CallLog | undefined;
  readonly history?: CallHistory | undefined;
  readonly log: Logger;
  readonly metrics: Metrics;
}

/** In milliseconds. */
export interface OutboxTimes {
  /** An idle link is checked this often. */
  readonly keepAlive: number;
  /** A link without an ack for this long is dead. */
  readonly silence: number;
  /** How long a new stream may take to return a message before a ping will do, and to tell the uptime. */
  readonly negotiation: number;
  /** How long until rows that couldn't be read are read again. */
  readonly reread: number;
  /** How long acks wait to be written to the disk together. */
  readonly note: number;
}

/** A dead link is found within keepAlive + silence, which is less than half a minute. */
export const TIMES: OutboxTimes = {
  ...{ keepAlive: 8_000, silence: 18_000, negotiation: 2_000, reread: 1_000, note: 20 },
};

export interface OutboxOptions {
  /** The most stanzas that may wait; one for several recipients counts for each. */
  readonly maxStanzas: number;
  /** The most bytes that may wait. */
  readonly maxBytes: number;
  /** How long a call waits for its ack, in milliseconds. */
  readonly confirmTimeout: number;
  /** How long acknowledged rows are kept. */
  readonly keep: KeepLimits;
  readonly times?: Partial<OutboxTimes>;
}
