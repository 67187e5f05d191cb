/** The result of a step, and what the operator has to do. */
import type { Refusal } from "../../component/link/refusal.js";
import type { KnownServer, Todo } from "../../component/link/server-lines.js";

export interface Finding {
  /**
   * `wrong`: the component doesn't work until the operator changes something. `doubtful`: the component works, but
   * something is missing or slow. `untried`: the step was skipped, and the text says why.
   */
  readonly state: "fine" | "wrong" | "doubtful" | "untried";
  /** What was found, in one line. */
  readonly text: string;
  /** What to do, and configuration lines. */
  readonly todo: Todo;
  /** The server's software, if it was detected. */
  readonly server?: KnownServer | undefined;
}

export const fine = (text: string, ...todo: Todo): Finding => ({ state: "fine", text, todo });
export const untried = (text: string, ...todo: Todo): Finding => ({ state: "untried", text, todo });
export const wrong = (text: string, ...todo: Todo): Finding => ({ state: "wrong", text, todo });
export const doubtful = (text: string, ...todo: Todo): Finding => ({ state: "doubtful", text, todo });
export const refused = ({ text, todo }: Refusal): Finding => wrong(text, ...todo);
