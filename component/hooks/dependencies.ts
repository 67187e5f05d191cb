/** What all parts of webhooks need from the component. */
import type { Logger } from "winston";
import type { Database } from "../../storage/database.js";
import type { GroupCommit } from "../../storage/group-commit.js";
import type { HooksConfig } from "../config.js";
import type { Metrics } from "../metrics.js";
import type { KnownBots } from "./known-bots.js";

export interface HookDependencies {
  readonly db: Database;
  readonly commit: GroupCommit;
  readonly bots: KnownBots;
  readonly domain: string;
  readonly config: HooksConfig;
  readonly metrics: Metrics;
  readonly log: Logger;
}
