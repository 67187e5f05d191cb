import { destroy } from "../admin/destroying.js";
import type { RoomContext } from "../context.js";
import { roomJid } from "../rooms.js";
import { inBackground } from "../../background.js";

/** The pause between two rounds, in milliseconds. */
const ROUND_MS = 30_000;
/** How many rooms are destroyed in one round. */
const ROOMS_AT_ONCE = 100;
const REASON = "The room was not configured in time.";

/** Destroys rooms that aren't configured within rooms.lock_minutes after creation. Only owners can enter such rooms. */
export class LockTimeout {
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly context: RoomContext) {}

  start(): void {
    const { context } = this;
    this.#timer = setInterval(
      () => inBackground(this.round(Date.now()), "removing locked rooms", context.log),
      ROUND_MS,
    );
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Destroys some rooms. @param now milliseconds since 1970 */
  async round(now: number): Promise<void> {
    const { stores, config, log } = this.context;
    try {
      const before = now - config.lock_minutes * 60_000;
      for (const name of stores.rooms.lockedSince(before, ROOMS_AT_ONCE)) await this.#end(name);
    } catch (error) {
      log.warn(
        `Rooms that were not configured could not be removed, retrying in ${ROUND_MS / 1000} s: ${String(error)}`,
      );
    }
  }

  async #end(name: string): Promise<void> {
    const { rooms, transactions, domain } = this.context;
    const jid = roomJid(name, domain);
    const room = jid && rooms.find(jid);
    if (room?.isLocked !== true) return;
    await transactions.own((transaction) =>
      destroy({ context: this.context, transaction, room }, { reason: REASON }),
    );
  }
}
