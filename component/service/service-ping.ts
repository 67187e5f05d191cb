/**
 * Tells a monitor of the operator's that the component is ready, so that somebody hears of it when it no longer is: asks
 * service.ping_url once a minute, and only while callers' stanzas reach the server. The URL is a secret, and in no log.
 */
import type { Logger } from "winston";
import { inBackground } from "../background.js";
import type { Clock } from "../hooks/clock.js";
import { GuardedClient, type HttpAnswer, type NoAnswer } from "../hooks/outgoing/guarded-client.js";
import { statusText } from "../hooks/outgoing/http-exchange.js";
import type { Metrics } from "../metrics.js";
import type { Readiness } from "./readiness.js";

/** How often the URL is asked, how soon it is looked again whether the component is ready, and how long an answer may take. */
const TIMES = { each: 60_000, look: 5_000, answer: 15_000 };
/** The operator names the URL in the configuration, so it may lead anywhere. */
const ANYWHERE = ["0.0.0.0/0", "::/0"];

/** The gauge that `doctor` reads. */
export const PING_METRIC = "qtalk_service_ping_answered";

export interface ServicePingDependencies {
  readonly readiness: () => Readiness;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly log: Logger;
}

export class ServicePing {
  readonly #client: GuardedClient;
  #timer: { cancel(): void } | undefined;
  #isStopped = true;
  /** Whether the last request was answered; undefined: there was none yet. */
  #isAnswered: boolean | undefined;

  /** @param url an http or https URL @param timeout how long an answer may take, in milliseconds */
  constructor(
    url: string,
    private readonly dependencies: ServicePingDependencies,
    timeout = TIMES.answer,
  ) {
    this.#client = new GuardedClient({ url, inner: ANYWHERE }, { timeout });
    dependencies.metrics.gaugeOf(
      PING_METRIC,
      "1 if service.ping_url answered the last request, 0 if not, NaN before the first one",
      () => (this.#isAnswered === undefined ? NaN : Number(this.#isAnswered)),
    );
  }

  /** Asks from now on. It can't be started again after a stop. */
  start(): void {
    this.#isStopped = false;
    this.#lookIn(0);
  }

  /** Aborts a running request. */
  stop(): void {
    this.#isStopped = true;
    this.#timer?.cancel();
    this.#client.close();
  }

  #lookIn(ms: number): void {
    if (this.#isStopped) return;
    this.#timer = this.dependencies.clock.after(ms, () =>
      inBackground(this.#look(), "asking service.ping_url", this.dependencies.log),
    );
  }

  /** The next look begins after the answer: requests never overlap. */
  async #look(): Promise<void> {
    const { clock, readiness } = this.dependencies;
    const began = clock.now();
    const isReady = readiness().ready;
    try {
      if (isReady) this.#note(await this.#client.send({ method: "GET" }));
    } finally {
      this.#lookIn(isReady ? Math.max(0, began + TIMES.each - clock.now()) : TIMES.look);
    }
  }

  /** Counts an answer; the first failure is logged, and its end. */
  #note(answer: HttpAnswer | NoAnswer): void {
    if (this.#isStopped) return;
    const { metrics, log } = this.dependencies;
    const fault = faultIn(answer);
    metrics.servicePings.inc({ result: fault === undefined ? "answered" : "failed" });
    if (fault !== undefined && this.#isAnswered !== false)
      log.warn(
        `service.ping_url fails: ${fault}. Its monitor will take the component for dead; it is asked again each minute`,
      );
    else if (fault === undefined && this.#isAnswered === false) log.info("service.ping_url answers again");
    this.#isAnswered = fault === undefined;
  }
}

function faultIn(answer: HttpAnswer | NoAnswer): string | undefined {
  if ("reason" in answer) return answer.reason;
  return answer.status >= 200 && answer.status < 300 ? undefined : statusText(answer.status);
}
