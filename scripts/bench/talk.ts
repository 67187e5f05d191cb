/** Two people who talk in a room, to measure how long speech takes there. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Socket } from "node:net";

/** The pause between two messages, in milliseconds. */
const PAUSE_MS = 20;
const LEAST = 10;

export class Talk {
  /** When each message was written, in milliseconds of performance.now(). */
  readonly #written: number[] = [];
  readonly #waits: number[] = [];
  readonly #timer: NodeJS.Timeout;
  readonly #pattern: RegExp;
  #carry = "";

  /** @param speaker an occupant of the room who speaks @param listener another occupant */
  constructor(
    speaker: Socket,
    private readonly listener: Socket,
    room: string,
  ) {
    listener.on("data", this.#onData);
    const run = Math.random().toString(36).slice(2);
    const stanza = (n: number): string =>
      `<message to='${room}' type='groupchat'><body>talk-${run}-${n};</body></message>`;
    const say = (): void => {
      speaker.write(stanza(this.#written.length));
      this.#written.push(performance.now());
    };
    this.#pattern = new RegExp(`talk-${run}-(\\d+);`, "g");
    this.#timer = setInterval(say, PAUSE_MS);
    speaker.once("close", () => clearInterval(this.#timer));
    say();
  }

  /** Ends the talk when all messages have arrived. @returns how long each took, in milliseconds */
  async end(): Promise<readonly number[]> {
    while (this.#written.length < LEAST) await sleep(PAUSE_MS);
    clearInterval(this.#timer);
    while (this.#waits.length < this.#written.length) {
      if (this.listener.destroyed) throw new Error("the listener's connection ended");
      await sleep(PAUSE_MS);
    }
    this.listener.off("data", this.#onData);
    return this.#waits;
  }

  readonly #onData = (chunk: string): void => {
    const text = this.#carry + chunk;
    let end = 0;
    for (const match of text.matchAll(this.#pattern)) {
      this.#waits.push(performance.now() - (this.#written[Number(match[1])] ?? NaN));
      end = match.index + match[0].length;
    }
    this.#carry = text.slice(Math.max(end, text.length - 100));
  };
}
