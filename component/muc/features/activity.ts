/**
 * Room activity (XEP-0437). A session subscribes by presence to the component's domain, and learns which of its account's
 * rooms have had messages since the account was last inside. A room is announced to a session again only after the account
 * has left it. Unavailable presence ends the subscription, and so does an error that says that the session is gone, for an
 * announcement or for a ping after a reconnect. Subscriptions survive a restart of the component, announcements don't: a room
 * may be announced once more.
 */
import type { GroupCommit } from "../../../storage/group-commit.js";
import type { RoomsActivity } from "../../../storage/rooms-users.js";
import { isFull, Jid, type FullJid } from "../../addresses/address.js";
import { NS, xml, type Element } from "../../xml/builder.js";
import type { Handler, Inbound } from "../../inbound/router.js";
import { conditionOf, StanzaError } from "../../inbound/stanza-error.js";
import type { ActivityWatch, RoomContext, RoomTransaction } from "../context.js";
import { roomJid } from "../rooms.js";
import { refusesPing } from "../occupancy/lost-sessions.js";
import { saysGone } from "../wire/replies.js";
import type { Room } from "../room/room.js";
import { MUC } from "../wire/ns.js";
import type { Feature } from "./feature.js";
import { serviceOf } from "./invitations/direct.js";

/** How many sessions of one account may be subscribed. A further subscription ends the oldest. */
const MAX_SESSIONS_OF_ACCOUNT = 20;
/** How many sessions may be subscribed in all. Further subscriptions are refused. */
const MAX_SESSIONS = 100_000;

export const activity: Feature = {
  onMessage: (scope, { speaker, keeping }) => {
    const { kind, isForbidden } = keeping;
    if (kind === "text" && !isForbidden) scope.context.activity.noteMessage(scope, speaker.account.bare.text);
  },
};

export class ActivitySubscriptions implements ActivityWatch {
  /** The ids of the rooms announced to each session, by bare address and full address. */
  readonly #announced = new Map<string, Map<string, Set<number>>>();
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

  get sessions(): readonly string[] {
    return [...this.#announced.values()].flatMap((sessions) => [...sessions.keys()]);
  }

  /** Subscribes a session and stores the subscription. @returns false if there are too many subscriptions */
  async subscribe(session: FullJid): Promise<boolean> {
    const { text, bare } = session;
    const known = this.#announced.get(bare.text);
    if (known?.has(text) !== true && this.#count >= MAX_SESSIONS) return false;
    const [oldest] = known?.keys() ?? [];
    const isCrowd = known !== undefined && !known.has(text) && known.size >= MAX_SESSIONS_OF_ACCOUNT;
    if (isCrowd && oldest !== undefined) this.unsubscribe(oldest);
    this.#add(session);
    await this.commit.run(() => this.store.set(text, true));
    return true;
  }

  unsubscribe(session: string): void {
    const account = Jid.parse(session)?.bare.text ?? "";
    const sessions = this.#announced.get(account);
    if (sessions?.delete(session) !== true) return;
    this.#count -= 1;
    if (sessions.size === 0) this.#announced.delete(account);
    // If the database fails, the subscription is deleted after the next restart, when the session is pinged.
    this.commit.run(() => this.store.set(session, false)).catch(() => undefined);
  }

  noteMessage({ transaction, room }: RoomTransaction, by: string): void {
    if (this.#count === 0) return;
    const sessions = this.#among(room).flatMap((account) => {
      const announced = account === by ? [] : [...(this.#announced.get(account) ?? [])];
      const others = announced.filter(
        ([session, rooms]) => !rooms.has(room.id) && !room.sessions.has(session),
      );
      return others.map(([session]) => session);
    });
    if (sessions.length === 0) return;
    transaction.broadcast(this.news([room.jid.text]), sessions);
    transaction.write(room, () => {
      for (const session of sessions) this.announcedTo(session)?.add(room.id);
    });
  }

  left({ id }: Room, account: string): void {
    for (const announced of this.#announced.get(account)?.values() ?? []) announced.delete(id);
  }

  /** The ids of the rooms announced to a session; undefined if it isn't subscribed. */
  announcedTo(session: string): Set<number> | undefined {
    return this.#announced.get(Jid.parse(session)?.bare.text ?? "")?.get(session);
  }

  news(rooms: readonly string[]): Element {
    return xml(
      "message",
      { from: this.domain },
      xml("rai", MUC.activity, ...rooms.map((room) => xml("activity", {}, room))),
      xml("no-store", NS.hints),
    );
  }

  #add({ text, bare }: FullJid): void {
    const sessions = this.#announced.get(bare.text) ?? new Map<string, Set<number>>();
    if (sessions.has(text)) return;
    sessions.set(text, new Set());
    this.#announced.set(bare.text, sessions);
    this.#count += 1;
  }

  #among({ affiliations }: Room): string[] {
    const isMember = (jid: string): boolean =>
      (affiliations.get(jid)?.affiliation ?? "outcast") !== "outcast";
    if (this.#announced.size < affiliations.size) return [...this.#announced.keys()].filter(isMember);
    return [...affiliations.all()].flatMap(({ jid }) =>
      this.#announced.has(jid) && isMember(jid) ? [jid] : [],
    );
  }
}

const PAGE = 200;

export function activityHandlers(context: RoomContext, subscriptions: ActivitySubscriptions): Handler[] {
  const leave = ({ from }: Inbound<"service">): void => subscriptions.unsubscribe(from.text);
  const bounce = ({ stanza, from }: Inbound<"service">): void => {
    if (saysGone(conditionOf(stanza))) subscriptions.unsubscribe(from.text);
  };
  return [
    {
      stanza: "presence",
      target: "service",
      types: ["available"],
      handle: (inbound) => subscribe(context, subscriptions, inbound),
    },
    { stanza: "presence", target: "service", types: ["unavailable"], handle: leave },
    { stanza: "presence", target: "service", types: ["error"], handle: bounce },
    { stanza: "message", target: "service", types: ["error"], handle: bounce },
  ];
}

/**
 * Subscribes a session if its account belongs to a room, and announces the rooms with missed messages.
 * @throws StanzaError resource-constraint if the rate limit or the number of subscriptions is exceeded
 */
async function subscribe(
  context: RoomContext,
  subscriptions: ActivitySubscriptions,
  { stanza, from }: Inbound<"service">,
): Promise<void> {
  const account = from.bare.text;
  if (!isFull(from) || stanza.getChild("rai", MUC.activity) === undefined) return;
  const isTooMuch = context.memory.isShort() || !context.budgets.presence.consume(account);
  const { activity } = context.stores;
  if (!isTooMuch && !activity.belongs(account)) return;
  if (isTooMuch || !(await subscriptions.subscribe(from))) {
    throw new StanzaError(
      "wait",
      "resource-constraint",
      "There are too many subscriptions. Try again later.",
    );
  }
  for (let after: number | undefined = 0; after !== undefined;) {
    const rooms = activity.active({ account, session: from.text, after }, PAGE);
    const news = rooms.filter(({ id }) => subscriptions.announcedTo(from.text)?.has(id) === false);
    const addresses = news.flatMap(({ name }) => roomJid(name, context.domain)?.text ?? []);
    if (addresses.length > 0) {
      await context.transactions.do(undefined, (one) =>
        one.broadcast(subscriptions.news(addresses), [from.text]),
      );
      for (const { id } of news) subscriptions.announcedTo(from.text)?.add(id);
    }
    after = rooms.length < PAGE ? undefined : rooms.at(-1)?.id;
  }
}

/** Pings all subscribed sessions after a reconnect, and unsubscribes those that don't exist any more. */
export async function verify(
  context: RoomContext,
  subscriptions: ActivitySubscriptions,
  signal: AbortSignal,
): Promise<void> {
  for (const text of subscriptions.sessions) {
    const session = Jid.parse(text);
    if (session !== undefined && (await refusesPing(context, serviceOf(context), session, signal)))
      subscriptions.unsubscribe(text);
  }
}
