/** Measures how long turns of the event loop are busy, in CPU time, so that other processes don't count. */

/**
 * Returns the highest CPU time of a turn of the event loop while `work` runs, in milliseconds. Other threads' time
 * counts, too (of the garbage collector, of the compiler), so work that may run again is best measured several times:
 * the lowest of them counts, as what blocks the loop blocks it each time.
 */
export async function busiestTurn(work: () => Promise<unknown>, { times = 1 } = {}): Promise<number> {
  let least = Infinity;
  for (let run = 0; run < times; run++) least = Math.min(least, await busiestTurnOnce(work));
  return least;
}

async function busiestTurnOnce(work: () => Promise<unknown>): Promise<number> {
  let most = 0;
  let before = process.cpuUsage();
  const look = (): void => {
    const { user, system } = process.cpuUsage(before);
    most = Math.max(most, (user + system) / 1000);
    before = process.cpuUsage();
    next = setImmediate(look);
  };
  let next = setImmediate(look);
  try {
    await work();
    clearImmediate(next);
    look();
  } finally {
    clearImmediate(next);
  }
  return most;
}
