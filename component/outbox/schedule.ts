/** When work is done next: as soon as may be, once however often that is asked for, and at a time of its own. */
export class Schedule {
  readonly #work: () => void;
  /** It finds whatever is added until then. */
  #isDue = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(work: () => void) {
    this.#work = work;
  }

  /** @param when has what it is given run a little later */
  soon(when: (run: () => void) => void): void {
    if (this.#isDue) return;
    this.#isDue = true;
    when(() => {
      this.#isDue = false;
      this.#work();
    });
  }

  /** @param ms until then; undefined: at no time of its own */
  in(ms: number | undefined): void {
    clearTimeout(this.#timer);
    if (ms !== undefined) this.#timer = setTimeout(this.#work, ms).unref();
  }
}
