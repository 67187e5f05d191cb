/** What bots in rooms of other services need from the component. */
import type { Logger } from "winston";
import type { Database } from "../../../storage/database.js";
import type { GroupCommit } from "../../../storage/group-commit.js";
import type { HooksConfig } from "../../config.js";
import type { IqRequests } from "../../inbound/iq-requests.js";
import type { Metrics } from "../../metrics.js";
import type { Element } from "../../xml/builder.js";
import type { WireText } from "../../xml/wire-text.js";
import type { Bounce } from "../bot-handlers.js";
import type { Bots } from "../bots.js";
import type { Clock } from "../clock.js";
import type { EventRecorder } from "../outgoing/event-recorder.js";
import type { Author } from "./occupants.js";

export interface RemoteRoomDependencies {
  readonly db: Database;
  readonly commit: Pick<GroupCommit, "run" | "runThen">;
  readonly bots: Pick<Bots, "find">;
  readonly domain: string;
  readonly config: Pick<HooksConfig, "queue">;
  /** The maximum length of a nickname, in characters. */
  readonly nickLength: number;
  readonly requests: Pick<IqRequests, "ask">;
  readonly unqueued: { write(stanza: WireText): boolean };
  readonly link: { readonly isUp: boolean; on(event: "up" | "down", listener: () => void): unknown };
  readonly bounced: (bounce: Bounce) => void;
  readonly clock: Clock;
  readonly log: Logger;
}

/** A message of another occupant. */
export interface HeardMessage {
  readonly nick: string;
  readonly message: Element;
  readonly author: Author;
}

export interface RoomEvents {
  /** Called with each message of another occupant. */
  readonly heard: (heard: HeardMessage) => void;
  /** Called if the address turns out not to be a room's. */
  readonly notRoom: () => void;
}

export interface RemoteRoomsDependencies extends RemoteRoomDependencies {
  /** How long a call waits for the room's confirmation before it is answered "queued", in milliseconds. */
  readonly confirmTimeout: number;
  readonly listener: Pick<EventRecorder, "heardIn">;
  readonly metrics: Metrics;
}
