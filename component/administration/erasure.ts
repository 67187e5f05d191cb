/** Erases a person: everything that the database keeps about an account, in short transactions, and says what stays. */
import type { Logger } from "winston";
import type { Named, Trace, TraceKind } from "../../storage/erasure-store.js";
import type { GroupCommit } from "../../storage/group-commit.js";
import type { AccountJid } from "../addresses/address.js";
import type { Alerts } from "../hooks/alerts/alerts.js";
import type { RoomContext } from "../muc/context.js";
import { namelessTombstone } from "../muc/features/retraction.js";
import { expel } from "../muc/occupancy/leaving.js";
import { occupantIdOf } from "../muc/room/stable-ids.js";
import { roomJid } from "../muc/rooms.js";
import type { Left, UserRemoval } from "../muc/user-removal.js";
import type { Directory } from "../people/directory.js";
import { Errcode, Refusal } from "../refusal.js";
import type { ChangeRecord, Settings } from "./context.js";
import { ErasedName } from "./erased-texts.js";
import { AFTERWARDS, ALWAYS, ErasureReport, type Report } from "./erasure-report.js";
import type { Records } from "./records.js";
import { inRoomByAddress } from "./room-parts.js";

/** The parts of the component that an erasure uses. */
export interface Erasing {
  readonly records: Records;
  readonly commit: GroupCommit;
  readonly settings: Pick<Settings, "rooms">;
  readonly muc: RoomContext;
  readonly removal: Pick<UserRemoval, "expel">;
  readonly directory: Pick<Directory, "forget">;
  readonly alerts: Pick<Alerts, "apply">;
  readonly log: Logger;
}

/** An erasure under way: a row of the table `erasures`. */
export interface ErasureRequest {
  readonly account: AccountJid;
  /** In microseconds, as the ids of rooms' messages. What was accepted later stays. */
  readonly requestedAt: number;
  /** Ends the erasure, which goes on at the next start. */
  readonly signal: AbortSignal;
}

export class Erasure {
  readonly #report = new ErasureReport();
  readonly #named: Named;
  readonly #name: ErasedName;

  /** @param record where the change is recorded; nowhere if the component goes on with an erasure by itself */
  constructor(
    private readonly erasing: Erasing,
    private readonly request: ErasureRequest,
    private readonly record: Pick<ChangeRecord, "write"> = { write: () => undefined },
  ) {
    const { account, requestedAt } = request;
    this.#named = { jid: account.text, local: account.local, before: requestedAt };
    this.#name = new ErasedName(this.#named);
  }

  /** Erases everything but what waits. */
  async run(): Promise<Report | Refusal> {
    const { records, commit, directory } = this.erasing;
    const { account } = this.request;
    commit.flush();
    const refusal = (await this.#leaveRooms()) ?? (await this.#leaveSessions()) ?? (await this.#unsign());
    if (refusal !== undefined)
      return refusal.withMessage(`${refusal.message}; erasing stopped there, and is tried again in a minute`);
    commit.flush();
    await this.#each("messages", "messages in rooms", ({ at, name }) => {
      const room = name === undefined ? undefined : roomJid(name, this.erasing.muc.domain);
      // A room that is being deleted takes its messages with it.
      if (room === undefined) return false;
      records.erasure.entomb(at, room.text, namelessTombstone(room, Number(at), Date.now()));
      return true;
    });
    for (const [kind, words] of SIMPLE) await this.#each(kind, words, () => true);
    await this.#each("changes", "recorded changes (without the address now)", ({ at }) => {
      const change = records.erasure.change(at);
      const without = change && this.#name.without(change);
      if (without !== undefined) records.erasure.rewriteChange(at, without);
      return without !== undefined;
    });
    const waits = await this.runRest();
    const { jid } = this.#named;
    const report = await commit.run(() => {
      this.#report.count("vCards", Number(records.vcards.remove(jid)));
      this.#report.count(
        "directory entries",
        Number(records.directory.remove(account.local, account.domain)),
      );
      this.#report.count("keys", records.keys.revoke(jid));
      records.erasures.done(jid, waits);
      const report = this.#report.whole;
      this.record.write(report.message);
      return report;
    });
    directory.forget();
    return report;
  }

  /**
   * Erases what stanzas and events of the person leave behind, as dead letters and results, and names those that still
   * wait: they were accepted, so they are sent first.
   * @returns whether any waits
   */
  async runRest(): Promise<boolean> {
    const { deadLetters } = this.erasing.records;
    const isNamed = ({ text }: Trace): boolean => this.#name.isIn(text ?? "");
    const waiting = await this.#countOf("waiting");
    const events = await this.#countOf("waitingEvents", isNamed);
    const tasks = await this.#countOf("alertTasks");
    await this.#each("deadEvents", "dead letters of outgoing webhooks", isNamed);
    await this.#each("letters", "dead letters", ({ at }) => deadLetters.drop(Number(at)));
    await this.#each("hookResults", "results of posts to hooks", () => true);
    await this.#each("bounces", "bounces in the history of calls", () => true);
    await this.#dropAlerts();
    await this.#each("alertsSaid", "alerts said to them", () => true);
    await this.#each("keyedMessages", "notes of programs' messages to them", () => true);
    await this.#each("alertChanges", "entries in the history of alerts", isNamed);
    await this.#each("alertMessages", "notes of messages about alerts", () => true);
    await this.#each("latest", "notes of the latest message of a chat", () => true);
    this.#report.keepIf(waiting, "stanza", "in the queue from or for them", `it is sent; ${AFTERWARDS}`);
    this.#report.keepIf(events, "queued event", "of outgoing webhooks", `it is delivered; ${AFTERWARDS}`);
    this.#report.keepIf(tasks, "action", "of theirs on alerts", `it is done; ${AFTERWARDS}`);
    await this.#sayWhatStays();
    return waiting + events + tasks > 0;
  }

  /** Ends what the person did with alerts: those that they had taken alone are open again, and call others. */
  async #dropAlerts(): Promise<void> {
    const { alerts } = this.erasing;
    const { jid: id } = this.#named;
    for await (const traces of this.#traces("alerts"))
      for (const { at } of traces)
        await alerts.apply(Number(at), { kind: "person erased", id }, () => {
          this.record.write();
          this.#report.count("alerts that they took or muted", 1);
        });
  }

  /** Ends the memberships; rooms stay. */
  async #leaveRooms(): Promise<Refusal | undefined> {
    const rooms = new Map<string, Left | undefined>();
    const { account, requestedAt } = this.request;
    const refusal = await this.erasing.removal.expel(account, requestedAt, (room, left) => {
      rooms.set(room.text, left);
    });
    if (refusal !== undefined) return refusal;
    this.#report.count("affiliations and nicknames", rooms.size);
    this.#report.keepRooms(rooms);
    return undefined;
  }

  /** Removes the sessions that are in rooms without a membership. */
  #leaveSessions(): Promise<Refusal | undefined> {
    return this.#eachRoom("sessions", async (jid) =>
      this.#inRoom(jid, (scope) => {
        for (const occupant of [...scope.room.occupantsOf(this.request.account)])
          if (!scope.room.isGone) expel(scope, occupant, { codes: [307] });
        this.#report.count("occupants", 1);
      }),
    );
  }

  /** Takes the author from rooms' subjects; the subjects themselves are the rooms'. */
  #unsign(): Promise<Refusal | undefined> {
    return this.#eachRoom("subjects", async (jid, { text = "" }) => {
      const [secret = "", id] = text.split(" ");
      if (occupantIdOf(Buffer.from(secret, "hex"), this.request.account) !== id) return undefined;
      return await this.#inRoom(jid, ({ room, transaction }) => {
        if (room.subject?.id !== id) return;
        room.set(transaction, { subject: { ...room.subject, nick: "", id: undefined } });
        this.#report.count("subjects' authors", 1);
      });
    });
  }

  async #eachRoom(
    kind: TraceKind,
    work: (room: AccountJid, trace: Trace) => Promise<Refusal | undefined>,
  ): Promise<Refusal | undefined> {
    for await (const traces of this.#traces(kind)) {
      for (const trace of traces) {
        const jid = trace.name === undefined ? undefined : roomJid(trace.name, this.erasing.muc.domain);
        const refusal = jid && (await work(jid, trace));
        if (refusal !== undefined) return refusal;
      }
      this.erasing.commit.flush();
    }
    return undefined;
  }

  /** Works in a room when it is its turn. A room that was destroyed meanwhile has nothing left to erase. */
  async #inRoom(
    jid: AccountJid,
    work: (scope: Parameters<Parameters<typeof inRoomByAddress>[2]>[0]) => void,
  ): Promise<Refusal | undefined> {
    const done = await inRoomByAddress(
      { muc: this.erasing.muc, record: this.record },
      jid,
      (scope) => {
        work(scope);
        return { message: "" };
      },
      false,
    );
    return done instanceof Refusal && done.errcode !== Errcode.notFound ? done : undefined;
  }

  /** Blanks the traces of a kind. @param work returns whether the trace is the account's; may do what blank() leaves */
  async #each(kind: TraceKind, words: string, work: (trace: Trace) => boolean): Promise<void> {
    const { records, commit } = this.erasing;
    for await (const traces of this.#traces(kind)) {
      const count = await commit.run(() => {
        this.record.write();
        const ours = traces.filter(work);
        for (const { at } of ours) records.erasure.blank(kind, this.#named, at);
        return ours.length;
      });
      this.#report.count(words, count);
    }
  }

  /** Finds the traces of a kind, some at a time; the reading takes turns with others' work. */
  async *#traces(kind: TraceKind): AsyncGenerator<readonly Trace[]> {
    const { erasure } = this.erasing.records;
    const { meter } = this.erasing.muc;
    for (let after: ReturnType<typeof erasure.firstOf> | undefined = erasure.firstOf(kind); ;) {
      this.request.signal.throwIfAborted();
      const steps = erasure.next(kind, this.#named, after);
      const found = await meter.run("erasing a user", steps, () => undefined);
      if (found.traces.length > 0) yield found.traces;
      if (found.next === undefined) return;
      after = found.next;
    }
  }

  async #countOf(kind: TraceKind, isOurs: (trace: Trace) => boolean = () => true): Promise<number> {
    let count = 0;
    for await (const traces of this.#traces(kind)) count += traces.filter(isOurs).length;
    return count;
  }

  /** Says what else stays, and why. */
  async #sayWhatStays(): Promise<void> {
    const { records, settings } = this.erasing;
    const { jid } = this.#named;
    const report = this.#report;
    const bans = records.erasure.bans(jid);
    report.keepIf(bans, "ban", "with the address", "an erasure lifts no ban: room expel does");
    const letters = await this.#countOf("lettersForThem");
    const theirs = "it is theirs: outbox list shows it, outbox drop deletes it";
    report.keepIf(letters, "dead letter", "of others to them", theirs);
    const hooks = records.erasure.hooks(jid);
    const others = "their alerts would reach nobody: change or remove them";
    report.keepIf(
      hooks.length,
      "hook",
      `to them, in their name, or that calls them: ${hooks.join(", ")}`,
      others,
    );
    const rosters = records.erasure.rosters(jid);
    report.keepIf(rosters.length, "roster", `in which they are on duty: ${rosters.join(", ")}`, others);
    if (settings.rooms.admins.some((admin) => admin === jid))
      report.keep("their rights as service administrator", "they are in the configuration: rooms.admins");
    for (const [what, why] of ALWAYS) report.keep(what, why);
  }
}

/** The traces that storage blanks by itself. */
const SIMPLE: readonly (readonly [TraceKind, string])[] = [
  ["invitations", "rooms' invitations"],
  ["subscriptions", "subscriptions to activity"],
  ["tombstones", "destroyed rooms' owner entries"],
  ["hooksMade", "hooks made (which stay)"],
];
