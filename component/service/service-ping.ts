/**
 * Tells a monitor of the operator's that the component is ready, so that somebody hears of it when it no longer is: asks
 * service.ping_url once a minute, and only while callers' stanzas reach the server. The URL is a secret, and in no log.
 */
import type { Logger } from "winston";
import type { Clock } from "../hooks/clock.js";
import { GuardedClient, type HttpAnswer, type NoAnswer } from "../hooks/outgoing/guarded-client.js";
import { statusText } from "../hooks/outgoing/http-exchange.js";
import type { Metrics } from "../metrics.js";
import { Rounds } from "../rounds.js";
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
  readonly #rounds: Rounds;
  /** Whether the last request was answered; undefined: there was none yet. */
  #isAnswered: boolean | undefined;

  /** @param url an http or https URL @param timeout how long an answer may take, in milliseconds */
  constructor(
    url: string,
    private readonly dependencies: ServicePingDependencies,
    timeout = TIMES.answer,
  ) {
    this.#client = new GuardedClient({ url, inner: ANYWHERE }, { timeout });
    this.#rounds = new Rounds("asking service.ping_url", () => this.#look(), dependencies);
    dependencies.metrics.gaugeOf(
      PING_METRIC,
      "1 if service.ping_url answered the last request, 0 if not, NaN before the first one",
      () => (this.#isAnswered === undefined ? NaN : Number(this.#isAnswered)),
    );
  }

  /** Asks from now on. It can't be started again after a stop. */
  start(): void {
    this.#rounds.start();
  }

  /** Aborts a running request. */
  stop(): void {
    this.#rounds.stop();
    this.#client.close();
  }

  async #look(): Promise<number> {
    const { clock, readiness } = this.dependencies;
    if (!readiness().ready) return TIMES.look;
    const began = clock.now();
    this.#note(await this.#client.send({ method: "GET" }));
    return Math.max(0, began + TIMES.each - clock.now());
  }

  /** Counts an answer; the first failure is logged, and its end. */
  #note(answer: HttpAnswer | NoAnswer): void {
    if (this.#rounds.isStopped) return;
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
