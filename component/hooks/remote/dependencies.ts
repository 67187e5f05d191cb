/** What bots in rooms of other services need from the component. */
import type { Logger } from "winston";
import type { Database } from "../../../storage/database.js";
import type { GroupCommit } from "../../../storage/group-commit.js";
import type { HooksConfig } from "../../config.js";
import type { IqRequests } from "../../inbound/iq-requests.js";
import type { UnqueuedWriter } from "../../link/unqueued-writer.js";
import type { Metrics } from "../../metrics.js";
import type { Bounce } from "../bot-handlers.js";
import type { Bots } from "../known-bots.js";
import type { Clock } from "../clock.js";
import type { EventRecorder } from "../outgoing/event-recorder.js";

export interface RemoteRoomsDependencies {
  readonly db: Database;
  readonly commit: Pick<GroupCommit, "run" | "runThen">;
  readonly bots: Pick<Bots, "find">;
  readonly domain: string;
  readonly config: Pick<HooksConfig, "queue">;
  /** The maximum length of a nickname, in characters. */
  readonly nickLength: number;
  /** How long a call waits for the room's confirmation before it is answered "queued", in milliseconds. */
  readonly confirmTimeout: number;
  readonly requests: Pick<IqRequests, "ask">;
  readonly unqueued: Pick<UnqueuedWriter, "write">;
  readonly link: { readonly isUp: boolean; on(event: "up" | "down", listener: () => void): unknown };
  readonly bounced: (bounce: Bounce) => void;
  readonly listener: Pick<EventRecorder, "heardIn">;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly log: Logger;
}
