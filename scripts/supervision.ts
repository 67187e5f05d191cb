/** The process of a running component: signals stop it, and internal errors end it for the supervisor to restart. */
import type { Logger } from "winston";
import { StorageFault } from "../storage/database.js";
import type { RunningDaemon } from "./daemon.js";
import { ExitCode } from "./failure.js";
import { outputClosed } from "./output.js";

/** Limit for a clean stop, in milliseconds. */
const STOP_MS = 10_000;
/** The exit code of a process ended by a signal is this plus the signal's number, by convention. */
const SIGNALLED = 128;
const NUMBERS = { SIGINT: 2, SIGTERM: 15 } as const;

/**
 * The first SIGTERM or SIGINT stops the daemon cleanly, the second ends the process at once. A closed standard output
 * stops it, too, with an error code, so that a supervisor starts it again.
 */
export function stopOnSignals(daemon: RunningDaemon, log: Logger, onStopping?: () => void): void {
  let stopping = false;
  const stop = (why: string, code: ExitCode): void => {
    stopping = true;
    onStopping?.();
    log.info(
      `${why}: stopping. Running calls are finished; stanzas that are not acknowledged by then stay stored.`,
    );
    setTimeout(() => {
      log.error(`Stopping took longer than ${STOP_MS / 1000} s: exiting now. Accepted stanzas are stored.`);
      process.exit(ExitCode.software);
    }, STOP_MS).unref();
    daemon.stop().then(
      () => {
        log.info("Stopped.");
        process.exit(code);
      },
      (error: unknown) => {
        log.error("Stopping failed.", { error });
        process.exit(ExitCode.software);
      },
    );
  };
  const onSignal = (signal: keyof typeof NUMBERS): void => {
    if (stopping) process.exit(SIGNALLED + NUMBERS[signal]);
    stop(signal, ExitCode.ok);
  };
  process.on("SIGTERM", onSignal).on("SIGINT", onSignal);
  outputClosed.addEventListener("abort", () => {
    if (stopping) return;
    process.stderr.write("The reader of the log closed standard output: stopping.\n");
    stop("Standard output was closed", ExitCode.ioErr);
  });
}

/**
 * Ends the process on unexpected errors, unhandled rejections included: its state is unknown then. Accepted stanzas are
 * stored.
 */
export function endOnFaults(log: Logger): void {
  process.on("uncaughtException", (error: unknown) => {
    if (error instanceof StorageFault) {
      log.error(`${error.message} Exiting. Accepted stanzas are stored, and sent at the next start.`);
      process.exit(ExitCode.ioErr);
    }
    log.error("Internal error: exiting. Accepted stanzas are stored, and sent at the next start.", {
      error,
    });
    process.exit(ExitCode.software);
  });
}
