/** The erasures under way. They go on by themselves: after a restart, after a failure, and when what waited is sent. */
import type { AccountJid } from "../addresses/address.js";
import { Jid, isAccount } from "../addresses/address.js";
import { inBackground } from "../background.js";
import { refuse, type Refusal } from "../refusal.js";
import type { ChangeRecord } from "./context.js";
import { Erasure, type Erasing } from "./erasure.js";
import type { Report } from "./erasure-report.js";

/** The pause between two looks at what waited, in milliseconds. */
const ROUND_MS = 60_000;

const STOPPING = refuse.unavailable("the component stops; the erasure goes on when it starts again");

export class Erasures {
  /** The erasures that run now, by address. The promises never reject. */
  readonly #running = new Map<string, Promise<unknown>>();
  readonly #stopping = new AbortController();
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly erasing: Erasing) {}

  start(): void {
    this.#timer = setInterval(() => this.#begin(), ROUND_MS).unref();
    this.#begin();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#stopping.abort();
  }

  /** Erases a person, after an erasure of the same person that is under way. */
  async erase(account: AccountJid, record: Pick<ChangeRecord, "write">): Promise<Report | Refusal> {
    while (this.#running.has(account.text)) await this.#running.get(account.text);
    return await this.#alone(account, async () => {
      const { records, commit, muc } = this.erasing;
      const requestedAt = muc.transactions.nextStanzaId();
      await commit.run(() => {
        records.erasures.put({ jid: account.text, requestedAt, waits: false });
      });
      return await this.#erasure(account, requestedAt, record).run();
    });
  }

  /** Goes on with the erasures that don't run. Public for tests. */
  async goOn(): Promise<void> {
    const { records, commit, log } = this.erasing;
    for (const { jid, requestedAt, waits } of records.erasures.all()) {
      const account = Jid.parse(jid);
      if (account === undefined || !isAccount(account) || this.#running.has(jid)) continue;
      const erasure = this.#erasure(account, requestedAt);
      await this.#alone(account, async () => {
        if (!waits) return await erasure.run();
        const isOver = !(await erasure.runRest());
        if (isOver) await commit.run(() => records.erasures.done(jid, false));
        return undefined;
      });
      if (!waits) log.info("Went on with the erasure of a user");
    }
  }

  #erasure(account: AccountJid, requestedAt: number, record?: Pick<ChangeRecord, "write">): Erasure {
    return new Erasure(this.erasing, { account, requestedAt, signal: this.#stopping.signal }, record);
  }

  #begin(): void {
    inBackground(this.goOn(), "erasing users", this.erasing.log);
  }

  /** Runs an erasure, which others of the same person see under way. */
  async #alone<T>({ text }: AccountJid, work: () => Promise<T>): Promise<T | Refusal> {
    const running = work();
    this.#running.set(
      text,
      running.catch(() => undefined),
    );
    try {
      return await running;
    } catch (error) {
      if (this.#stopping.signal.aborted) return STOPPING;
      throw error;
    } finally {
      this.#running.delete(text);
    }
  }
}
