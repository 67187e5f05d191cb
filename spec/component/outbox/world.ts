/** The world of the state-machine test: an outbox on a fake link, with its own clock, and a record of its calls. */
import { rmSync } from "node:fs";
import { setImmediate as immediate } from "node:timers/promises";
import type { StreamEnd } from "../../../component/link/stream-end.js";
import { Metrics } from "../../../component/metrics.js";
import { AckRequests } from "../../../component/outbox/ack-requests.js";
import { CallHistory } from "../../../component/outbox/call-history.js";
import { Multicast } from "../../../component/outbox/multicast.js";
import { Outbox } from "../../../component/outbox/outbox.js";
import { Errcode, Refusal } from "../../../component/refusal.js";
import { openDatabase, type Database } from "../../../storage/database.js";
import { CallLogStore } from "../../../storage/call-log.js";
import { DeadLetters } from "../../../storage/dead-letters.js";
import { GroupCommit } from "../../../storage/group-commit.js";
import type { Row } from "../../../storage/outbox-row.js";
import { OutboxStore } from "../../../storage/outbox-store.js";
import { FakeLink } from "../../support/fake-link.js";
import { LearnedModes } from "../../support/send-modes.js";
import { LogLines } from "../../support/log-lines.js";
import { copyOf, keysOfLetter } from "../../support/on-wire.js";
import { lapse } from "../../support/sender.js";
import { makeCall, type Call, type Kind, type Made, type Wanted } from "./world-calls.js";
import { violationsIn } from "./world-guarantees.js";
import { disagreements } from "./world-states.js";
import { BOUNDS, DOMAIN, DRAIN_MS, HOSTS, KEEP, requests, TIMES } from "./world-server.js";

export type { Call, Kind };

export class World {
  readonly link: FakeLink;
  /** The time in milliseconds since 1970. */
  time = 1_700_000_000_000;
  /** How far the machine's clock is ahead of it, in milliseconds. */
  #ahead = 0;
  #wasSet = false;
  readonly #path: string;
  readonly #realNow = Date.now;
  readonly #wanted = new Map<string, Wanted>();
  /** The accepted stanzas, in the order in which they were accepted. */
  readonly #accepted: Wanted[] = [];
  /** The calls with fingerprints, which repeat() repeats. */
  readonly #repeatable: Made[] = [];
  readonly #faults: string[] = [];
  #db!: Database;
  #deadLetters!: DeadLetters;
  #commit!: GroupCommit;
  #outbox!: Outbox;
  #metrics!: Metrics;
  #count = 0;
  #calls = 0;
  #requests = 0;
  #isReadOnly = false;
  #wasReadOnly = false;
  /** The ids of the accepted requests. */
  readonly #acceptedRequests: string[] = [];
  readonly #confirmed = new Set<string>();
  /** The stanzas that were dead letters when an operator dropped or retried them. */
  readonly #dropped = new Set<string>();
  readonly #retried = new Set<string>();

  /**
   * @param rejection how the server closes the stream for a rejected stanza
   * @param isDirect whether the server accepts stanzas from users' addresses
   */
  constructor(
    path: string,
    rejection: StreamEnd,
    private readonly isDirect = true,
  ) {
    this.#path = path;
    Date.now = () => this.clock;
    const ending = (id: string) => (this.#wanted.get(id)?.isRejected === true ? rejection : undefined);
    this.link = new FakeLink(
      DOMAIN,
      ending,
      (id) => this.#onWrite(id),
      () => this.time,
    );
    this.link.isDirect = isDirect;
    this.#start();
  }

  /** What Date.now() returns. */
  get clock(): number {
    return this.time + this.#ahead;
  }

  /** Sets the machine's clock, by so many milliseconds. */
  setClock(by: number): void {
    this.#ahead += by;
    this.#wasSet = true;
    // Repeats are recognised within ten minutes by the clock, which may have left them meanwhile.
    this.#repeatable.length = 0;
  }

  accept(call: Call): void {
    const made = makeCall(call, this.clock, ++this.#calls, () => ++this.#count);
    for (const one of made.wanted) this.#wanted.set(one.id, one);
    if (call.hasFingerprints) this.#repeatable.push(made);
    void this.#ask(made);
  }

  /**
   * Repeats a call that was accepted in the last ten minutes.
   * @param which the call's number, modulo the number of calls
   */
  repeat(which: number): void {
    const made = this.#repeatable[which % Math.max(1, this.#repeatable.length)];
    // After ten minutes, the call would be a new message with an old id, which this record can't distinguish from a
    // duplicate.
    if (made === undefined || Math.abs(this.clock - made.acceptedAt) > 600_000) return;
    void this.#ask({ ...made, rows: made.rows.map((row) => ({ ...row, acceptedAt: this.clock })) });
  }

  /**
   * Lets an operator retry or drop a dead letter, together with calls that are accepted at the same time.
   * @param which the letter's number, modulo the number of dead letters
   */
  handleLetter(how: "retry" | "drop", which: number): void {
    const dead = this.#deadLetters;
    const all = dead.list();
    const letter = all[which % Math.max(1, all.length)];
    if (letter === undefined) return;
    const work = (): Row | undefined => (how === "retry" ? dead.retry(letter.id) : void dead.drop(letter.id));
    const committed = (row: Row | undefined): void => {
      for (const key of keysOfLetter(letter)) (how === "drop" ? this.#dropped : this.#retried).add(key);
      this.#outbox.requeued(row === undefined ? [] : [row]);
    };
    this.#commit.runThen(work, committed).catch(() => undefined);
  }

  /** Waits until all pending work of the event loop is done. */
  async settle(): Promise<void> {
    for (let rounds = 0; rounds < 3; rounds++) await immediate();
  }

  /** Lets the server receive and return all stanzas, until none are on their way. */
  async exchange(): Promise<void> {
    do {
      this.link.receive(Infinity);
      this.link.serve(Infinity);
      this.link.deliver(Infinity);
      await this.settle();
    } while (!this.link.isIdle);
  }

  /** Makes the database read-only, or writable again. */
  setReadOnly(on: boolean): void {
    this.#isReadOnly = on;
    this.#db.pragma(`query_only = ${on ? "ON" : "OFF"}`);
  }

  /** Crashes the server, which loses the stanzas that it routed in the last KEEP.ms milliseconds. */
  crashServer(): void {
    this.link.crash(KEEP.ms);
  }

  /** @param change SQL that changes the database meanwhile */
  async restart(change = ""): Promise<void> {
    await this.settle();
    this.#db.exec(change);
    await this.#crash();
    this.link.takeOver();
    this.#start();
  }

  /** Exchanges stanzas until the outbox is empty, for at most DRAIN_MS; on a slow machine, rounds take long. */
  async drain(): Promise<void> {
    const end = performance.now() + DRAIN_MS;
    // The outbox learns what a server lost only when a new stream is ready.
    do {
      // The outbox blames a stanza for a closed stream only if the server has been running for a while.
      this.time += 1_000;
      this.link.open();
      await this.exchange();
      if (!this.isDirect) for (const host of HOSTS) this.link.permit(host, true);
    } while (!(this.#outbox.isReady && this.#left === 0) && performance.now() < end);
    await this.settle();
  }

  async end(): Promise<void> {
    await this.#crash();
    Date.now = this.#realNow;
    for (const suffix of ["", "-wal", "-shm"]) rmSync(this.#path + suffix, { force: true });
  }

  /** Returns the differences between the outbox's list, the metrics and the database; empty if there are none. */
  async disagreements(): Promise<string[]> {
    // Writes that failed while the database was read-only are repeated a little later.
    if (this.#wasReadOnly && !this.#isReadOnly) await lapse(3 * TIMES.reread);
    this.#wasReadOnly = this.#isReadOnly;
    await this.settle();
    // After a lost link, the outbox may send acknowledged stanzas again.
    if (!this.link.isUp) this.#confirmed.clear();
    // Acks are written to the disk together, a little later.
    for (let looks = 0; ; looks += 1) {
      const faults = await disagreements(this.#db, this.#outbox, this.#metrics, {
        isUp: this.link.isUp,
        isNoted: !this.#isReadOnly,
        isQuiet: this.link.isIdle,
        confirmed: this.#confirmed,
        accepted: this.#acceptedRequests,
      });
      if (faults.length === 0 || looks === 50) return faults;
      await lapse(1);
    }
  }

  /** Returns the broken guarantees; empty if there are none. Must be called after `drain`. */
  violations(): string[] {
    const left = this.#left > 0 ? [`${this.#left} stanzas are left`] : [];
    const dead = new Set([...this.#deadLetters.list().flatMap(keysOfLetter), ...this.#dropped]);
    const handled = new Set([...this.#dropped, ...this.#retried].flatMap((key) => [key, copyOf(key)]));
    const history = { accepted: this.#accepted, wanted: this.#wanted, dead, handled, wasSet: this.#wasSet };
    return [...this.#faults, ...left, ...violationsIn(history, this.link, this.isDirect)];
  }

  get #left(): number {
    const { waiting, parked } = this.#outbox.states;
    return waiting.stanzas + parked.stanzas;
  }

  async #ask({ rows, wanted }: Made): Promise<void> {
    const request = `request-${++this.#requests}`;
    const account = { name: "caller", kind: "caller", request } as const;
    const [first] = wanted;
    const isRecorded = (): boolean => first !== undefined && this.#accepted.includes(first);
    const attempt = { isRecorded: false };
    const writes = (): void => {
      // This function runs in the transaction that stores the rows. Only the first accepted attempt of a call is
      // recorded.
      attempt.isRecorded = !isRecorded();
      if (attempt.isRecorded) this.#accepted.push(...wanted);
    };
    const answer = await this.#outbox.accept({ rows, writes, account, isAdmitted: true });
    if (answer instanceof Refusal && answer.errcode === Errcode.request) {
      for (const one of wanted) one.state = "accepted";
      const dead = new Set(this.#deadLetters.list().flatMap(keysOfLetter));
      if (!wanted.some(({ id }) => dead.has(id)))
        this.#faults.push(`${first?.id ?? ""} refused, but not dead`);
      return;
    }
    if (answer instanceof Refusal) {
      if (attempt.isRecorded) this.#accepted.splice(this.#accepted.indexOf(wanted[0]!), wanted.length);
      if (!isRecorded()) for (const one of wanted) one.state = "refused";
      return;
    }
    for (const one of wanted) one.state = "accepted";
    // A repeated call has no history of its own.
    if (attempt.isRecorded) this.#acceptedRequests.push(request);
    if (answer.delivery !== "confirmed") return;
    if (attempt.isRecorded) this.#confirmed.add(request);
    const missing = wanted.filter(({ id }) => !this.link.wasEverRouted(id));
    if (missing.length > 0)
      this.#faults.push(`${missing.map(({ id }) => id).join()} confirmed, but not routed`);
  }

  #onWrite(id: string): void {
    const one = this.#wanted.get(id);
    if (one === undefined) this.#faults.push(`${id} was written without a call`);
    else if (one.expiresAt !== undefined && one.expiresAt <= this.clock && !this.#retried.has(id))
      this.#faults.push(`${id} was written after its expiry`);
  }

  #start(): void {
    this.#db = openDatabase(this.#path);
    this.#db.pragma("synchronous = OFF");
    const store = new OutboxStore(this.#db);
    this.#deadLetters = new DeadLetters(this.#db);
    const { logger: log } = new LogLines();
    const { link } = this;
    const metrics = (this.#metrics = new Metrics());
    const stanzaBytes = 256 * 1024;
    const parts = { link, stanzaBytes, store, deadLetters: this.#deadLetters, log, metrics };
    // Writes needn't reach the disk, as only the process crashes here; this makes thousands of runs fast.
    const disk = { sync: () => Promise.resolve(), end: () => undefined };
    const commit = (this.#commit = new GroupCommit(this.#db, disk));
    const ahead = this.#ahead;
    const options = { ...BOUNDS, keep: KEEP, times: { ...TIMES, now: () => this.time + ahead } };
    const acks = new AckRequests(DOMAIN, "h");
    const hosts = ["h"];
    const multicast = new Multicast({ domain: DOMAIN, hosts, stanzaBytes, acks, requests, log, metrics });
    const modes = new LearnedModes(DOMAIN, this.isDirect);
    const history = new CallHistory(new CallLogStore(this.#db, Infinity), commit);
    const more = { commit, history, acks, hosts, multicast, modes };
    const outbox = new Outbox({ ...parts, ...more }, options);
    link.on("stanza", (stanza) => {
      if (!modes.consume(stanza)) outbox.consume(stanza);
    });
    this.#outbox = outbox;
  }

  async #crash(): Promise<void> {
    await this.settle();
    this.#db.close();
    this.#outbox.stop();
    await this.settle();
  }
}
