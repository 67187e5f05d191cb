/** Stores rooms of other services that bots enter, and webhooks' posts to such a room until the room confirms them. */
import { Store } from "./sql.js";

/**
 * The state of a bot in a room. `outside`: the bot tries again by itself. `unsure`: the bot was inside before the link was
 * lost. `refused`: the bot stays outside until an operator or the room's owner acts.
 */
export type BotRoomState = "outside" | "entering" | "inside" | "unsure" | "refused";

/** A room of another service that a bot enters. Times are in milliseconds since 1970. */
export interface StoredBotRoom {
  /** The localpart of the bot's address. */
  readonly bot: string;
  /** The room's bare address. */
  readonly room: string;
  /** Whether an operator requested that the bot enter. False: the bot enters because a webhook uses the room. */
  readonly isChosen: boolean;
  readonly password: string | undefined;
  /** When a command last requested that the bot enter. */
  readonly requestedAt: number;
  readonly state: BotRoomState;
  /** The condition of the error that keeps the bot outside. */
  readonly condition: string | undefined;
  /** A message for operators that says why the bot is outside. */
  readonly reason: string | undefined;
  /** The bot's last nickname in the room; undefined if the bot was never inside. */
  readonly nick: string | undefined;
  /** When `state` last changed. */
  readonly since: number;
  /** How many posts the room has not confirmed. */
  readonly posts: number;
}

export type BotRoomStatus = Pick<StoredBotRoom, "bot" | "room" | "state" | "condition" | "reason" | "nick">;

/** A post of a webhook that the room has not confirmed. */
export interface StoredPost {
  readonly rowId: number;
  /** The stanza's id. */
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly acceptedAt: number;
}

const ROOMS = `SELECT bot, room, chosen AS isChosen, password, requested_at, state, condition, reason, nick, since,
    (SELECT count(*) FROM bot_posts AS p WHERE p.bot = r.bot AND p.room = r.room) AS posts
  FROM bot_rooms AS r`;

export class BotRoomsStore extends Store {
  /** Returns all bots' rooms, sorted by bot and room. */
  list(): StoredBotRoom[] {
    return this.sql.rows<StoredBotRoom>(`${ROOMS} ORDER BY bot, room`).all();
  }

  find(bot: string, room: string): StoredBotRoom | undefined {
    return this.sql.rows<StoredBotRoom>(`${ROOMS} WHERE bot = ? AND room = ?`).get(bot, room);
  }

  count(bot: string): number {
    return this.sql.count("bot_rooms WHERE bot = ?", bot);
  }

  /** Stores a request that a bot enter a room. */
  ask(
    bot: string,
    room: string,
    asked: { readonly password?: string; readonly isChosen: boolean; readonly at: number },
  ): void {
    const { password, isChosen, at } = asked;
    this.sql.run(
      `INSERT INTO bot_rooms (bot, room, chosen, password, requested_at, state, since) VALUES (?, ?, ?, ?, ?, 'entering', ?)
       ON CONFLICT (bot, room) DO UPDATE SET chosen = max(chosen, excluded.chosen),
         password = coalesce(excluded.password, password), requested_at = max(requested_at + 1, excluded.requested_at),
         state = 'entering', since = excluded.since`,
      ...[bot, room, isChosen, password, at, at],
    );
  }

  /** Stores a bot's status in a room. @param since when the state changed, in milliseconds since 1970 */
  note({ bot, room, state, condition, reason, nick }: BotRoomStatus, since: number): void {
    this.sql.run(
      "UPDATE bot_rooms SET state = ?, condition = ?, reason = ?, nick = ?, since = ? WHERE bot = ? AND room = ?",
      ...[state, condition, reason, nick, since, bot, room],
    );
  }

  /** Stores the room's password that an invitation contained. */
  setPassword(bot: string, room: string, password: string): void {
    this.sql.run("UPDATE bot_rooms SET password = ? WHERE bot = ? AND room = ?", password, bot, room);
  }

  /** Returns how many rooms bots aren't in, or may not be in. */
  outsideCount(): number {
    return this.sql.count("bot_rooms WHERE state <> 'inside'");
  }

  /** Deletes a room with the bot's posts for it. */
  remove(bot: string, room: string): void {
    this.sql.run("DELETE FROM bot_rooms WHERE bot = ? AND room = ?", bot, room);
  }

  /** Adds a post. @returns the id of the post's row */
  addPost(bot: string, room: string, { id, acceptedAt }: Omit<StoredPost, "rowId">, stanza: string): number {
    const sql = "INSERT INTO bot_posts (bot, room, id, accepted_at, stanza) VALUES (?, ?, ?, ?, ?)";
    return Number(this.sql.run(sql, bot, room, id, acceptedAt, stanza).lastInsertRowid);
  }

  /** Returns the posts that a room has not confirmed, the oldest first. */
  posts(bot: string, room: string): StoredPost[] {
    const sql = "SELECT row_id, id, accepted_at FROM bot_posts WHERE bot = ? AND room = ? ORDER BY row_id";
    return this.sql.rows<StoredPost>(sql).all(bot, room);
  }

  /** Returns how many posts all rooms together have not confirmed. */
  postCount(): number {
    return this.sql.count("bot_posts");
  }

  /** Returns a post's stanza as XML; undefined if the post was deleted. */
  stanza(rowId: number): string | undefined {
    return this.sql.values<string>("SELECT stanza FROM bot_posts WHERE row_id = ?").get(rowId);
  }

  removePost({ rowId }: StoredPost): void {
    this.sql.run("DELETE FROM bot_posts WHERE row_id = ?", rowId);
  }
}
