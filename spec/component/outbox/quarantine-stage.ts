/** The quarantine by itself, with a clock of its own, and a disk that a test may fill. */
import { Envelopes } from "../../../component/outbox/envelopes.js";
import type { OutboxRow } from "../../../component/outbox/origin.js";
import { Quarantine, type QuarantineParts } from "../../../component/outbox/quarantine.js";
import type { TriedStanza } from "../../../component/outbox/trial.js";
import { PLAIN } from "../../../component/outbox/ways.js";
import type { Blame } from "../../../component/link/stream-end.js";
import { together } from "../../../component/xml/splice.js";
import type { DeadLetters, NewLetter } from "../../../storage/dead-letters.js";
import type { Position } from "../../../storage/outbox-progress.js";
import { bytesOf, type Way, type Weight } from "../../../storage/outbox-row.js";
import { row } from "./rows.js";

const TIMES = { first: 100, longest: 1_000 };

/** A row of so many stanzas. */
export function several(seq: number, count: number, more: Partial<OutboxRow> = {}): OutboxRow {
  const stanzas = Array.from({ length: count }, () => row(seq).stanza);
  return row(seq, { stanza: together(stanzas), stanzas: count, ...more });
}

export class QuarantineStage {
  readonly quarantine: Quarantine;
  /** Milliseconds of performance.now(). */
  clock = 10_000;
  /** The rows in quarantine on the disk, by seq. */
  readonly disk = new Map<number, OutboxRow>();
  /** How much of rows was noted as routed. */
  readonly noted: Position[] = [];
  readonly letters: NewLetter[] = [];
  isDiskFull = false;
  /** Whether what was routed need not be kept. */
  isOver = true;
  /** In which way a sender's stanzas go. */
  allowed: (sender: string) => Way | undefined = () => "plain";
  readonly #realNow = performance.now.bind(performance);

  constructor() {
    performance.now = () => this.clock;
    const store = {
      now: (work: () => void) => {
        if (this.isDiskFull) throw new Error("full");
        work();
      },
      quarantine: (positions: Position[]) => {
        this.noted.push(...positions);
        for (const { seq, done } of positions) this.disk.set(seq, { ...this.disk.get(seq)!, done });
      },
      quarantinedFrom: (seq: number, count: number, most: number) => {
        const rows = [...this.disk.values()].filter((one) => one.seq >= seq).sort((a, b) => a.seq - b.seq);
        let bytes = 0;
        return rows.slice(0, count).filter((one, at) => (bytes += bytesOf(one)) <= most || at === 0);
      },
      remove: (seqs: number[]) => seqs.forEach((seq) => this.disk.delete(seq)),
      replace: (rows: OutboxRow[]) => rows.forEach((one) => this.disk.set(one.seq, one)),
    };
    const parts = {
      ...{ store, domain: "rooms.h", envelopes: new Envelopes("rooms.h"), times: TIMES },
      ways: { ...PLAIN, of: (_: string, sender: string) => this.allowed(sender) },
      retention: { isOver: () => this.isOver },
    };
    this.quarantine = new Quarantine(parts as unknown as QuarantineParts);
  }

  add(...rows: OutboxRow[]): void {
    for (const one of rows) this.disk.set(one.seq, one);
    this.quarantine.add(rows.map((one) => ({ row: one, place: one.done })));
  }

  /** The places that are tried next: `1-0`. */
  tries(): string[] {
    return this.quarantine.nextTrial(0).places.map(({ seq, done }) => `${seq}-${done}`);
  }

  routed(pause = 0): Weight {
    return this.quarantine.trialRouted(pause);
  }

  closed(blame: Blame, isFirst = false): TriedStanza | undefined {
    return this.quarantine.trialClosed({ blame, isFirst });
  }

  /** What is tried closes the stream, and is sure to be poison. */
  setAside(): Weight {
    const poison = this.closed("blamed", true);
    if (poison === undefined) throw new Error("it is none");
    return this.quarantine.setAside(poison, this.#deadLetters, "the reason");
  }

  close(): void {
    performance.now = this.#realNow;
  }

  readonly #deadLetters = {
    add: (some: NewLetter[], also: () => void) => {
      if (this.isDiskFull) throw new Error("full");
      also();
      this.letters.push(...some);
    },
  } as unknown as DeadLetters;
}
