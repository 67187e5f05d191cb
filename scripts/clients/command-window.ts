/** Where a client has ad-hoc commands (XEP-0050): what a person does there. */
export interface CommandWindow {
  /** Shows a service's commands. @param names the first ones', in their order */
  list(service: string, names: readonly string[]): Promise<void>;
  /** Begins one of them, by its name; waits for its first form. */
  begin(name: string): Promise<void>;
  /** Fills the form in, its fields in their order, where "" leaves one as it is; and goes on by its last button. */
  submit(...values: readonly string[]): Promise<void>;
  /** Waits for a text in what follows. */
  shows(text: string): Promise<void>;
}
