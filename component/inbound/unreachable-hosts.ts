/**
 * Finds hosts that the server can't reach, by a ping (XEP-0199): ejabberd and Prosody report them to the sending
 * user only. Messages to them are counted, and logged with the id of the request.
 */
import type { Logger } from "winston";
import { Jid } from "../addresses/address.js";
import type { IqAnswer, IqRequests } from "./iq-requests.js";
import type { Metrics } from "../metrics.js";
import { NS, xml } from "../xml/builder.js";
import { inBackground } from "../background.js";

interface Known {
  /** The condition of the server's error; undefined if the host can be reached. */
  readonly condition: Promise<string | undefined>;
  /** When the result expires, in milliseconds of performance.now(). */
  until: number;
}

/** The errors of a server that can't connect to a host, or to any host (Prosody without mod_s2s, ejabberd's s2s_access). */
const CONDITIONS: ReadonlySet<string> = new Set([
  "remote-server-not-found",
  "remote-server-timeout",
  "not-allowed",
  "forbidden",
]);
/** Whether an error says that a server can't reach a host, and doesn't serve it itself. */
export function isUnreachable(condition: string): boolean {
  return CONDITIONS.has(condition);
}

/** How long a ping waits for the response, in milliseconds. Servers stop trying to connect after a minute or less. */
const ASK_MS = 75_000;
const REMEMBERED_MS = { reachable: 600_000, unreachable: 60_000 } as const;
/** How many hosts of one call are pinged; callers choose the hosts. */
const MAX_ASKED = 20;
const MAX_REMEMBERED = 1_000;
/** How many hosts have a metric of their own. */
const MAX_COUNTED = 100;
const OTHERS = "others";

export class UnreachableHosts {
  readonly #served: ReadonlySet<string>;
  readonly #known = new Map<string, Known>();
  readonly #logged = new Set<string>();
  readonly #counted = new Set<string>();

  /** @param served domains that are never pinged: the hosts, and the component's own domain */
  constructor(
    served: readonly string[],
    private readonly requests: Pick<IqRequests, "ask">,
    private readonly metrics: Metrics,
    private readonly log: Logger,
  ) {
    this.#served = new Set(served);
  }

  /** Pings the hosts of a call's receivers. @param request id of the call's HTTP request, for the log */
  sent(receivers: readonly Jid[], request: string | undefined): void {
    const messages = new Map<string, number>();
    for (const { domain } of receivers) {
      if (!this.#served.has(domain)) messages.set(domain, (messages.get(domain) ?? 0) + 1);
    }
    for (const [host, count] of [...messages].slice(0, MAX_ASKED))
      inBackground(this.#look(host, count, request), `asking whether ${host} is reachable`, this.log);
  }

  async #look(host: string, count: number, request = "unknown"): Promise<void> {
    const condition = await this.#conditionOf(host);
    if (condition === undefined) return;
    if (this.#counted.size < MAX_COUNTED) this.#counted.add(host);
    this.metrics.unreachable.inc({ host: this.#counted.has(host) ? host : OTHERS }, count);
    const key = `${request} ${host}`;
    if (this.#logged.has(key)) return;
    this.#logged.add(key);
    forgetOldest(this.#logged);
    this.log.warn(`The server can't reach ${host} (${condition}): this call's messages to it are lost`, {
      request,
    });
  }

  #conditionOf(host: string): Promise<string | undefined> {
    const known = this.#known.get(host);
    if (known !== undefined && known.until > performance.now()) return known.condition;
    const asked: Known = {
      condition: this.#ask(host).then((answer) => {
        const condition =
          answer.kind === "error" && isUnreachable(answer.condition) ? answer.condition : undefined;
        const isAnswered = answer.kind === "result" || answer.kind === "error";
        const ms = REMEMBERED_MS[condition === undefined ? "reachable" : "unreachable"];
        asked.until = isAnswered ? performance.now() + ms : 0;
        return condition;
      }),
      until: Infinity,
    };
    this.#known.delete(host);
    this.#known.set(host, asked);
    forgetOldest(this.#known);
    return asked.condition;
  }

  async #ask(host: string): Promise<IqAnswer> {
    const to = Jid.of(undefined, host);
    if (to === undefined) return { kind: "unasked" };
    const payload = xml("ping", NS.ping);
    return await this.requests.ask({
      type: "get",
      to,
      payload,
      timeout: ASK_MS,
      account: "unreachable hosts",
    });
  }
}

function forgetOldest(remembered: Map<string, unknown> | Set<string>): void {
  const [oldest] = remembered.keys();
  if (remembered.size > MAX_REMEMBERED && oldest !== undefined) remembered.delete(oldest);
}
