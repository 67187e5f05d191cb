/** What plays over HTTP need of a stage. */
import type { IncomingHttpHeaders } from "node:http";
import type { Stage } from "./steps.js";

/** A stage with an HTTP server. */
export interface HttpStage extends Stage {
  readonly port: number;
  /** The headers of the last answer. */
  answered?: IncomingHttpHeaders;
}
