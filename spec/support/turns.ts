/** Measures how long turns of the event loop are busy, in CPU time, so that other processes don't count. */

/** Returns the highest CPU time of a turn of the event loop while `work` runs, in milliseconds. */
export async function busiestTurn(work: () => Promise<unknown>): Promise<number> {
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
