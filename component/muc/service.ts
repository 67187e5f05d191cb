import type { Database } from "../../storage/database.js";
import type { Fingerprints } from "../../storage/fingerprints.js";
import type { GroupCommit } from "../../storage/group-commit.js";
import { MadeBookmarks } from "../../storage/made-bookmarks.js";
import { ServiceAdminsStore } from "../../storage/rooms-users.js";
import type { Account } from "../../storage/unit-of-work.js";
import { Meter } from "../limits/meter.js";
import type { Metrics } from "../metrics.js";
import type { AckRequests } from "../outbox/ack-requests.js";
import type { Outbox } from "../outbox/outbox.js";
import type { IqReply } from "../inbound/iq-reply.js";
import type { Handler, Inbound } from "../inbound/router.js";
import { nextStep } from "./admin/changing.js";
import { ServiceAdmins } from "./admin/service-admins.js";
import { UserRemoval } from "./user-removal.js";
import type { RoomContext } from "./context.js";
import { discoItemsOfRooms } from "./discovery/service-list.js";
import { activityHandlers, ActivitySubscriptions, verify } from "./features/activity.js";
import { Bookmarks, type BookmarksDependencies } from "./features/invitations/bookmarks.js";
import { Housekeeping } from "./housekeeping.js";
import { budgetsOf } from "./limits/budgets.js";
import { PresenceRateLimit } from "./limits/presence-rate-limit.js";
import { RoomTurns } from "../busy-room-turns.js";
import { AnswerWriter, type AnswerLink } from "./limits/answer-writer.js";
import { ReadLimiter } from "./limits/read-limiter.js";
import { pingSessions } from "./occupancy/lost-sessions.js";
import { Hats, type DutyHats } from "./room/hats.js";
import { StanzaIds } from "./room/stable-ids.js";
import type { RoomBots, RoomWatch } from "./room/room-rules.js";
import { Rooms } from "./rooms.js";
import { roomHandlers } from "./routes.js";
import { storesIn, Transaction, Transactions } from "./transaction.js";
import { inBackground } from "../background.js";

/** The part of the context that RoomService makes. */
type Made =
  | "rooms"
  | "admins"
  | "transactions"
  | "stores"
  | "budgets"
  | "meter"
  | "reading"
  | "activity"
  | "turns"
  | "bookmarks";

/** The settings and objects that the group-chat service uses. */
export interface RoomServiceDependencies extends Omit<RoomContext, Made> {
  /** How long the removal of users waits for its completion before it returns QUEUED, in milliseconds. */
  readonly confirmTimeout: number;
  readonly db: Database;
  /** For deduplication of calls. */
  readonly fingerprints: Fingerprints;
  readonly commit: GroupCommit;
  readonly outbox: Pick<Outbox, "accept" | "refuse" | "backlog" | "isReady">;
  readonly link: AnswerLink;
  readonly acks: Pick<AckRequests, "make" | "idOf">;
  readonly permissions: BookmarksDependencies["permissions"];
  /** Who is on duty for rooms. */
  readonly duty: DutyHats;
  /** The bots that post to rooms. */
  readonly bots: RoomBots;
  readonly metrics: Pick<
    Metrics,
    "archiveExpired" | "bookmarks" | "eventLoop" | "gaugeOf" | "unknownRetractions"
  >;
}

/** Composes the group-chat service: rooms, their handlers and their background work. */
export class RoomService {
  readonly rooms: Rooms;
  readonly context: RoomContext;
  readonly userRemoval: UserRemoval;
  readonly housekeeping: Housekeeping;
  readonly handlers: readonly Handler[];
  readonly turns: RoomTurns;
  readonly #admins: ServiceAdmins;
  readonly #bookmarks: Bookmarks;
  #linkEnd = new AbortController();
  readonly #presenceRateLimit: PresenceRateLimit;

  constructor(parts: RoomServiceDependencies) {
    const { config, stanzaBytes, confirmTimeout, db, fingerprints, commit, outbox, link, acks } = parts;
    const { unqueued, directory, watch, bots, metrics, log } = parts;
    const budgets = budgetsOf(config);
    const stores = storesIn(db, fingerprints);
    const newest = stores.future.newestUpTo(Number.MAX_SAFE_INTEGER);
    const stanzaIds = new StanzaIds(Math.max(newest, stores.userRemovals.newest()));
    const admins = new ServiceAdmins(new Set(config.admins), new ServiceAdminsStore(db), commit);
    const hats = new Hats(config.hats, directory, parts.duty);
    const following = { changed: notifyBoth(watch, (): Bookmarks => bookmarks) };
    const rooms = new Rooms(stores, commit, { config, admins, hats, bots, watch: following }, log);
    const bookmarks = new Bookmarks({ ...parts, rooms, made: new MadeBookmarks(db) });
    this.#bookmarks = bookmarks;
    const make = (owner?: Account): Transaction => new Transaction(stanzaIds, stanzaBytes, owner);
    const meter = new Meter(metrics.eventLoop);
    const answers = new AnswerWriter(unqueued, acks, link);
    const activity = new ActivitySubscriptions(stores.activity, commit, parts.domain);
    this.rooms = rooms;
    this.turns = new RoomTurns(outbox, rooms, metrics);
    this.context = {
      ...parts,
      rooms,
      admins,
      stores,
      budgets,
      meter,
      activity,
      bookmarks,
      transactions: new Transactions(rooms, stores, outbox, make),
      reading: new ReadLimiter(budgets.reading, meter, answers, parts),
      turns: this.turns,
    };
    this.userRemoval = new UserRemoval(this.context, commit, outbox, confirmTimeout);
    this.housekeeping = new Housekeeping(this.context, commit, metrics, stanzaIds);
    this.#admins = admins;
    inBackground(admins.follow(this.context), "following rooms.admins", log);
    for (const name of stores.rooms.changing()) nextStep(this.context, name);
    this.#presenceRateLimit = new PresenceRateLimit(budgets.presence);
    this.handlers = [
      ...roomHandlers(this.context, this.#presenceRateLimit),
      ...activityHandlers(this.context, activity),
    ];
    link.on("up", () => {
      this.#linkEnd.abort();
      this.#linkEnd = new AbortController();
      const { signal } = this.#linkEnd;
      inBackground(pingSessions(this.context, signal), "pinging occupants", log);
      bookmarks.unwanted.wake();
      inBackground(verify(this.context, activity, signal), "verifying subscriptions", log);
    });
    link.on("down", () => {
      this.#linkEnd.abort();
      bookmarks.reset();
    });
  }

  /** Replaces the list of service administrators, given by bare address. Resolves when their occupants are updated. */
  async setAdmins(jids: readonly string[]): Promise<void> {
    this.#admins.all = new Set(jids);
    await this.#admins.follow(this.context);
  }

  /** Answers a disco#items request to the component's domain with the public rooms. */
  list(inbound: Inbound<"service">): Promise<IqReply> {
    return this.context.reading.answer(inbound, () => discoItemsOfRooms(this.context, inbound));
  }

  /** Looks for bookmarks to take back, as each hour. Public for tests. */
  lookForBookmarks(): void {
    this.#bookmarks.unwanted.wake();
  }

  start(): void {
    this.housekeeping.start();
    this.#bookmarks.unwanted.start();
  }

  stop(): void {
    this.housekeeping.stop();
    this.#bookmarks.unwanted.stop();
    this.#linkEnd.abort();
    this.#presenceRateLimit.stop();
    this.userRemoval.stop();
    this.rooms.stop();
  }
}

/** Lets bookmarks follow changes of rooms, too. @param bookmarks returns them, as they are made later than rooms */
function notifyBoth(watch: RoomWatch, bookmarks: () => Bookmarks): RoomWatch["changed"] {
  return (watched, change, members) => {
    watch.changed(watched, change, members);
    if (change === "member.in" && members !== undefined) bookmarks().added(watched, members);
    if (change === "member.out" || change === "room.destroyed")
      watched.transaction.whenDone.push(() => bookmarks().unwanted.wake());
  };
}
