/**
 * Notifies systemd (sd_notify(3)) that the component is ready, reloading, stopping or alive (watchdog). Node
 * has no Unix datagram sockets, so systemd-notify sends the notifications (NotifyAccess=all in the unit), one after another:
 * systemd would wait for ever for a reload whose end it heard of before its beginning.
 */
import { execFile } from "node:child_process";
import type { Logger } from "winston";

/** How long systemd-notify may take, in milliseconds. */
const PATIENCE_MS = 10_000;

export class Supervisor {
  /** Settles when all earlier notifications are sent. */
  #sent = Promise.resolve();
  readonly #isThere: boolean;
  #watchdog: NodeJS.Timeout | undefined;

  constructor(
    private readonly log: Logger,
    private readonly env: NodeJS.ProcessEnv = process.env,
  ) {
    this.#isThere = env.NOTIFY_SOCKET !== undefined;
  }

  /** Called when the component is started or has reloaded. @param status the text that `systemctl status` shows */
  ready(status = ""): void {
    this.#notify("READY=1", `STATUS=${status}`);
    const period = Number(this.env.WATCHDOG_USEC) / 1000;
    const isOurs = this.env.WATCHDOG_PID === undefined || Number(this.env.WATCHDOG_PID) === process.pid;
    if (!(period > 0) || !isOurs || this.#watchdog !== undefined) return;
    // If the event loop is blocked, no notification is sent, and systemd restarts the component.
    this.#watchdog = setInterval(() => this.#notify("WATCHDOG=1"), period / 3).unref();
  }

  /** Asks for more time to start, and sets the text that `systemctl status` shows. */
  starting(status: string, ms: number): void {
    this.#notify(`EXTEND_TIMEOUT_USEC=${ms * 1000}`, `STATUS=${status}`);
  }

  reloading(): void {
    const microseconds = process.hrtime.bigint() / 1000n;
    this.#notify("RELOADING=1", `MONOTONIC_USEC=${microseconds}`);
  }

  stopping(): void {
    this.#notify("STOPPING=1");
  }

  #notify(...assignments: string[]): void {
    if (this.#isThere) this.#sent = this.#sent.then(() => this.#send(assignments));
  }

  #send(assignments: readonly string[]): Promise<void> {
    const options = { env: this.env, timeout: PATIENCE_MS };
    return new Promise((resolve) => {
      execFile("systemd-notify", assignments, options, (error) => {
        if (error !== null)
          this.log.warn(`Notifying systemd of ${assignments.join(" ")} failed: ${error.message}`);
        resolve();
      });
    });
  }
}
