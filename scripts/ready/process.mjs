/** Programs that are run on the way, what is said meanwhile, and what goes wrong in a sentence. */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The checkout. */
export const ROOT = join(dirname(fileURLToPath(import.meta.url)), "../..");
/** Between two words about how far it is. */
const SAY_MS = 5_000;

/** What goes wrong and can be put in a sentence. */
export class NotReady extends Error {}

/** Whoever reads may have had enough: nothing is said about that. @returns what undoes it */
export function endWhereNobodyReads() {
  const end = () => process.exit();
  process.stdout.on("error", end);
  return () => process.stdout.off("error", end);
}

/**
 * Says what is going on, every few seconds how far it is, and how long it took.
 * @param progress words about that; said once, with a dot for each time that they stay
 */
export async function timed(what, work, progress = () => "") {
  const started = performance.now();
  process.stdout.write(`${what} …`);
  let said = "";
  const timer = setInterval(() => {
    const words = progress();
    process.stdout.write(words === said ? "." : ` ${words} .`);
    said = words;
  }, SAY_MS);
  try {
    const result = await work();
    process.stdout.write(` ${((performance.now() - started) / 1000).toFixed(1)} s\n`);
    return result;
  } finally {
    clearInterval(timer);
  }
}

/** Runs a program in the checkout; what it prints is kept for when it fails. */
export function run(command, args, env = process.env) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: ROOT, env, stdio: ["ignore", "pipe", "pipe"] });
    const end = () => child.kill();
    process.once("exit", end);
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text) => (output += text));
    child.once("error", (error) => resolve({ code: 1, output: error.message }));
    child.once("close", (code) => {
      process.off("exit", end);
      resolve({ code, output });
    });
  });
}

export function inPath(program) {
  return (process.env.PATH ?? "").split(delimiter).some((folder) => existsSync(join(folder, program)));
}

export function tail(output) {
  return output.trim().split("\n").slice(-25).join("\n");
}
