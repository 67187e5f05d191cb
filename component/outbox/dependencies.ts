/** The dependencies, timings and options of the outbox. */
import type { Logger } from "winston";
import type { DeadLetters } from "../../storage/dead-letters.js";
import type { GroupCommit } from "../../storage/group-commit.js";
import type { OutboxStore } from "../../storage/outbox-store.js";
import type { OutboxLink } from "../link/link.js";
import type { Metrics } from "../metrics.js";
import type { SendingRights } from "../privilege/sending-rights.js";
import type { AckRequests } from "./ack-requests.js";
import type { CallHistory } from "./call-history.js";
import type { KeepLimits } from "./replay.js";
import type { Multicast } from "./multicast.js";

/** The part of the sending rights that the outbox uses. */
export type SendModes = Pick<SendingRights, "of" | "begin" | "end" | "forbidden" | "onChange">;

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
  /** Undefined if calls aren't traced. */
  readonly history?: CallHistory | undefined;
  readonly log: Logger;
  readonly metrics: Metrics;
}

/** The timings of the outbox, in milliseconds. */
export interface OutboxTimes {
  /** How long a link may be idle before an ack request is sent. */
  readonly keepAlive: number;
  /** How long a link may be without an ack before it counts as dead. */
  readonly silence: number;
  /** How long a new stream may take to return the component's message and report the server's uptime (opening.ts). */
  readonly negotiation: number;
  /** The delay before rows are read, or acks written, again after the database failed. */
  readonly reread: number;
  /** How long acks are collected for one transaction. */
  readonly note: number;
  /** Returns the time in milliseconds since 1970, as the machine's clock was at the start: it isn't set while this runs. */
  now(): number;
}

/** A dead link is detected within keepAlive + silence, less than half a minute. */
export const TIMES: OutboxTimes = {
  keepAlive: 8_000,
  silence: 18_000,
  negotiation: 2_000,
  reread: 1_000,
  note: 20,
  now: () => Math.round(performance.timeOrigin + performance.now()),
};

export interface OutboxOptions {
  /** How many stanzas may wait; a stanza for several recipients counts once for each. */
  readonly maxStanzas: number;
  /** The maximum size of all waiting stanzas, in bytes. */
  readonly maxBytes: number;
  /** How long a call waits for the ack of its stanzas, in milliseconds. */
  readonly confirmTimeout: number;
  readonly keep: KeepLimits;
  readonly times?: Partial<OutboxTimes>;
}
