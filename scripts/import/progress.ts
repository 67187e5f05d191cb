import { SingleBar, Presets } from "cli-progress";

export interface Progress {
  /**
   * @param done how much is done, in the unit of `total`
   * @param note a text beside the percentage
   */
  update(done: number, note: string): void;
  stop(): void;
}

/** Standard error, so that standard output contains only the summary. */
export type Screen = NodeJS.WriteStream;

const LINE_EVERY_MS = 10_000;

/**
 * Shows the progress of long work: a bar on a terminal, otherwise a line every 10 s.
 * @param label the name of the work, such as "Importing people.csv"
 * @param total the value of `done` at the end, in any unit
 */
export function showProgress(label: string, total: number, screen: Screen = process.stderr): Progress {
  return screen.isTTY ? bar(label, total, screen) : lines(label, total, screen);
}

function bar(label: string, total: number, screen: Screen): Progress {
  const single = new SingleBar(
    {
      format: `${label} {bar} {percentage}% {note}`,
      stream: screen,
      hideCursor: true,
      clearOnComplete: true,
    },
    Presets.shades_classic,
  );
  single.start(Math.max(total, 1), 0, { note: "" });
  return {
    update: (done, note) => single.update(Math.min(done, total), { note }),
    stop: () => single.stop(),
  };
}

function lines(label: string, total: number, screen: Screen): Progress {
  let next = performance.now() + LINE_EVERY_MS;
  return {
    update(done, note) {
      if (performance.now() < next) return;
      next = performance.now() + LINE_EVERY_MS;
      screen.write(`${label}: ${Math.floor((100 * done) / Math.max(total, 1))} %, ${note}\n`);
    },
    stop: () => undefined,
  };
}
