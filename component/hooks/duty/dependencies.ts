/** What the parts of duty need from the component. */
import type { Logger } from "winston";
import type { Database } from "../../../storage/database.js";
import type { GroupCommit } from "../../../storage/group-commit.js";
import type { Metrics } from "../../metrics.js";
import type { OperationContext } from "../../operations/context.js";
import type { Clock } from "../clock.js";
import type { HookFault } from "../fault.js";
import type { AlertReport } from "../formats/format.js";
import type { Hook } from "../hook.js";
import type { RemoteRoomsApi } from "../sending.js";
import type { DutyWearers } from "./hats.js";

/** Says an alert of the component's own by a webhook. @returns why it could not be said */
export type Raise = (hook: Hook, alert: AlertReport, text: string) => Promise<HookFault | undefined>;

export interface DutyDependencies {
  readonly db: Database;
  readonly commit: GroupCommit;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly context: OperationContext;
  readonly remote: RemoteRoomsApi;
  readonly wearers: DutyWearers;
  /** Returns all incoming webhooks. */
  readonly hooks: () => readonly Hook[];
  readonly raise: Raise;
}
