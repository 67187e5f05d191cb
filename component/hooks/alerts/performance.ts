/** A task of an alert that is being performed. */
import type { StoredAlert } from "../../../storage/alerts-store.js";
import type { Hook } from "../hook.js";
import type { Task } from "./records.js";

/** A task, with its alert and hook. */
export interface Performance {
  readonly task: Task;
  readonly row: StoredAlert;
  readonly hook: Hook;
  readonly at: number;
}

/** Removes the task, inside the transaction that does it. @returns false if it was done already */
export type RemoveTask = () => boolean;
