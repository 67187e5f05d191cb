/** What the doctor finds: one finding a step, and for whatever is wrong what to do. */

/** Those whose configuration the doctor knows. */
export type ServerName = "ejabberd" | "prosody";

/** What it may find the server to be. */
export type KnownServer = ServerName | "another";

/** Lines for the server's own configuration file. */
export interface Remedy {
  /** Where they belong, e.g. `under modules`. */
  readonly where: string;
  readonly lines: readonly string[];
}

/** The same remedy in the words of each server's configuration; a server for which there is none is left out. */
export type Remedies = Readonly<
  Partial<Record<ServerName, Remedy>> & {
    /** What to do about it on another server. */
    another?: string;
  }
>;

export interface Finding {
  /**
   * - `fine`: it works
   * - `wrong`: the component can't do its work until this is changed
   * - `doubtful`: it works, but something will be missed
   * - `untried`: it could not be tried, and why
   */
  readonly state: "fine" | "wrong" | "doubtful" | "untried";
  readonly text: string;
  /** What to do about it, the likeliest first: sentences, and lines of the server's configuration. */
  readonly todo: readonly (string | Remedies)[];
}

type Todo = Finding["todo"];

export const fine = (text: string, ...todo: Todo): Finding => ({ state: "fine", text, todo });
export const untried = (text: string, ...todo: Todo): Finding => ({ state: "untried", text, todo });
export const wrong = (text: string, ...todo: Todo): Finding => ({ state: "wrong", text, todo });
export const doubtful = (text: string, ...todo: Todo): Finding => ({ state: "doubtful", text, todo });
