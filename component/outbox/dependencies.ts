/** The dependencies, timings and options of the outbox. */
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
  /** The maximum size of a stanza, in bytes. */
  readonly stanzaBytes: number;
  readonly acks: AckRequests;
  /** If undefined, each receiver gets a separate stanza. */
  readonly multicast?: Multicast | undefined;
  readonly modes: SendModes;
  /** The hosts that the server serves. */
  readonly hosts: readonly string[];
  readonly store: OutboxStore;
  readonly deadLetters: DeadLetters;
  readonly commit: GroupCommit;
  /** The log of recent calls; undefined if calls aren't traced. */
  readonly calls?: CallLog | undefined;
  readonly history?: CallHistory | undefined;
  readonly log: Logger;
  readonly metrics: Metrics;
}

/** The timings of the outbox, in milliseconds. */
export interface OutboxTimes {
  /** How often an idle link is checked. */
  readonly keepAlive: number;
  /** How long a link may be without an ack before it counts as dead. */
  readonly silence: number;
  /**
   * How long the component waits on a new stream for its message to come back and for the server's uptime. After that
   * it accepts a ping as the ack request, and goes on without the uptime.
   */
  readonly negotiation: number;
  /** The delay before the outbox tries again to read rows after the database failed. */
  readonly reread: number;
  /** How long acks are collected before they are written to the disk in one transaction. */
  readonly note: number;
}

/** The timings in production. A dead link is detected within keepAlive + silence, less than half a minute. */
export const TIMES: OutboxTimes = {
  ...{ keepAlive: 8_000, silence: 18_000, negotiation: 2_000, reread: 1_000, note: 20 },
};

export interface OutboxOptions {
  /** How many stanzas may wait; a stanza for several recipients counts once for each. */
  readonly maxStanzas: number;
  /** The maximum size of all waiting stanzas, in bytes. */
  readonly maxBytes: number;
  /** How long a call waits for the ack of its stanzas, in milliseconds. */
  readonly confirmTimeout: number;
  /** How long, and how many, acknowledged rows are kept. */
  readonly keep: KeepLimits;
  readonly times?: Partial<OutboxTimes>;
}
