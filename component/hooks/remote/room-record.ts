/** What the database has of a bot in a room of another service, but its posts. */
import { BotRoomsStore } from "../../../storage/bot-rooms-store.js";
import type { AccountJid } from "../../addresses/address.js";
import { nickFrom, numbered } from "../../addresses/nick.js";
import { inBackground } from "../../background.js";
import { photoOf } from "../known-bots.js";
import { reasonOf } from "./room-error.js";
import type { RemoteRoomsDependencies } from "./room-wire.js";
import type { Stay } from "./re-entry.js";

/** How long to wait before a failed write is repeated, in milliseconds. */
const AGAIN_MS = 5_000;
/** How many nicknames are tried. */
const NICKNAMES = 10;

export class RoomRecord {
  readonly #store: BotRoomsStore;
  #noted = "";
  #isClosed = false;

  constructor(
    private readonly dependencies: RemoteRoomsDependencies,
    readonly bot: string,
    /** The bot's bare address. */
    readonly address: string,
    readonly room: AccountJid,
  ) {
    this.#store = new BotRoomsStore(dependencies.db);
  }

  /** What the bot enters with: one of the nicknames, its picture's hash (XEP-0153), and the room's password. */
  get profile() {
    const { bots, nickLength } = this.dependencies;
    const { title = this.bot, picture } = bots.find(this.bot) ?? {};
    const name = nickFrom(title, nickLength)?.text ?? "bot";
    const more = Array.from({ length: NICKNAMES - 1 }, (_, index) => numbered(name, index + 2, nickLength));
    const password = this.#store.find(this.bot, this.room.text)?.password;
    return { nicks: [name, ...more], photo: photoOf(picture), password };
  }

  /** Stores the password of an invitation. */
  setPassword(password: string, done: () => void): void {
    this.write(() => this.#store.setPassword(this.bot, this.room.text, password), done);
  }

  /** Makes the next status be stored even if it is the last one again: an operator has changed the stored one. */
  forget(): void {
    this.#noted = "";
  }

  /** Stores and logs the bot's status. */
  note({ state, error }: Stay, nick: string | undefined): void {
    const reason = error && reasonOf(error, this.address);
    const row = { bot: this.bot, room: this.room.text, state, condition: error?.condition, reason, nick };
    const noted = JSON.stringify(row);
    if (noted === this.#noted) return;
    this.#noted = noted;
    const since = Date.now();
    // A write that is repeated must not replace a later status.
    this.write(() => noted === this.#noted && this.#store.note(row, since));
    const { log } = this.dependencies;
    if (reason !== undefined) log.warn(`${this.address} isn't in ${this.room.text}: ${reason}`);
    else if (state === "inside") log.info(`${this.address} is in ${this.room.text} as ${nick ?? ""}`);
  }

  close(): void {
    this.#isClosed = true;
  }

  /** Repeats a write until the database takes it, and then calls `done`. */
  write(work: () => unknown, done?: () => void, isFirst = true): void {
    const { commit, clock, log } = this.dependencies;
    const again = (error: unknown): void => {
      if (isFirst)
        log.error(`The state of ${this.address} in ${this.room.text} can't be stored yet: ${String(error)}`);
      clock.after(AGAIN_MS, () => {
        if (!this.#isClosed) this.write(work, done, false);
      });
    };
    inBackground(commit.run(work).then(done, again), `storing the state of ${this.address}`, log);
  }
}
