/** The rooms of other group chat services to which webhooks post, or which bots enter at an operator's request. */
import { BotRoomsStore } from "../../../storage/bot-rooms-store.js";
import { ExternalChanges } from "../../../storage/external-changes.js";
import { Jid } from "../../address.js";
import type { Metrics } from "../../metrics.js";
import { NS, xml, type Element } from "../../xml/builder.js";
import { HookFault } from "../fault.js";
import type { EventRecorder } from "../outgoing/event-recorder.js";
import type { RemotePost, RemoteRoomsApi } from "../sending.js";
import { isConference } from "./entrance.js";
import { RemoteRoom, type RemoteRoomDependencies } from "./remote-room.js";
import { inBackground } from "../../background.js";

export interface RemoteRoomsDependencies extends RemoteRoomDependencies {
  readonly link: { readonly isUp: boolean; on(event: "up" | "down", listener: () => void): unknown };
  /** How long a call waits for the room's confirmation before it is answered "queued", in milliseconds. */
  readonly confirmTimeout: number;
  readonly listener: Pick<EventRecorder, "heardIn">;
  readonly metrics: Metrics;
}

/** How often the component looks for changes by commands, and the timeout of disco#info requests; in milliseconds. */
const MS = { look: 250, disco: 10_000 };

export class RemoteRooms implements RemoteRoomsApi {
  readonly #store: BotRoomsStore;
  readonly #changes: ExternalChanges;
  /** The rooms by bot and address. */
  readonly #rooms = new Map<string, RemoteRoom>();
  #ticker: NodeJS.Timeout | undefined;

  constructor(private readonly dependencies: RemoteRoomsDependencies) {
    const { db, link, metrics } = dependencies;
    this.#store = new BotRoomsStore(db);
    this.#changes = new ExternalChanges(this.#store);
    link.on("up", () => {
      for (const room of this.#rooms.values()) room.occupancy.linkUp();
      this.#refresh();
      this.#ticker = setInterval(() => this.#refresh(), MS.look).unref();
    });
    link.on("down", () => {
      clearInterval(this.#ticker);
      for (const room of this.#rooms.values()) room.linkDown();
    });
    metrics.gaugeOf(
      "qtalk_bot_posts_waiting",
      "Posts that rooms of other group chat services have not confirmed",
      () => this.#store.postCount(),
    );
    metrics.gaugeOf(
      "qtalk_bot_rooms_outside",
      "Rooms of other group chat services that bots should be in and are not",
      () => [...this.#rooms.values()].filter(({ occupancy }) => !occupancy.isInside).length,
    );
  }

  async post(bot: string, to: Jid, post: RemotePost): ReturnType<RemoteRoomsApi["post"]> {
    const { link, confirmTimeout } = this.dependencies;
    this.#refresh();
    const room = this.#at(bot, to);
    if (room === undefined) return undefined;
    if (!room.isRoom) await room.occupancy.enter();
    if (this.#at(bot, to) !== room) return undefined;
    if (room.isRoom) return await room.post(post, link.isUp ? confirmTimeout : 0);
    return new HookFault(
      "unavailable",
      `${to.text} has not answered yet whether it is a room; nothing was sent`,
    );
  }

  has(bot: string, to: Jid): boolean {
    return this.#at(bot, to) !== undefined;
  }

  /** Consumes a message that is a result of an archive query. Returns false for any other stanza. */
  consume(stanza: Element): boolean {
    if (stanza.name !== "message" || stanza.getChild("result") === undefined) return false;
    const [from, to] = [Jid.parse(stanza.attrs.from ?? ""), Jid.parse(stanza.attrs.to ?? "")];
    if (from === undefined || from.resource !== undefined) return false;
    return this.#at(to?.local ?? "", from)?.archive.consume(stanza) === true;
  }

  /** Handles a presence from the room of a bot. */
  presence(stanza: Element, from: Jid, to: Jid): void {
    this.#at(to.local ?? "", from)?.occupancy.presence(stanza, from.resource);
  }

  /** Consumes a message from the room of a bot. Returns false for messages from other addresses. */
  message(stanza: Element, from: Jid, to: Jid): boolean {
    const room = this.#at(to.local ?? "", from);
    room?.message(stanza, from.resource);
    return room !== undefined;
  }

  #at(bot: string, { bare }: Jid): RemoteRoom | undefined {
    return this.#rooms.get(keyOf(bot, bare.text));
  }

  /** Applies changes that commands made. */
  #refresh(): void {
    if (!this.#changes.haveOccurred()) return;
    for (const address of this.#store.roomChecks())
      inBackground(this.#check(address), `asking ${address} whether it is a room`, this.dependencies.log);
    const stored = new Map(this.#store.list().map((each) => [keyOf(each.bot, each.room), each]));
    for (const [key, room] of this.#rooms) {
      if (stored.has(key)) continue;
      this.#rooms.delete(key);
      room.leave();
    }
    for (const [key, each] of stored) {
      const known = this.#rooms.get(key);
      if (known !== undefined) known.requested(each.requestedAt);
      else {
        const room = new RemoteRoom(this.dependencies, this.#store, each, {
          heard: this.#heard.bind(this),
          notRoom: this.#forget.bind(this),
        });
        this.#rooms.set(key, room);
        if (this.dependencies.link.isUp) room.occupancy.enterInBackground();
      }
    }
  }

  /** Finds out for a command whether an address is a room's, by the disco#info of the address and of its domain. */
  async #check(address: string): Promise<void> {
    const { requests, commit } = this.dependencies;
    const jid = Jid.parse(address);
    const domain = jid && Jid.of(undefined, jid.domain);
    const payload = xml("query", NS.discoInfo);
    const answers = await Promise.all(
      [jid, domain].map(
        async (to) => to && (await requests.ask({ type: "get", to, payload, timeout: MS.disco })),
      ),
    );
    const isRoom = answers.some((answer) => answer !== undefined && isConference(answer));
    await commit.run(() => this.#store.answerRoomCheck(address, isRoom)).catch(() => undefined);
  }

  /** Records messages for outgoing webhooks, except bots' messages: bots could reply to each other endlessly. */
  #heard({ bot, room, occupancy }: RemoteRoom, nick: string, message: Element): void {
    const inside = [...this.#rooms.values()].filter(
      (each) => each.room.text === room.text && each.occupancy.isInside,
    );
    if (inside.some((each) => each.occupancy.nick === nick)) return;
    const insiders = inside.map((each) => each.bot).sort();
    const heard = { bot, insiders, nick, message, ownNick: occupancy.nick ?? "" };
    this.dependencies.listener.heardIn(room, heard);
  }

  /** Removes an address that isn't a room's, so that posts are sent to it as to a user. */
  #forget({ bot, room }: RemoteRoom): void {
    const { commit, log } = this.dependencies;
    this.#rooms.delete(keyOf(bot, room.text));
    log.info(`${room.text} is no room: ${bot}'s posts are sent to it as to a user`);
    commit
      .run(() => this.#store.remove(bot, room.text))
      .catch((error: unknown) =>
        log.error(`${bot} could not be removed from ${room.text}: ${String(error)}`),
      );
  }
}

function keyOf(bot: string, room: string): string {
  return `${bot} ${room}`;
}
