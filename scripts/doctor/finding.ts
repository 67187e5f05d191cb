/** What the doctor finds: one finding a step, and for whatever is wrong the lines to change. */

export type ServerName = "ejabberd" | "prosody";

/** Lines for the server's own configuration file. */
export interface Remedy {
  /** Where they belong, e.g. `under modules`. */
  readonly where: string;
  readonly lines: readonly string[];
}

/** The same remedy in the words of each server's configuration; a server for which there is none is left out. */
export type Remedies = Readonly<Partial<Record<ServerName, Remedy>>>;

export interface Finding {
  /**
   * - `fine`: it works
   * - `wrong`: the component can't do its work until this is changed
   * - `doubtful`: it works, but something will be missed
   * - `untried`: it could not be tried, and why
   */
  readonly state: "fine" | "wrong" | "doubtful" | "untried";
  readonly text: string;
  /** What to do, in a sentence, beyond the lines. */
  readonly advice?: string;
  readonly remedies?: Remedies;
}

export const fine = (text: string): Finding => ({ state: "fine", text });
export const untried = (text: string, advice?: string): Finding => ({
  state: "untried",
  text,
  ...(advice !== undefined && { advice }),
});
export const wrong = (text: string, remedies: Remedies, advice?: string): Finding => ({
  state: "wrong",
  text,
  remedies,
  ...(advice !== undefined && { advice }),
});
export const doubtful = (text: string, remedies: Remedies, advice?: string): Finding => ({
  ...wrong(text, remedies, advice),
  state: "doubtful",
});
