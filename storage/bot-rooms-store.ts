/** The rows of rooms of other services in which bots are, and of messages that those rooms have yet to send back. */
import type { Database } from "./database.js";
import { Sql } from "./sql.js";

/**
 * - entering: it is on its way
 * - inside: it is an occupant
 * - waiting: it isn't, and tries again by itself
 * - refused: the room refuses it until somebody changes something there
 */
export type BotRoomState = "entering" | "inside" | "waiting" | "refused";

export interface StoredBotRoom {
  /** The localpart of the bot's address. */
  readonly bot: string;
  /** Bare address. */
  readonly room: string;
  /** Whether an operator had it enter; else hooks need it there. */
  readonly isChosen: boolean;
  readonly password: string | undefined;
  /** When a command asked the component to enter it; milliseconds since 1970, as all times here. */
  readonly askedAt: number;
  readonly state: BotRoomState;
  /** Why it isn't inside: an error's condition, and a sentence. */
  readonly condition: string | undefined;
  readonly reason: string | undefined;
  /** Its nickname there; undefined: it never was inside. */
  readonly nick: string | undefined;
  readonly since: number;
  /** How many messages the room has yet to send back. */
  readonly posts: number;
}

export type BotRoomStatus = Pick<StoredBotRoom, "bot" | "room" | "state" | "condition" | "reason" | "nick">;

export interface StoredPost {
  readonly seq: number;
  /** The stanza's. */
  readonly id: string;
  readonly acceptedAt: number;
}

const ROOMS = `SELECT bot, room, chosen AS isChosen, password, asked_at, state, condition, reason, nick, since,
    (SELECT count(*) FROM bot_posts AS p WHERE p.bot = r.bot AND p.room = r.room) AS posts
  FROM bot_rooms AS r`;

export class BotRoomsStore {
  readonly #sql: Sql;

  constructor(db: Database) {
    this.#sql = new Sql(db);
  }

  /** Another number after every change that another connection has made to the database. */
  get version(): number {
    return this.#sql.version;
  }

  /** All, by bot and room. */
  list(): StoredBotRoom[] {
    return this.#sql.rows<StoredBotRoom>(`${ROOMS} ORDER BY bot, room`).all();
  }

  find(bot: string, room: string): StoredBotRoom | undefined {
    return this.#sql.rows<StoredBotRoom>(`${ROOMS} WHERE bot = ? AND room = ?`).get(bot, room);
  }

  /** In how many rooms a bot is, or is to be. */
  count(bot: string): number {
    return this.#sql.count("bot_rooms WHERE bot = ?", bot);
  }

  /** Asks the component to have a bot enter a room, for the first time or again. */
  ask(
    bot: string,
    room: string,
    asked: { readonly password?: string; readonly isChosen: boolean; readonly at: number },
  ): void {
    const { password, isChosen, at } = asked;
    this.#sql.run(
      `INSERT INTO bot_rooms (bot, room, chosen, password, asked_at, state, since) VALUES (?, ?, ?, ?, ?, 'entering', ?)
       ON CONFLICT (bot, room) DO UPDATE SET chosen = max(chosen, excluded.chosen),
         password = coalesce(excluded.password, password), asked_at = max(asked_at + 1, excluded.asked_at),
         state = 'entering', since = excluded.since`,
      ...[bot, room, isChosen, password, at, at],
    );
  }

  /** Notes where a bot is. */
  note({ bot, room, state, condition, reason, nick }: BotRoomStatus, since: number): void {
    this.#sql.run(
      "UPDATE bot_rooms SET state = ?, condition = ?, reason = ?, nick = ?, since = ? WHERE bot = ? AND room = ?",
      ...[state, condition, reason, nick, since, bot, room],
    );
  }

  /** Notes the password that came with an invitation. */
  setPassword(bot: string, room: string, password: string): void {
    this.#sql.run("UPDATE bot_rooms SET password = ? WHERE bot = ? AND room = ?", password, bot, room);
  }

  /** The bot leaves, and what it still had to send there is deleted. */
  remove(bot: string, room: string): void {
    this.#sql.run("DELETE FROM bot_rooms WHERE bot = ? AND room = ?", bot, room);
  }

  /** @returns its seq */
  addPost(bot: string, room: string, { id, acceptedAt }: Omit<StoredPost, "seq">, stanza: string): number {
    const sql = "INSERT INTO bot_posts (bot, room, id, accepted_at, stanza) VALUES (?, ?, ?, ?, ?)";
    return Number(this.#sql.run(sql, bot, room, id, acceptedAt, stanza).lastInsertRowid);
  }

  /** The messages that a room has yet to send back, in order. */
  posts(bot: string, room: string): StoredPost[] {
    const sql = "SELECT seq, id, accepted_at FROM bot_posts WHERE bot = ? AND room = ? ORDER BY seq";
    return this.#sql.rows<StoredPost>(sql).all(bot, room);
  }

  /** How many there are for all rooms. */
  postCount(): number {
    return this.#sql.count("bot_posts");
  }

  stanza(seq: number): string | undefined {
    return this.#sql.values<string>("SELECT stanza FROM bot_posts WHERE seq = ?").get(seq);
  }

  removePost(seq: number): void {
    this.#sql.run("DELETE FROM bot_posts WHERE seq = ?", seq);
  }

  /** Whether a room has yet to send back the message with this id. */
  isWaiting(id: string): boolean {
    return this.#sql.has("bot_posts WHERE id = ?", id);
  }
}
