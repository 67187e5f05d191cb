/**
 * What the server refused of what it was told by its permission (XEP-0356), until it goes again in another way. Refusals
 * come in the order of the stream, before the barrier behind what they are about: once all barriers are back, it is
 * known what of all that was in flight is routed. That is never written again; what was refused is, in its place.
 */
import { isBefore, type Position } from "../../storage/outbox-progress.js";
import type { OutboxRow } from "./origin.js";

export class RefusedStanzas {
  /** Of what is in flight. */
  readonly #refused = new Set<string>();
  /** What is not routed of all before #end, though it was written. */
  #left = new Set<string>();
  /** Before it all was in flight once that isn't known to be confirmed. */
  #end: Position | undefined;

  /** Whether it isn't yet known what of all in flight is routed. */
  get isPending(): boolean {
    return this.#refused.size > 0;
  }

  /** This was refused. */
  add(place: Position): void {
    this.#refused.add(keyOf(place));
  }

  /**
   * All barriers are back.
   * @param end of what was in flight
   */
  settle(end: Position): void {
    const left = new Set(this.#refused);
    const before = this.#end;
    // An earlier refusal's stanzas may go further.
    if (before !== undefined && isBefore(end, before))
      for (const key of this.#left) if (!isBefore(placeOf(key), end)) left.add(key);
    this.#left = left;
    this.#end = before === undefined || isBefore(before, end) ? end : before;
    this.#refused.clear();
  }

  /** The stream is lost: what came of what was in flight isn't known any more. */
  lost(): void {
    this.#refused.clear();
  }

  /** Whether something is known to be routed that isn't confirmed. */
  get knowsRouted(): boolean {
    return this.#end !== undefined;
  }

  /** The server that routed it may have died with it. */
  forget(): void {
    this.#end = undefined;
    this.#left.clear();
  }

  /** Whether the server routed this before. */
  isRouted({ seq }: OutboxRow, done: number): boolean {
    if (this.#end === undefined) return false;
    const place = { seq, done };
    if (!isBefore(place, this.#end)) {
      // It is written in order, so nothing before the end comes any more.
      return false;
    }
    return !this.#left.has(keyOf(place));
  }

  /** All before this is confirmed. */
  confirmed(position: Position): void {
    if (this.#end === undefined || isBefore(position, this.#end)) return;
    this.#end = undefined;
    this.#left.clear();
  }
}

function keyOf({ seq, done }: Position): string {
  return `${seq} ${done}`;
}

function placeOf(key: string): Position {
  const [seq = "", done = ""] = key.split(" ");
  return { seq: Number(seq), done: Number(done) };
}
