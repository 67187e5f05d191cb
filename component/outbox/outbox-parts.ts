/** What the outbox is made of. */
import type { Logger } from "winston";
import type { CallLog } from "../../storage/call-log.js";
import type { DeadLetters } from "../../storage/dead-letters.js";
import type { GroupCommit } from "../../storage/group-commit.js";
import { plus } from "../../storage/outbox-progress.js";
import type { Beginning, OutboxStore } from "../../storage/outbox-store.js";
import { UnitsOfWork } from "../../storage/unit-of-work.js";
import type { OutboxLink } from "../link/link.js";
import type { Metrics } from "../metrics.js";
import { Acceptance } from "./acceptance.js";
import type { AckRequests } from "./ack-requests.js";
import type { CallHistory } from "./call-history.js";
import { InFlight } from "./in-flight.js";
import { Journal } from "./journal.js";
import { KeepAlive, type KeepAliveParts, type KeepAliveTimes } from "./keep-alive.js";
import { KeptRows, type KeepLimits } from "./kept-rows.js";
import type { Multicast } from "./multicast.js";
import { NextWrites } from "./next-write.js";
import { Opening, type Opened, type OpeningTimes } from "./opening.js";
import { PendingCalls } from "./pending-calls.js";
import { PrivilegedMessages } from "./privileged-messages.js";
import { Quotas } from "./quotas.js";
import { Replays } from "./replays.js";
import { Rejections } from "./rejections.js";
import { DIRECT, RowModes, type SendModes } from "./send-modes.js";
import { Suspects } from "./suspects.js";
import { WaitingRows } from "./waiting-rows.js";

export interface OutboxTimes extends KeepAliveTimes, OpeningTimes {
  /** How long until rows that couldn't be read are tried again; milliseconds. */
  readonly reread: number;
  /** How long acks wait to be noted on the disk together. */
  readonly note: number;
}

/** A dead link is found within keepAlive + silence: half a minute at most. */
const TIMES: OutboxTimes = { keepAlive: 8_000, silence: 18_000, negotiation: 2_000, reread: 1_000, note: 20 };

export interface OutboxOptions {
  /** The most stanzas that may wait; one for many recipients counts as many. */
  readonly maxStanzas: number;
  /** The most bytes that may wait. */
  readonly maxBytes: number;
  /** How long a call waits for its ack, in milliseconds. */
  readonly confirmTimeout: number;
  /** How much of what is acknowledged is kept. */
  readonly keep: KeepLimits;
  readonly times?: Partial<OutboxTimes>;
}

/** What the outbox works with. */
export interface OutboxDependencies {
  readonly link: OutboxLink;
  readonly acks: AckRequests;
  /** Absent: each receiver gets a stanza of its own. */
  readonly multicast?: Multicast | undefined;
  /** Absent: everything is sent directly. */
  readonly modes?: SendModes | undefined;
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

/** What the parts ask the outbox for, and tell it. */
interface Owner extends Pick<KeepAliveParts, "last" | "isReady" | "onIdle"> {
  /** The first row that isn't acknowledged. */
  readonly acked: () => number;
  readonly onOpen: (opened: Opened) => void;
}

export function partsOf(
  dependencies: OutboxDependencies,
  options: OutboxOptions,
  beginning: Beginning,
  owner: Owner,
) {
  const { link, store, commit, calls, modes = DIRECT, metrics } = dependencies;
  const times = { ...TIMES, ...options.times };
  const { waiting, parked } = store.states();
  const quotas = new Quotas({ stanzas: options.maxStanzas, bytes: options.maxBytes }, plus(waiting, parked));
  const inFlight = new InFlight();
  const kept = new KeptRows(options.keep, beginning);
  const rows = new WaitingRows(store, beginning.acked);
  const privileged = new PrivilegedMessages(link.domain);
  const parts = { ...dependencies, modes, quotas, inFlight, kept, rows, privileged };
  const units = new UnitsOfWork(commit, store, calls);
  const suspects = new Suspects();
  const journal = new Journal({ ...parts, noteMs: times.note, acked: owner.acked });
  gauges(metrics, { store, kept, journal });
  return {
    ...parts,
    times,
    suspects,
    journal,
    replays: new Replays({ ...parts, suspects, journal }),
    acceptance: new Acceptance({ ...parts, units }),
    writes: new NextWrites({ ...parts, modes: new RowModes(modes), domain: link.domain }),
    rejections: new Rejections(parts),
    pending: new PendingCalls(options.confirmTimeout),
    opening: new Opening(parts, times, owner.onOpen),
    keepAlive: new KeepAlive({ ...parts, ...owner }, times),
  };
}

export type OutboxParts = ReturnType<typeof partsOf>;

/** What is read when metrics are asked for: from the disk, like `outbox list`. */
function gauges(
  metrics: Metrics,
  { store, kept, journal }: { store: OutboxStore; kept: KeptRows; journal: Journal },
): void {
  const gauge = (name: string, help: string, read: () => number): void =>
    metrics.gaugeOf(name, help, () => {
      journal.flush();
      return orNothing(read);
    });
  gauge("qtalk_outbox_stanzas", "Stanzas waiting to be acknowledged", () => store.states().waiting.stanzas);
  gauge("qtalk_outbox_bytes", "Bytes waiting to be acknowledged", () => store.states().waiting.bytes);
  const parked = "Stanzas parked, as their host lets nobody send in its users' names";
  gauge("qtalk_outbox_parked_stanzas", parked, () => store.states().parked.stanzas);
  gauge("qtalk_outbox_dead_letters", "Dead letters", () => store.states().deadLetters);
  gauge("qtalk_outbox_oldest_seconds", "Age of the oldest stanza that waits or is parked", () => {
    const oldest = store.oldest();
    return oldest === undefined ? 0 : Math.max(0, Date.now() - oldest) / 1000;
  });
  gauge("qtalk_outbox_kept_bytes", "Acknowledged bytes kept in case the server restarts", () => kept.bytes);
}

/** 0 while the database can't be read. */
function orNothing(read: () => number): number {
  try {
    return read();
  } catch {
    return 0;
  }
}
