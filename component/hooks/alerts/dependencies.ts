/** What the parts of alerts need from the component. */
import type { OperationContext } from "../../operations/context.js";
import type { Clock } from "../clock.js";
import type { HookDependencies } from "../dependencies.js";
import type { Hook } from "../hook.js";
import type { EventRecorder } from "../outgoing/event-recorder.js";
import type { RemoteRoomsApi } from "../sending.js";
import type { SourceApi } from "./source-requests.js";

export interface AlertsDependencies extends Pick<
  HookDependencies,
  "db" | "commit" | "metrics" | "log" | "domain"
> {
  readonly context: OperationContext;
  readonly remote: RemoteRoomsApi;
  /** Returns the hook with this id; undefined if it was removed. */
  readonly hookOf: (id: string) => Hook | undefined;
  readonly events: Pick<EventRecorder, "alertChanged">;
  /** The reactions that take an alert (hooks.take_reactions). */
  readonly takeSigns: readonly string[];
  readonly clock: Clock;
  /** Makes a client of a hook's source; by default, requestsTo(). */
  readonly sourceOf?: (hook: Hook) => SourceApi;
}
