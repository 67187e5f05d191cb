/** The rooms of one domain and all that belongs to them, put together. */
import type { Logger } from "winston";
import type { Database } from "../../storage/database.js";
import type { Fingerprints } from "../../storage/fingerprints.js";
import type { GroupCommit } from "../../storage/group-commit.js";
import { RoomsArchive } from "../../storage/rooms-archive.js";
import { RoomsDismissals } from "../../storage/rooms-dismissals.js";
import { RoomsStore } from "../../storage/rooms-store.js";
import { RoomsVcards } from "../../storage/rooms-vcards.js";
import type { RoomsConfig } from "../config.js";
import type { Outbox } from "../outbox/outbox.js";
import type { Requests } from "../requests.js";
import type { Handler, Inbound } from "../router.js";
import type { Element } from "../xml/builder.js";
import type { RoomContext } from "./context.js";
import { Direct, type DirectLink } from "./direct.js";
import { Dismissals } from "./dismissals.js";
import { listRooms } from "./discovery.js";
import { Roll } from "./ghosts.js";
import { Partings } from "./partings.js";
import { Rate } from "./rate.js";
import { Rooms } from "./rooms.js";
import { roomHandlers } from "./routes.js";

export interface RoomServiceOptions {
  readonly domain: string;
  readonly hosts: readonly string[];
  readonly config: RoomsConfig;
  /** The longest message, in bytes. */
  readonly messageBytes: number;
  /** The largest picture of a room, in bytes. */
  readonly avatarBytes: number;
  /** How long a call waits until its work is done, in milliseconds. */
  readonly confirmTimeout: number;
}

export interface RoomServiceParts {
  readonly db: Database;
  readonly fingerprints: Fingerprints;
  readonly commit: GroupCommit;
  readonly outbox: Pick<Outbox, "accept">;
  readonly link: DirectLink;
  readonly requests: Pick<Requests, "ask">;
  readonly log: Logger;
}

/** A burst is so many times what is allowed in a second. */
const BURST = { joins: 10, messages: 5 };

export class RoomService {
  readonly rooms: Rooms;
  readonly context: RoomContext;
  readonly dismissals: Dismissals;
  readonly handlers: readonly Handler[];
  readonly #roll: Roll;

  constructor(options: RoomServiceOptions, parts: RoomServiceParts) {
    const { domain, hosts, config, messageBytes, avatarBytes, confirmTimeout } = options;
    const { db, fingerprints, commit, outbox, link, requests, log } = parts;
    const stores = {
      rooms: new RoomsStore(db),
      archive: new RoomsArchive(db),
      fingerprints,
      dismissals: new RoomsDismissals(db),
      vcards: new RoomsVcards(db),
    };
    this.rooms = new Rooms({ stores, commit, outbox, config, log });
    const direct = new Direct(link);
    this.context = {
      rooms: this.rooms,
      domain,
      hosts,
      messageBytes,
      avatarBytes,
      joins: new Rate(config.joins_per_second, config.joins_per_second * BURST.joins),
      messages: new Rate(config.messages_per_second, config.messages_per_second * BURST.messages),
      requests,
      direct,
      partings: new Partings({ rooms: this.rooms, requests, direct }),
      log,
    };
    this.dismissals = new Dismissals({ context: this.context, commit, outbox, confirmTimeout });
    this.handlers = roomHandlers(this.context);
    this.#roll = new Roll(this.context);
    link.on("up", () => this.#roll.call());
    link.on("down", () => this.#roll.stop());
  }

  /** The items of the component's own address: its public rooms. */
  list(inbound: Inbound<"service">): Element {
    return listRooms(this.context, inbound);
  }

  stop(): void {
    this.#roll.stop();
    this.dismissals.stop();
    this.rooms.stop();
  }
}
