/**
 * Room activity indicators (XEP-0437): the subscribed sessions, and the rooms already announced to each. A room is
 * announced once until the user was inside again. Subscriptions survive a restart; a room may then be announced again.
 */
import type { GroupCommit } from "../../../../storage/group-commit.js";
import type { RoomsActivity } from "../../../../storage/rooms-users.js";
import { isFull, Jid, type FullJid } from "../../../address.js";
import { NS, xml, type Element } from "../../../xml/builder.js";
import type { ActivityWatch, RoomTransaction } from "../../context.js";
import type { RoomView } from "../../room/room-view.js";
import { MUC } from "../../wire/ns.js";
import type { Feature } from "../feature.js";

/** The most subscriptions of one account, of which the oldest are dropped, and of all. */
const MOST_OF_ONE = 20;
const MOST = 100_000;

export const activity: Feature = {
  onMessage: (scope, { speaker, keeping }) => {
    const { kind, isForbidden } = keeping;
    if (kind === "text" && !isForbidden) scope.context.activity.noteMessage(scope, speaker.account.bare.text);
  },
  onDeparture: ({ activity }, room, session) => activity.left(room, session.bare.text),
};

export class ActivitySubscriptions implements ActivityWatch {
  /** By account and session: the ids of the rooms already announced to it. */
  readonly #told = new Map<string, Map<string, Set<number>>>();
  #count = 0;

  constructor(
    private readonly store: RoomsActivity,
    private readonly commit: GroupCommit,
    private readonly domain: string,
  ) {
    for (const text of store.all()) {
      const session = Jid.parse(text);
      if (session !== undefined && isFull(session)) this.#add(session);
    }
  }

  /** All subscribed sessions. */
  get sessions(): readonly string[] {
    return [...this.#told.values()].flatMap((sessions) => [...sessions.keys()]);
  }

  /** Subscribes a session. @returns false if there are too many subscriptions; otherwise true once it is stored */
  async subscribe(session: FullJid): Promise<boolean> {
    const { text, bare } = session;
    const known = this.#told.get(bare.text);
    if (known?.has(text) !== true && this.#count >= MOST) return false;
    const [oldest] = known?.keys() ?? [];
    const isCrowd = known !== undefined && !known.has(text) && known.size >= MOST_OF_ONE;
    if (isCrowd && oldest !== undefined) this.unsubscribe(oldest);
    this.#add(session);
    await this.commit.run(() => this.store.set(text, true));
    return true;
  }

  unsubscribe(session: string): void {
    const account = Jid.parse(session)?.bare.text ?? "";
    const sessions = this.#told.get(account);
    if (sessions?.delete(session) !== true) return;
    this.#count -= 1;
    if (sessions.size === 0) this.#told.delete(account);
    // If that fails, the session is found to be gone after the next restart.
    this.commit.run(() => this.store.set(session, false)).catch(() => undefined);
  }

  /** Announces a room's message to subscribers who are not inside. @param by the sender's account */
  noteMessage({ transaction, room }: RoomTransaction, by: string): void {
    if (this.#count === 0) return;
    const sessions = this.#among(room).flatMap((account) =>
      account === by ? [] : this.#untold(account, room.id).filter((session) => !room.sessions.has(session)),
    );
    if (sessions.length === 0) return;
    transaction.broadcast(this.news([room.jid.text]), sessions);
    transaction.write(room, () => {
      for (const session of sessions) this.note(session, [room.id]);
    });
  }

  /** Notes that an account left a room: later messages are announced again. */
  left({ id }: RoomView, account: string): void {
    for (const announced of this.#told.get(account)?.values() ?? []) announced.delete(id);
  }

  /** Whether a session is subscribed and a room isn't yet announced to it. */
  isNews(session: string, room: number): boolean {
    const account = Jid.parse(session)?.bare.text ?? "";
    return this.#told.get(account)?.get(session)?.has(room) === false;
  }

  /** Notes that these rooms were announced to a session. */
  note(session: string, rooms: readonly number[]): void {
    const announced = this.#told.get(Jid.parse(session)?.bare.text ?? "")?.get(session);
    for (const room of rooms) announced?.add(room);
  }

  /** The message that announces activity in these rooms, without `to`. */
  news(rooms: readonly string[]): Element {
    return xml(
      "message",
      { from: this.domain },
      xml("rai", MUC.activity, ...rooms.map((room) => xml("activity", {}, room))),
      xml("no-store", NS.hints),
    );
  }

  #add({ text, bare }: FullJid): void {
    const sessions = this.#told.get(bare.text) ?? new Map<string, Set<number>>();
    if (sessions.has(text)) return;
    sessions.set(text, new Set());
    this.#told.set(bare.text, sessions);
    this.#count += 1;
  }

  /** The subscribed accounts among a room's members; iterates over the shorter list. */
  #among({ affiliations }: RoomView): string[] {
    const isMember = (jid: string): boolean =>
      (affiliations.get(jid)?.affiliation ?? "outcast") !== "outcast";
    if (this.#told.size < affiliations.size) return [...this.#told.keys()].filter(isMember);
    return [...affiliations.all()].flatMap(({ jid }) => (this.#told.has(jid) && isMember(jid) ? [jid] : []));
  }

  #untold(account: string, room: number): string[] {
    const sessions = this.#told.get(account) ?? new Map<string, Set<number>>();
    return [...sessions].flatMap(([session, told]) => (told.has(room) ? [] : [session]));
  }
}
