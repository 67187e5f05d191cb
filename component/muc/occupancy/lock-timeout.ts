/**
 * Rooms that were made by entering them and that nobody has configured: their maker has gone to do something else, or
 * their client doesn't know how. They keep everybody else out, so they go after a while (rooms.lock_minutes).
 */
import { Refusal } from "../../refusal.js";
import { destroy } from "../admin/destroying.js";
import type { RoomContext } from "../context.js";
import { roomJid } from "../rooms.js";

const ROUND_MS = 30_000;
/** So many go in one round. */
const MOST = 100;
const REASON = "Nobody has configured the room.";

export class LockTimeout {
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly context: RoomContext) {}

  start(): void {
    this.#timer = setInterval(() => void this.round(Date.now()), ROUND_MS);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** @param now milliseconds since 1970 */
  async round(now: number): Promise<void> {
    const { stores, config, log } = this.context;
    try {
      const before = now - config.lock_minutes * 60_000;
      for (const name of stores.rooms.lockedSince(before, MOST)) await this.#end(name);
    } catch (error) {
      log.warn(`Rooms that nobody has configured could not be removed: ${String(error)}. Trying again.`);
    }
  }

  async #end(name: string): Promise<void> {
    const { rooms, transactions, domain } = this.context;
    const jid = roomJid(name, domain);
    const room = jid && rooms.find(jid);
    if (room?.isLocked !== true) return;
    const [transaction] = transactions.run(undefined, (transaction) => {
      destroy({ context: this.context, transaction, room }, { reason: REASON });
    });
    const status = await transactions.commit(transaction);
    if (status instanceof Refusal) throw new Error(status.message);
  }
}
