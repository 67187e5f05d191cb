/** The outbox with its database in memory, on a link without a socket: what happens, a test lets happen. */
import { setImmediate as turn } from "node:timers/promises";
import type { StreamEnd } from "../../../component/link/stream-end.js";
import { Metrics } from "../../../component/metrics.js";
import { Barrier } from "../../../component/outbox/barrier.js";
import {
  Outbox,
  type DeliveryStatus,
  type OutboxOptions,
  type OutboxParts,
} from "../../../component/outbox/outbox.js";
import type { Owner } from "../../../component/outbox/owner-quotas.js";
import type { Refusal } from "../../../component/refusal.js";
import { openDatabase } from "../../../storage/database.js";
import { DeadLetters } from "../../../storage/dead-letters.js";
import { GroupCommit, type Disk } from "../../../storage/group-commit.js";
import { OutboxStore } from "../../../storage/outbox-store.js";
import { FakeLink } from "../../support/fake-link.js";
import { LearnedWays } from "../../support/learned-ways.js";
import { LogLines } from "../../support/log-lines.js";
import { message } from "../../support/sender.js";

const DOMAIN = "rooms.h";
const NEVER = 1e9;
const TIMES = {
  ...{ keepAlive: NEVER, silence: NEVER, negotiation: NEVER, reread: 5 },
  quarantine: { first: 0, longest: 0 },
};

export interface OutboxStageOptions extends Partial<OutboxOptions> {
  readonly disk?: Disk;
  readonly history?: object;
  /** Whether users' stanzas go as they are. */
  readonly isForging?: boolean;
}

export class OutboxStage {
  readonly db = openDatabase(":memory:");
  readonly store = new OutboxStore(this.db);
  readonly deadLetters = new DeadLetters(this.db);
  readonly log = new LogLines();
  readonly metrics = new Metrics();
  readonly commit: GroupCommit;
  readonly link: FakeLink;
  readonly outbox: Outbox;
  /** How the server ends the stream for a stanza, by its id. */
  readonly endings = new Map<string, StreamEnd>();
  /** What was written, by id, in order. */
  readonly written: string[] = [];
  /** How often the link was told that it may come back soon, and at once. */
  readonly told = { resets: 0, reconnects: 0 };

  constructor({ disk, history, isForging = true, ...options }: OutboxStageOptions = {}) {
    this.commit = new GroupCommit(this.db, disk);
    this.link = new FakeLink(
      DOMAIN,
      (id) => this.endings.get(id),
      (id) => this.written.push(id),
    );
    this.link.isForging = isForging;
    this.link.resetBackoff = () => (this.told.resets += 1);
    this.link.reconnectNow = () => (this.told.reconnects += 1);
    const ways = new LearnedWays(DOMAIN, isForging);
    const { link, store, deadLetters, commit, metrics } = this;
    const parts = {
      ...{ link, store, deadLetters, commit, metrics, ways, history },
      ...{ log: this.log.logger, barrier: new Barrier(DOMAIN, "h"), hosts: ["h"] },
    };
    this.outbox = new Outbox(parts as unknown as OutboxParts, {
      ...{ maxStanzas: 100, maxBytes: 1e6, confirmTimeout: NEVER, stanzaBytes: 262_144 },
      ...{ keep: { ms: 0, bytes: 0 }, ...options, times: { ...TIMES, ...options.times } },
    });
    link.on("stanza", (stanza) => {
      if (!ways.consume(stanza)) this.outbox.consume(stanza);
    });
  }

  /** Lets all that is due happen. */
  async settle(): Promise<void> {
    for (let rounds = 0; rounds < 4; rounds++) await turn();
  }

  /** The server takes and returns all that there is, until nothing more comes. */
  async exchange(): Promise<void> {
    do {
      this.link.receive(Infinity);
      this.link.giveBack(Infinity);
      await this.settle();
    } while (!this.link.isIdle);
  }

  /** The link is up, and known to confirm. */
  async up(): Promise<this> {
    this.link.open();
    await this.exchange();
    return this;
  }

  /** A call with these messages. @returns what it is told: undefined until then */
  sends(ids: readonly string[], owner?: Owner, also?: () => void): { is?: string } {
    const rows = ids.map((id) => message(id));
    return answerOf(this.outbox.accept(rows, also, owner));
  }

  get routed(): string[] {
    return this.link.routed.map(({ id }) => id);
  }

  /** A metric's value. */
  async count(name: string): Promise<number> {
    const metrics = await this.metrics.registry.getMetricsAsJSON();
    return (
      metrics.find((metric) => metric.name === name)?.values.reduce((sum, { value }) => sum + value, 0) ?? NaN
    );
  }

  close(): void {
    this.outbox.stop();
    this.db.close();
  }
}

/** What a call is told: undefined until then. */
export function answerOf(call: Promise<DeliveryStatus | Refusal>): { is?: string } {
  const answer: { is?: string } = {};
  void call.then((told) => (answer.is = "delivery" in told ? told.delivery : told.message));
  return answer;
}
