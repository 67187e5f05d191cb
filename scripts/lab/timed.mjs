// @ts-check
/** Shows that a long step goes on, and how long it took. This file is JavaScript, because checkouts run it unbuilt. */

/** How often the line is written again on a terminal, in milliseconds. */
const EVERY_MS = 1_000;

/**
 * Runs a step. On a terminal, the step's line counts the seconds; elsewhere, a line says that it begins.
 * @template T
 * @param {string} what what is done, such as "Compiling"
 * @param {() => Promise<T>} step
 * @param {Pick<NodeJS.WriteStream, "isTTY" | "write">} [output]
 * @returns {Promise<T>}
 */
export async function timed(what, step, output = process.stdout) {
  const started = performance.now();
  const start = output.isTTY ? "\r" : "";
  const write = (/** @type {string} */ end) =>
    output.write(`${start}${what} … ${Math.round((performance.now() - started) / 1000)} s${end}`);
  if (!output.isTTY) output.write(`${what} …\n`);
  const timer = output.isTTY ? setInterval(write, EVERY_MS, "") : undefined;
  try {
    return await step();
  } finally {
    clearInterval(timer);
    write("\n");
  }
}
