/** What the parts of alerts need from the component. */
import type { OperationContext } from "../../operations/context.js";
import type { Clock } from "../clock.js";
import type { HookDependencies } from "../dependencies.js";
import type { Hook } from "../hook.js";
import type { EventRecorder } from "../outgoing/event-recorder.js";
import type { RemoteRoomsApi } from "../sending.js";
import type { SourceApi } from "./source-requests.js";

/** Knows who is on duty. */
export interface OnDuty {
  /** Returns the bare address of who is on duty by a roster; undefined: nobody is, or there is no such roster. */
  on(roster: string, at: number): string | undefined;
  /** Returns a person's name: that of the directory or the vCard, or else what stands in front of "@". */
  nameOf(person: string): string;
  /** Whether a person, given by bare address, has turns in a roster. */
  isIn(roster: string, person: string): boolean;
  /** Returns what people are told of the rosters that webhooks use: who is on duty, until when, and who is next. */
  linesFor(hooks: readonly Hook[]): string;
}

export interface AlertsDependencies extends Pick<
  HookDependencies,
  "db" | "commit" | "metrics" | "log" | "domain"
> {
  readonly context: OperationContext;
  readonly remote: RemoteRoomsApi;
  /** Returns the hook with this id; undefined if it was removed. */
  readonly hookOf: (id: string) => Hook | undefined;
  /** Returns all incoming webhooks. */
  readonly hooks: () => readonly Hook[];
  readonly events: Pick<EventRecorder, "alertChanged">;
  /** The reactions that take an alert (hooks.take_reactions). */
  readonly takeSigns: readonly string[];
  readonly duty: OnDuty;
  readonly clock: Clock;
  /** Makes a client of a hook's source; by default, requestsTo(). */
  readonly sourceOf?: (hook: Hook) => SourceApi;
}
