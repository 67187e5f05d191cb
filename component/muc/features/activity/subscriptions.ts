/**
 * Announces messages to subscribed sessions outside the room (XEP-0437). A session gets a room's next announcement
 * only after the user has been inside again. Subscriptions survive a restart of the component; afterwards, a room may
 * be announced once more.
 */
import type { GroupCommit } from "../../../../storage/group-commit.js";
import type { RoomsActivity } from "../../../../storage/rooms-users.js";
import { isFull, Jid, type FullJid } from "../../../address.js";
import { NS, xml, type Element } from "../../../xml/builder.js";
import type { RoomTransaction } from "../../context.js";
import type { RoomView } from "../../room/room-view.js";
import { MUC } from "../../wire/ns.js";
import type { Feature } from "../feature.js";

/** How many sessions of one account may be subscribed. A further subscription ends the oldest. */
const MOST_OF_ONE = 20;
/** How many sessions may be subscribed in all. Further subscriptions are refused. */
const MOST = 100_000;

export const activity: Feature = {
  onMessage: (scope, { speaker, keeping }) => {
    const { kind, isForbidden } = keeping;
    if (kind === "text" && !isForbidden) scope.context.activity.noteMessage(scope, speaker.account.bare.text);
  },
  onDeparture: ({ activity }, room, session) => activity.left(room, session.bare.text),
};

export class ActivitySubscriptions {
  /** The ids of the rooms announced to each session, by bare address and full address. */
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

  /** The full addresses of all subscribed sessions. */
  get sessions(): readonly string[] {
    return [...this.#told.values()].flatMap((sessions) => [...sessions.keys()]);
  }

  /** Subscribes a session and stores the subscription. @returns false if there are too many subscriptions */
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
    // If the database fails, the subscription is deleted after the next restart, when the session is pinged.
    this.commit.run(() => this.store.set(session, false)).catch(() => undefined);
  }

  /** Announces a message in a room. @param by the sender's bare address */
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

  /** Lets the account's sessions get the room's next announcement. */
  left({ id }: RoomView, account: string): void {
    for (const announced of this.#told.get(account)?.values() ?? []) announced.delete(id);
  }

  /** Whether a session is subscribed and the room, given by its id, should be announced to it. */
  isNews(session: string, room: number): boolean {
    const account = Jid.parse(session)?.bare.text ?? "";
    return this.#told.get(account)?.get(session)?.has(room) === false;
  }

  /** Notes that rooms, given by their ids, were announced to a session. */
  note(session: string, rooms: readonly number[]): void {
    const announced = this.#told.get(Jid.parse(session)?.bare.text ?? "")?.get(session);
    for (const room of rooms) announced?.add(room);
  }

  /** Builds the message that announces rooms, given by their addresses, without `to`. */
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

  #among({ affiliations }: RoomView): string[] {
    const isMember = (jid: string): boolean =>
      (affiliations.get(jid)?.affiliation ?? "outcast") !== "outcast";
    if (this.#told.size < affiliations.size) return [...this.#told.keys()].filter(isMember);
    return [...affiliations.all()].flatMap(({ jid }) => (this.#told.has(jid) && isMember(jid) ? [jid] : []));
  }

  /** Returns the account's sessions to which the room, given by its id, should be announced. */
  #untold(account: string, room: number): string[] {
    const sessions = this.#told.get(account) ?? new Map<string, Set<number>>();
    return [...sessions].flatMap(([session, told]) => (told.has(room) ? [] : [session]));
  }
}
