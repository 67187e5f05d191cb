/** What the doctor finds: one finding a step, and for whatever is wrong what to do. */
import type { Refusal } from "../../component/link/refusal.js";
import type { KnownServer, Todo } from "../../component/link/server-lines.js";

export interface Finding {
  /**
   * - `fine`: it works
   * - `wrong`: the component can't do its work until this is changed
   * - `doubtful`: it works, but something will be missed
   * - `untried`: it could not be tried, and why
   */
  readonly state: "fine" | "wrong" | "doubtful" | "untried";
  readonly text: string;
  readonly todo: Todo;
  /** What the server was found to be by this step. */
  readonly server?: KnownServer | undefined;
}

export const fine = (text: string, ...todo: Todo): Finding => ({ state: "fine", text, todo });
export const untried = (text: string, ...todo: Todo): Finding => ({ state: "untried", text, todo });
export const wrong = (text: string, ...todo: Todo): Finding => ({ state: "wrong", text, todo });
export const doubtful = (text: string, ...todo: Todo): Finding => ({ state: "doubtful", text, todo });
export const refused = ({ text, todo }: Refusal): Finding => wrong(text, ...todo);
