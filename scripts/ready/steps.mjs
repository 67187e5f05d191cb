/**
 * What is needed first is looked at first, as installing takes its time: a server. Then the dependencies are installed
 * where they don't match package-lock.json, and what changed is built. Nothing to do takes next to no time.
 */
import { fileURLToPath } from "node:url";
import { KINDS, missingForQuickstart, missingServers } from "../lab/installed.mjs";
import { buildWhatChanged } from "./build.mjs";
import { installWhatDiffers } from "./dependencies.mjs";
import { endWhereNobodyReads, NotReady } from "./process.mjs";
import { installForTests, missingForTests } from "./tests.mjs";

const PROGRAM = new URL("../../dist/scripts/qtalk-component.js", import.meta.url);
const [, , first, ...rest] = process.argv;

const listenAgain = endWhereNobodyReads();
try {
  const fault = whatIsMissing();
  if (fault !== undefined) throw new NotReady(fault);
  await installWhatDiffers();
  await buildWhatChanged();
  if (first === "--with-servers") await installForTests();
  if (first === "--run") await run();
} catch (error) {
  if (!(error instanceof NotReady)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

/** What nothing here can install. */
function whatIsMissing() {
  if (first === "--with-servers") {
    const faults = [missingServers(KINDS), missingForTests()].filter((fault) => fault !== undefined);
    return faults.length === 0 ? undefined : faults.join("\n");
  }
  const isQuickstart = first === "--run" && rest[0] === "quickstart";
  const needsNone = rest.some((option) => /^(?:--service(?:=|$)|--help$|-h$)/.test(option));
  return isQuickstart && !needsNone ? missingForQuickstart(serverOf(rest)) : undefined;
}

/** Which server was asked for, where that is one we know; the command itself tells of any other. */
function serverOf(options) {
  const index = options.findIndex((option) => option === "--server" || option.startsWith("--server="));
  const name = options[index]?.slice("--server=".length) || options[index + 1];
  return index < 0 ? undefined : KINDS.find((kind) => kind === name);
}

/** Runs the program in this process, as if it had been called. */
async function run() {
  listenAgain();
  process.argv = [process.execPath, fileURLToPath(PROGRAM), ...rest];
  await import(PROGRAM.href);
}
