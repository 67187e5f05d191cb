/** What keeps the link away, at each of the server's addresses: for the log, for whoever asks, and for the pause. */
import type { Logger } from "winston";
import { LOST_PORT, refusalLine, refusalOf } from "./refusal.js";
import type { KnownServer } from "./server-lines.js";
import type { StreamEnd } from "./stream-end.js";

interface Trouble {
  readonly closed: Pick<StreamEnd, "cause">;
  /** A sentence for the operator. */
  readonly reason: string;
  readonly isRefused: boolean;
}

const NOBODY: Pick<StreamEnd, "cause"> = { cause: "unreachable" };

export class Troubles {
  /** By address, since they were tried last. */
  #troubles = new Map<string, Trouble>();
  /** What the log was told; it isn't told the same again before a link has been steady. */
  readonly #said = new Set<string>();
  /** What the operator was told to change, by address, until a link has been steady. */
  readonly #advice = new Map<string, string>();

  /** What the server was when it last said something. */
  #server: KnownServer | undefined;

  constructor(
    private readonly domain: string,
    private readonly log: Logger,
  ) {}

  /** All addresses are tried anew. */
  begin(): void {
    this.#troubles = new Map();
  }

  /** There is no link to this address, as its stream ended so. */
  note(service: string, closed: StreamEnd): void {
    // What a server says last may be lost on its way where it closes the connection while it is being written to.
    const before = closed.cause === "closed" ? this.#advice.get(service) : undefined;
    const refusal = refusalOf(closed, { service, domain: this.domain });
    const advice = refusal === undefined ? before : refusalLine(refusal, closed.peer?.server);
    if (advice === undefined) this.#advice.delete(service);
    else this.#advice.set(service, advice);
    this.#server = closed.peer?.server ?? this.#server;
    const hint = closed.cause === "unreachable" && this.#server === "ejabberd" ? ` ${LOST_PORT}` : "";
    const sentence =
      advice ?? `No link to ${service}: ${closed.text}.${hint} Trying again until it comes back.`;
    if (!this.#said.has(sentence)) this.log.log(advice === undefined ? "warn" : "error", sentence);
    this.#said.add(sentence);
    const reason = advice ?? `no link to ${service}: ${closed.text}`;
    this.#troubles.set(service, { closed, reason, isRefused: advice !== undefined });
  }

  /** A link has been up for long enough to forget them. */
  forget(): void {
    this.#said.clear();
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

  /** How it ended, where a pause is to be as long as that wants: that nobody listens counts where it is so everywhere. */
  get end(): Pick<StreamEnd, "cause"> {
    const all = Array.from(this.#troubles.values(), ({ closed }) => closed);
    return all.find(({ cause }) => cause !== "unreachable") ?? NOBODY;
  }
}
