/** Why there is no link, for each of the server's addresses. */
import type { Logger } from "winston";
import { LOST_PORT, refusalLine, refusalOf } from "./refusal.js";
import type { KnownServer } from "./server-lines.js";
import type { StreamEnd } from "./stream-end.js";

interface Trouble {
  readonly closed: Pick<StreamEnd, "cause">;
  /** A line for the operator. */
  readonly reason: string;
  readonly isRefused: boolean;
}

const NOBODY: Pick<StreamEnd, "cause"> = { cause: "unreachable" };

export class Troubles {
  /** By address, in this round of attempts. */
  #troubles = new Map<string, Trouble>();
  /** The lines that were logged; the same isn't logged again before a link has been steady. */
  readonly #logged = new Set<string>();
  /** The changes that were advised, by address, until a link has been steady. */
  readonly #advice = new Map<string, string>();

  /** The last known kind of server. */
  #server: KnownServer | undefined;

  constructor(
    private readonly domain: string,
    private readonly log: Logger,
  ) {}

  /** Begins a round of attempts at all addresses. */
  begin(): void {
    this.#troubles = new Map();
  }

  /** Notes how the stream to an address ended, and logs that. */
  note(service: string, closed: StreamEnd): void {
    // The server's stream error may be lost if it closes the connection while it is being written to.
    const before = closed.cause === "closed" ? this.#advice.get(service) : undefined;
    const refusal = refusalOf(closed, { service, domain: this.domain });
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

  /** A link has been steady. */
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

  /** The end that decides the pause: `unreachable` only if all addresses are. */
  get end(): Pick<StreamEnd, "cause"> {
    const all = Array.from(this.#troubles.values(), ({ closed }) => closed);
    return all.find(({ cause }) => cause !== "unreachable") ?? NOBODY;
  }
}
