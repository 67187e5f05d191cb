import { expect } from "chai";
import { PromptAcknowledgement } from "../../../component/link/prompt-acknowledgement.js";

/** What a stream reads, by a clock of its own, and how many spaces it is asked for. */
class Reading {
  spaces = 0;
  #now = 0;
  #onSpace: (() => void) | undefined;
  readonly prompt = new PromptAcknowledgement(() => {
    this.spaces += 1;
    this.prompt.written();
    this.#onSpace?.();
  });

  /** Reads something, so many milliseconds after what was read before. */
  after(...pauses: readonly number[]): void {
    for (const pause of pauses) this.prompt.read((this.#now += pause));
  }

  /** Resolves with the next space. */
  space(): Promise<void> {
    return new Promise((resolve) => (this.#onSpace = resolve));
  }
}

/** The system's delay, as it shows in what is read. */
const DELAYED = Array.from({ length: 9 }, (_, n) => 40 + (n % 5));

describe("A server that waits for TCP acknowledgements", () => {
  it("gets a space after its data once pauses show that it waits", async () => {
    const reading = new Reading();
    reading.after(...DELAYED);
    await reading.space();
    reading.after(1);
    await reading.space();
    expect(reading.spaces).to.equal(2);
  });

  it("gets no space if other data is written", async () => {
    const reading = new Reading();
    reading.after(...DELAYED);
    await reading.space();
    reading.after(1);
    reading.prompt.written();
    // The timer of the read before runs out first.
    const other = new Reading();
    other.after(...DELAYED);
    await other.space();
    expect(reading.spaces).to.equal(1);
  });

  it("isn't detected by other pauses", () => {
    const reading = new Reading();
    for (const pause of DELAYED) {
      reading.after(pause);
      reading.prompt.written();
    }
    reading.after(0, ...DELAYED.flatMap(() => [1, 60, 200]));
    expect(reading.prompt.isNeeded).to.equal(false);
  });

  it("isn't detected if shorter pauses are as frequent", () => {
    const reading = new Reading();
    for (let times = 0; times < 100; times += 1) reading.after(42, 20, 44, 30, 41);
    expect(reading.prompt.isNeeded).to.equal(false);
  });
});
