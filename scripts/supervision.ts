/** The process around a running daemon: signals stop it, faults of the program end it for the supervisor to restart. */
import type { Logger } from "winston";
import { StorageFault } from "../storage/database.js";
import type { RunningDaemon } from "./daemon.js";
import { ExitCode } from "./failure.js";
import { outputClosed } from "./output.js";

/** A clean stop takes less than this, in milliseconds; where it doesn't, something hangs. */
const STOP_MS = 10_000;
/** By convention, a process that a signal ended exits with this plus the signal's number. */
const SIGNALLED = 128;
const NUMBERS = { SIGINT: 2, SIGTERM: 15 } as const;

/**
 * The first SIGTERM or SIGINT stops the daemon cleanly and ends the process; the second ends it at once. So does the
 * end of who reads its log from standard output, but as a fault, so that a supervisor starts it again.
 */
export function stopOnSignals(daemon: RunningDaemon, log: Logger, onStopping?: () => void): void {
  let stopping = false;
  const stop = (why: string, code: ExitCode): void => {
    stopping = true;
    onStopping?.();
    log.info(`${why}: stopping. Running calls end first; what isn't routed by then stays stored.`);
    setTimeout(() => {
      log.error(`Stopping took longer than ${STOP_MS / 1000} s; ended without waiting any longer.`);
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
    process.stderr.write("Nobody reads the log on standard output any more: stopping.\n");
    stop("Standard output was closed", ExitCode.ioErr);
  });
}

/**
 * After a fault nobody foresaw nothing can be relied on; what was accepted is safe on disk. Rejections that nobody
 * handles come here, too.
 */
export function endOnFaults(log: Logger): void {
  process.on("uncaughtException", (error: unknown) => {
    if (error instanceof StorageFault) {
      log.error(`${error.message} What was answered is stored, and is sent at the next start.`);
      process.exit(ExitCode.ioErr);
    }
    log.error("A fault of the program ends it; what was accepted is stored, and is sent at the next start.", {
      error,
    });
    process.exit(ExitCode.software);
  });
}
