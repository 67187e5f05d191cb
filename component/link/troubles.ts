/** Collects, for each address of the server, why there is no link. */
import type { Logger } from "winston";
import { LOST_PORT, refusalLine, linkRefusalOf } from "./refusal.js";
import type { KnownServer } from "./server-lines.js";
import type { StreamEnd } from "./stream-end.js";

interface Trouble {
  readonly closed: Pick<StreamEnd, "cause">;
  /** The reason, as a line for the operator. */
  readonly reason: string;
  /** Whether the server refuses the component until a configuration file is changed. */
  readonly isRefused: boolean;
}

const NOBODY: Pick<StreamEnd, "cause"> = { cause: "unreachable" };
/** How many lines are remembered: servers may put a time or a number in each, and names may get new addresses. */
const MAX_REMEMBERED = 100;

export class Troubles {
  /** The troubles of this round of attempts, by address. */
  #troubles = new Map<string, Trouble>();
  /** The lines that were logged since the link was last steady; they aren't logged again. */
  readonly #logged = new Set<string>();
  /** The advice that was logged since the link was last steady, by address. */
  readonly #advice = new Map<string, string>();

  /** The last known kind of server. */
  #server: KnownServer | undefined;

  constructor(
    private readonly domain: string,
    private readonly log: Logger,
  ) {}

  /** Starts a new round of attempts at all addresses. */
  begin(): void {
    this.#troubles = new Map();
  }

  /** Notes and logs how the stream to an address ended. */
  note(service: string, closed: StreamEnd): void {
    // If the server closes the connection while the component is writing, its stream error may be lost. So the advice
    // of the previous attempt still applies.
    if (Math.max(this.#logged.size, this.#advice.size) >= MAX_REMEMBERED) this.forget();
    const before = closed.cause === "closed" ? this.#advice.get(service) : undefined;
    const refusal = linkRefusalOf(closed, { service, domain: this.domain });
    const advice = refusal === undefined ? before : refusalLine(refusal, closed.peer?.server);
    if (advice === undefined) this.#advice.delete(service);
    else this.#advice.set(service, advice);
    this.#server = closed.peer?.server ?? this.#server;
    const hint = closed.cause === "unreachable" && this.#server === "ejabberd" ? ` ${LOST_PORT}` : "";
    const line = advice ?? `No link to ${service}: ${closed.text}.${hint} Trying again until it comes back.`;
    if (!this.#logged.has(line)) this.log.log(advice === undefined ? "warn" : "error", line);
    this.#logged.add(line);
    const reason = advice ?? `no link to ${service}: ${closed.text}`;
    this.#troubles.set(service, { closed, reason, isRefused: advice !== undefined });
  }

  /** Forgets what was logged. Called when the link has been steady. */
  forget(): void {
    this.#logged.clear();
    this.#advice.clear();
  }

  get isNone(): boolean {
    return this.#troubles.size === 0;
  }

  get state(): { readonly kind: "away" | "refused"; readonly reason: string } {
    const all = [...this.#troubles.values()];
    const kind = all.some(({ isRefused }) => isRefused) ? "refused" : "away";
    return { kind, reason: all.map(({ reason }) => reason).join("; ") };
  }

  /** The end that determines the pause: `unreachable` only if all addresses are unreachable. */
  get end(): Pick<StreamEnd, "cause"> {
    const all = Array.from(this.#troubles.values(), ({ closed }) => closed);
    return all.find(({ cause }) => cause !== "unreachable") ?? NOBODY;
  }
}
