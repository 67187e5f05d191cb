import { SingleBar, Presets } from "cli-progress";

export interface ImportProgress {
  /** @param done the amount of finished work, in the unit of `total` @param note a text beside the percentage */
  update(done: number, note: string): void;
  stop(): void;
}

const LINE_EVERY_MS = 10_000;

/**
 * Shows the progress of long work: a bar on a terminal, otherwise a line every 10 s.
 * @param label the name of the work, such as "Importing people.csv"
 * @param total the value of `done` at the end, in any unit
 */
export function showProgress(label: string, total: number): ImportProgress {
  return process.stderr.isTTY ? bar(label, total) : lines(label, total);
}

function bar(label: string, total: number): ImportProgress {
  const format = `${label} {bar} {percentage}% {note}`;
  const single = new SingleBar({ format, hideCursor: true, clearOnComplete: true }, Presets.shades_classic);
  single.start(Math.max(total, 1), 0, { note: "" });
  return {
    update: (done, note) => single.update(Math.min(done, total), { note }),
    stop: () => single.stop(),
  };
}

function lines(label: string, total: number): ImportProgress {
  let next = performance.now() + LINE_EVERY_MS;
  return {
    update(done, note) {
      if (performance.now() < next) return;
      next = performance.now() + LINE_EVERY_MS;
      process.stderr.write(`${label}: ${Math.floor((100 * done) / Math.max(total, 1))} %, ${note}\n`);
    },
    stop: () => undefined,
  };
}

/** Divides long work into batches of `size` items; the last one may be smaller. */
export function* inBatches<T>(items: Iterable<T>, size: number): Generator<readonly T[]> {
  let batch: T[] = [];
  for (const item of items) {
    if (batch.push(item) < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
