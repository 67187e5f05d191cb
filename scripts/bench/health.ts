/** How long health checks wait. */
import { Agent, get } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

/** Asks whether the daemon is well over one connection, again and again. */
export class Health {
  longest = 0;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });
  #isStopped = false;

  constructor(readonly port: number) {}

  async ask(): Promise<void> {
    while (!this.#isStopped) {
      const started = performance.now();
      await new Promise<void>((resolve, reject) => {
        get({ host: "127.0.0.1", port: this.port, path: "/healthz", agent: this.#agent }, (response) => {
          response.resume().once("end", resolve);
        }).once("error", reject);
      });
      this.longest = Math.max(this.longest, performance.now() - started);
      await sleep(1);
    }
    this.#agent.destroy();
  }

  stop(): void {
    this.#isStopped = true;
  }
}
