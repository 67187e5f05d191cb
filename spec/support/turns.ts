/** How much one turn of the event loop is busy: in CPU time, which a busy machine doesn't stretch. */

/** The most CPU time that one turn took until something was done, in milliseconds. */
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
  await work();
  clearImmediate(next);
  look();
  clearImmediate(next);
  return most;
}
