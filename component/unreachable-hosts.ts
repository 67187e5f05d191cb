/**
 * Hosts that the server can't reach. A call that sends something there has long been answered when the server finds out,
 * and its word goes to the sender, who is a user of the server's own and mostly has no session: ejabberd and Prosody
 * hand it to no component. So a host that isn't served is asked a ping (XEP-0199) in the component's own name, whose
 * answer comes here; what was sent to one that can't be reached is counted, and a warning for whoever called.
 */
import type { Logger } from "winston";
import { Jid } from "./address.js";
import type { IqAnswer, IqRequests } from "./iq-requests.js";
import type { Metrics } from "./metrics.js";
import { NS, xml } from "./xml/builder.js";

/** What is known of a host. */
interface Known {
  /** The condition with which the server refuses what goes there; undefined: it doesn't. */
  readonly condition: Promise<string | undefined>;
  /** Milliseconds of performance.now(): asked again from then on. */
  until: number;
}

/** By these the server says that it can't, or (Prosody without mod_s2s) doesn't, connect to a host. */
const CONDITIONS: ReadonlySet<string> = new Set([
  "remote-server-not-found",
  "remote-server-timeout",
  "not-allowed",
]);
/** Milliseconds. Servers give up connecting after a minute or less. */
const ASK_MS = 75_000;
const REMEMBERED_MS = { reachable: 600_000, unreachable: 60_000 } as const;
/** So many hosts of one call are asked; what one caller makes up doesn't keep the server busy. */
const MOST_ASKED = 20;
/** So many hosts, and so many warnings, are remembered. */
const MOST = 1_000;
/** So many hosts are counted by name: callers choose them. */
const MOST_COUNTED = 100;
const OTHERS = "others";

export class UnreachableHosts {
  readonly #served: ReadonlySet<string>;
  readonly #known = new Map<string, Known>();
  readonly #told = new Set<string>();
  readonly #counted = new Set<string>();

  /** @param served the hosts and the component's own domain: nobody asks about these */
  constructor(
    served: readonly string[],
    private readonly requests: Pick<IqRequests, "ask">,
    private readonly metrics: Metrics,
    private readonly log: Logger,
  ) {
    this.#served = new Set(served);
  }

  /** A call sends a message to these. @param request the call's id in the log */
  sent(receivers: readonly Jid[], request: string | undefined): void {
    const messages = new Map<string, number>();
    for (const { domain } of receivers) {
      if (!this.#served.has(domain)) messages.set(domain, (messages.get(domain) ?? 0) + 1);
    }
    for (const [host, count] of [...messages].slice(0, MOST_ASKED)) void this.#look(host, count, request);
  }

  async #look(host: string, count: number, request = "unknown"): Promise<void> {
    const condition = await this.#conditionOf(host);
    if (condition === undefined) return;
    if (this.#counted.size < MOST_COUNTED) this.#counted.add(host);
    this.metrics.unreachable.inc({ host: this.#counted.has(host) ? host : OTHERS }, count);
    const key = `${request} ${host}`;
    if (this.#told.has(key)) return;
    this.#told.add(key);
    forgetOldest(this.#told);
    this.log.warn(`The server can't reach ${host} (${condition}): what this call sent there is lost`, {
      request,
    });
  }

  #conditionOf(host: string): Promise<string | undefined> {
    const known = this.#known.get(host);
    if (known !== undefined && known.until > performance.now()) return known.condition;
    const asked: Known = {
      condition: this.#ask(host).then((answer) => {
        const condition =
          answer.kind === "error" && CONDITIONS.has(answer.condition) ? answer.condition : undefined;
        const isTold = answer.kind === "result" || answer.kind === "error";
        const ms = REMEMBERED_MS[condition === undefined ? "reachable" : "unreachable"];
        asked.until = isTold ? performance.now() + ms : 0;
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
  if (remembered.size > MOST && oldest !== undefined) remembered.delete(oldest);
}
