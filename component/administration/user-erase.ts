/** Erases a person: everything that the database keeps about an account, in short transactions, and says what stays. */
import { z } from "zod";
import type { Trace, TraceKind } from "../../storage/erasure-store.js";
import type { AccountJid } from "../addresses/address.js";
import { namelessTombstone } from "../muc/features/retraction.js";
import { expel } from "../muc/occupancy/leaving.js";
import { occupantIdOf } from "../muc/room/stable-ids.js";
import { roomJid } from "../muc/rooms.js";
import { handOver } from "../muc/user-removal.js";
import { Errcode, Refusal, refuse } from "../refusal.js";
import { counted } from "../wording.js";
import { user } from "./accounts.js";
import type { RunningContext } from "./context.js";
import { ErasedName } from "./erased-texts.js";
import { destroying, MESSAGE, rows, word } from "./operation.js";
import { inRoom } from "./room-parts.js";

/** From how many rooms a user is removed before the next ones are read. */
const ROOMS = 50;

export const erase = destroying({
  name: "user erase",
  en: "erase a person: messages in rooms, affiliations, vCard, directory entry, keys and traces; it says what stays, and why",
  zh: "抹除一个人：群里的消息、群内身份、vCard、通讯录条目、密钥和痕迹，并说明保留了什么及原因",
  arguments: {
    user: user("user: id or id@host", "用户：id 或 id@域名", { placed: "zhangsan", unrecorded: true }),
  },
  result: {
    message: MESSAGE,
    erased: rows(["erased", "已抹除"], ["Nothing was stored.", "没有存储任何内容。"], {
      kind: word(z.string(), "kind", "种类"),
      count: word(z.int(), "count", "数量"),
    }),
    stays: rows(["what stays, and why", "保留的内容及原因"], ["Nothing stays.", "没有保留任何内容。"], {
      what: word(z.string(), "what", "内容", { whole: true }),
      why: word(z.string(), "why", "原因", { whole: true }),
    }),
  },
  needs: "component",
  run: (context, { user: account }) => new Erasure(context, account).run(),
});

class Erasure {
  readonly #counts = new Map<string, number>();
  readonly #stays: { readonly what: string; readonly why: string }[] = [];
  readonly #named: { readonly jid: string; readonly local: string };
  readonly #name: ErasedName;

  constructor(
    private readonly context: RunningContext,
    private readonly account: AccountJid,
  ) {
    this.#named = { jid: account.text, local: account.local };
    this.#name = new ErasedName(this.#named);
  }

  async run() {
    const { context, account } = this;
    const { records, commit, record } = context;
    commit.flush();
    const refusal = (await this.#leaveRooms()) ?? (await this.#leaveSessions()) ?? (await this.#unsign());
    if (refusal !== undefined)
      return refusal.withMessage(`${refusal.message}; erasing stopped there: run it again`);
    commit.flush();
    await this.#each("messages", "messages in rooms", ({ at, name }) => {
      const room = name === undefined ? undefined : roomJid(name, context.muc.domain);
      // A room that is being deleted takes its messages with it.
      if (room === undefined) return false;
      records.erasure.entomb(at, room.text, namelessTombstone(room, Number(at), Date.now()));
      return true;
    });
    for (const [kind, words] of SIMPLE) await this.#each(kind, words, () => true);
    const isNamed = ({ text }: Trace): boolean => this.#name.isIn(text ?? "");
    await this.#each("deadEvents", "dead letters of outgoing webhooks", isNamed);
    await this.#each("letters", "dead letters", ({ at }) => records.deadLetters.drop(Number(at)));
    await this.#each("changes", "recorded changes (without the address now)", ({ at }) => {
      const change = records.erasure.change(at);
      const without = change && this.#name.without(change);
      if (without !== undefined) records.erasure.rewriteChange(at, without);
      return without !== undefined;
    });
    await this.#say();
    const { jid } = this.#named;
    return await context.change(() => {
      this.#count("vCards", Number(records.vcards.remove(jid)));
      this.#count("directory entries", Number(records.directory.remove(account.local, account.domain)));
      this.#count("keys", records.keys.revoke(jid));
      record.write();
      const erased = [...this.#counts].flatMap(([kind, count]) => (count > 0 ? [{ kind, count }] : []));
      const what = erased.map(({ kind, count }) => `${kind}: ${count}`).join("; ");
      return { message: `Erased a user. ${what || "Nothing was stored"}.`, erased, stays: this.#stays };
    });
  }

  /** Ends the memberships, as user-removal.ts does, but destroys no room. */
  async #leaveRooms(): Promise<Refusal | undefined> {
    const { context, account } = this;
    const { transactions, stores, domain } = context.muc;
    const removal = { jid: account.text, requestedAt: transactions.begin().nextStanzaId() };
    const alone: string[] = [];
    const inherited: string[] = [];
    for (let before: number | undefined; ;) {
      const names = stores.userRemovals.roomsLeft(removal, ROOMS);
      if (names.length === 0) break;
      if (names[0]?.id === before) return refuse.unavailable("a room did not let the user go");
      before = names[0]?.id;
      for (const { name } of names) {
        const jid = roomJid(name, domain);
        const done =
          jid &&
          (await this.#inRoom(jid, (scope) => {
            const { affiliations } = scope.room;
            const isOwner = affiliations.storedAffiliationOf(account.text) === "owner";
            const others = affiliations.atLeastMembers().filter((one) => one.jid !== account.text);
            if (isOwner && others.length === 0) alone.push(jid.text);
            else if (isOwner && !others.some(({ affiliation }) => affiliation === "owner"))
              inherited.push(jid.text);
            handOver(scope, [account], true);
            this.#count("affiliations and nicknames", 1);
          }));
        if (done !== undefined) return done;
      }
    }
    if (alone.length > 0)
      this.#keep(
        `${counted(alone.length, "room")} without an owner: ${alone.join(", ")}`,
        "an erasure destroys no room: room owner gives it one, room destroy ends it",
      );
    if (inherited.length > 0)
      this.#keep(
        `${counted(inherited.length, "room")} that they alone owned: ${inherited.join(", ")}`,
        "the longest-standing administrator or member owns it now",
      );
    return undefined;
  }

  /** Removes the sessions that are in rooms without a membership. */
  #leaveSessions(): Promise<Refusal | undefined> {
    return this.#eachRoom("sessions", async (jid) =>
      this.#inRoom(jid, (scope) => {
        for (const occupant of [...scope.room.occupantsOf(this.account)])
          if (!scope.room.isGone) expel(scope, occupant, { codes: [307] });
        this.#count("occupants", 1);
      }),
    );
  }

  /** Takes the author from rooms' subjects; the subjects themselves are the rooms'. */
  #unsign(): Promise<Refusal | undefined> {
    return this.#eachRoom("subjects", async (jid, { text = "" }) => {
      const [secret = "", id] = text.split(" ");
      if (occupantIdOf(Buffer.from(secret, "hex"), this.account) !== id) return undefined;
      return await this.#inRoom(jid, ({ room, transaction }) => {
        if (room.subject?.id !== id) return;
        room.set(transaction, { subject: { ...room.subject, nick: "", id: undefined } });
        this.#count("subjects' authors", 1);
      });
    });
  }

  async #eachRoom(
    kind: TraceKind,
    work: (room: AccountJid, trace: Trace) => Promise<Refusal | undefined>,
  ): Promise<Refusal | undefined> {
    for await (const traces of this.#traces(kind)) {
      for (const trace of traces) {
        const jid = trace.name === undefined ? undefined : roomJid(trace.name, this.context.muc.domain);
        const refusal = jid && (await work(jid, trace));
        if (refusal !== undefined) return refusal;
      }
      this.context.commit.flush();
    }
    return undefined;
  }

  /** Works in a room when it is its turn. A room that was destroyed meanwhile has nothing left to erase. */
  async #inRoom(
    jid: AccountJid,
    work: (scope: Parameters<Parameters<typeof inRoom>[2]>[0]) => void,
  ): Promise<Refusal | undefined> {
    const done = await inRoom(
      this.context,
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
    const { records, commit, record } = this.context;
    for await (const traces of this.#traces(kind)) {
      const count = await commit.run(() => {
        record.write();
        const ours = traces.filter(work);
        for (const { at } of ours) records.erasure.blank(kind, this.#named, at);
        return ours.length;
      });
      this.#count(words, count);
    }
  }

  /** Finds the traces of a kind, some at a time; the reading takes turns with others' work. */
  async *#traces(kind: TraceKind): AsyncGenerator<readonly Trace[]> {
    const { erasure } = this.context.records;
    const { meter } = this.context.muc;
    for (let after: ReturnType<typeof erasure.firstOf> | undefined = erasure.firstOf(kind); ;) {
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

  #count(kind: string, by: number): void {
    this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + by);
  }

  #keep(what: string, why: string): void {
    this.#stays.push({ what, why });
  }

  /** Says what stays, and why. */
  async #say(): Promise<void> {
    const { records, settings } = this.context;
    const { jid } = this.#named;
    const keep = (count: number, noun: string, rest: string, why: string): void => {
      if (count > 0) this.#keep(`${counted(count, noun)} ${rest}`, why);
    };
    const bans = records.erasure.bans(jid);
    keep(bans, "ban", "with the address", "an erasure lifts no ban: room expel does");
    const waiting = await this.#countOf("waiting");
    keep(waiting, "stanza", "in the queue from or for them", "accepted: it is sent, and then deleted");
    const events = await this.#countOf("waitingEvents", ({ text }) => this.#name.isIn(text ?? ""));
    keep(events, "queued event", "of outgoing webhooks", "accepted: it is delivered, and then deleted");
    const letters = await this.#countOf("lettersForThem");
    keep(
      letters,
      "dead letter",
      "of others to them",
      "it is theirs: outbox list shows it, outbox drop deletes it",
    );
    const hooks = records.erasure.hooks(jid, jid);
    if (hooks.length > 0)
      this.#keep(`hooks to them or in their name: ${hooks.join(", ")}`, "hook remove ends a hook");
    if (settings.rooms.admins.some((admin) => admin === jid))
      this.#keep("their rights as service administrator", "they are in the configuration: rooms.admins");
    this.#keep(
      "copies of messages in clients, at other servers, and at outgoing webhooks' programs",
      "they are out of reach",
    );
    this.#keep("quotations and mentions in messages of others", "they belong to others");
    this.#keep("the account with its vCard and messages at its own server", "delete it there");
    this.#keep("backups and logs", "they are files of their own, until they are replaced");
  }
}

/** The traces that storage blanks by itself. */
const SIMPLE: readonly (readonly [TraceKind, string])[] = [
  ["invitations", "rooms' invitations"],
  ["subscriptions", "subscriptions to activity"],
  ["tombstones", "destroyed rooms' owner entries"],
  ["hooksMade", "hooks made (which stay)"],
  ["bounces", "bounces in the history of calls"],
];
