/**
 * Signals end the process of a running component cleanly, or reload its configuration. Internal errors end it
 * immediately, so that the supervisor, such as systemd, restarts the component.
 */
import { constants } from "node:os";
import type { Logger } from "winston";
import { StorageFault } from "../storage/database.js";
import type { Config } from "./config/sections.js";
import type { RunningDaemon } from "./daemon.js";
import { takeNoted } from "./early-reload.js";
import { ExitCode, Failure } from "./failure.js";
import { outputClosed } from "./output.js";
import type { Supervisor } from "./supervisor.js";

const STOP_MS = 10_000;
/** By convention, a process that a signal ended has this exit code plus the signal's number. */
const SIGNALLED = 128;

/**
 * Stops the daemon cleanly on the first SIGTERM or SIGINT, instead of what was done until now. A second signal ends the process immediately. If standard
 * output is closed, the daemon is stopped with an error code, so that a supervisor restarts it.
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
  const onSignal = (signal: "SIGINT" | "SIGTERM"): void => {
    if (stopping) process.exit(SIGNALLED + constants.signals[signal]);
    stop(signal, ExitCode.ok);
  };
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    const before = process.listeners(signal);
    // Without any listener, Node would lose a signal.
    process.on(signal, onSignal);
    for (const listener of before) process.off(signal, listener);
  }
  outputClosed.addEventListener("abort", () => {
    if (stopping) return;
    process.stderr.write("The reader of the log closed standard output: stopping.\n");
    stop("Standard output was closed", ExitCode.ioErr);
  });
}

/**
 * Reloads the configuration on SIGHUP, applies what can change at run time, and reopens the log file.
 * @param load loads the present configuration; throws Failure if it is invalid
 */
export function reloadOnSignal(
  daemon: RunningDaemon,
  log: Logger,
  supervisor: Supervisor,
  load: () => Config,
): void {
  const reload = (): void => {
    supervisor.reloading();
    let status = "";
    try {
      const waiting = daemon.reload(load());
      const restart = waiting.length === 0 ? "" : ` Restart the component to apply ${waiting.join(", ")}.`;
      log.info(`SIGHUP: reloaded the configuration.${restart}`);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      log.error(`SIGHUP: the configuration was not applied; nothing has changed. ${error.message}`);
      status = "The changed configuration is wrong and was not applied: run qtalk-component check";
    }
    supervisor.ready(status);
  };
  process.on("SIGHUP", reload);
  if (takeNoted()) reload();
}

/** Ends the process on unexpected errors and unhandled rejections, because its state is then unknown. */
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
