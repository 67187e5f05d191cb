/**
 * Writes answers piece by piece, so that the server never has more of them to process than it does in a moment
 * (limits/adaptive-window.ts): other stanzas on the stream wait behind them. Answers bypass the outbox; ack requests
 * (outbox/ack-requests.ts) tell how far the server is.
 */
import { AdaptiveWindow } from "../../limits/adaptive-window.js";
import type { UnqueuedWriter } from "../../link/unqueued-writer.js";
import type { AckRequests } from "../../outbox/ack-requests.js";
import type { Element } from "../../xml/builder.js";
import { batches } from "../../xml/splice.js";
import { inOneWrite, type WireText } from "../../xml/wire-text.js";

/** The size of a piece, and of what is written without an ack request, in characters. A stanza may be longer. */
const PIECE = 16 * 1024;
/** How many characters may be unacknowledged. */
const WINDOW = { least: 32 * 1024, slow: 32 * 1024, first: 128 * 1024, most: 1024 * 1024 };
/** After this many milliseconds, a piece counts as acknowledged: the link finds out by itself if it is dead. */
const PATIENCE_MS = 5_000;

interface Waiting {
  readonly text: WireText;
  /** @param isWritten false if the piece was dropped */
  readonly settle: (isWritten: boolean) => void;
}

export interface AnswerLink {
  on(event: "up" | "down" | "drain", listener: () => void): unknown;
  on(event: "stanza", listener: (stanza: Element) => void): unknown;
}

export class AnswerWriter {
  /** Pieces of different answers, in the order in which they were ready. */
  readonly #waiting: Waiting[] = [];
  /** What was written before each ack request, and when (performance.now()), by the request's id. */
  readonly #requests = new Map<string, { readonly end: number; readonly at: number }>();
  #written = 0;
  #acked = 0;
  #requested = 0;
  readonly #window = new AdaptiveWindow(WINDOW);

  constructor(
    private readonly unqueued: Pick<UnqueuedWriter, "write" | "isBlocked">,
    private readonly acks: Pick<AckRequests, "make" | "idOf">,
    link: AnswerLink,
  ) {
    link.on("stanza", (stanza) => {
      const id = this.#requests.size === 0 ? undefined : this.acks.idOf(stanza);
      if (id !== undefined) this.#ack(id);
    });
    for (const event of ["up", "drain"] as const) link.on(event, () => this.#resume());
    link.on("down", () => this.#forget());
  }

  /** Writes stanzas in order, as the server processes them. @returns false if some were dropped, as the link is down */
  async write(stanzas: Iterable<WireText>): Promise<boolean> {
    for (const some of batches(stanzas, PIECE)) {
      const text = inOneWrite(some);
      const isWritten =
        this.#waiting.length === 0 && this.#fits(text) ? this.#put(text) : await this.#wait(text);
      if (!isWritten) return false;
    }
    return true;
  }

  #fits({ length }: WireText): boolean {
    const unacked = this.#written - this.#acked;
    return !this.unqueued.isBlocked && (unacked === 0 || unacked + length <= this.#window.limit);
  }

  #wait(text: WireText): Promise<boolean> {
    const written = new Promise<boolean>((settle) => this.#waiting.push({ text, settle }));
    this.#resume();
    return written;
  }

  #put(text: WireText): boolean {
    if (!this.unqueued.write(text)) return false;
    this.#written += text.length;
    if (this.#written - this.#requested >= PIECE) this.#request();
    return true;
  }

  #request(): void {
    const { id, text } = this.acks.make();
    if (!this.unqueued.write(text)) return;
    this.#requested = this.#written;
    this.#requests.set(id, { end: this.#written, at: performance.now() });
    setTimeout(() => this.#ack(id), PATIENCE_MS).unref();
  }

  #ack(id: string): void {
    const request = this.#requests.get(id);
    if (request === undefined) return;
    this.#requests.delete(id);
    const { end, at } = request;
    const acked = Math.max(0, end - this.#acked);
    const unacked = this.#written - this.#acked;
    this.#window.adapt({ acked, unacked, writtenAt: at, now: performance.now() });
    this.#acked = Math.max(this.#acked, end);
    this.#resume();
  }

  #resume(): void {
    for (;;) {
      const [first] = this.#waiting;
      if (first === undefined || !this.#fits(first.text)) break;
      this.#waiting.shift();
      first.settle(this.#put(first.text));
    }
    // Small answers are written without a request.
    if (this.#waiting.length > 0 && this.#requests.size === 0 && this.#written > this.#acked) this.#request();
  }

  /** The server of the next stream processes nothing of this one. */
  #forget(): void {
    this.#requests.clear();
    this.#acked = this.#written;
    this.#requested = this.#written;
    for (const { settle } of this.#waiting.splice(0)) settle(false);
  }
}
