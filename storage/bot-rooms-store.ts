/** Stores rooms of other services that bots enter, and webhooks' posts to such a room until the room confirms them. */
import { endWork } from "./accepted-work.js";
import { Store } from "./sql.js";

/**
 * The state of a bot in a room. `outside`: the bot tries again by itself. `unsure`: the bot was inside before the link was
 * lost. `refused`: the bot stays outside until an operator or the room's owner acts.
 */
export type BotRoomState = "outside" | "entering" | "inside" | "unsure" | "refused";

/** A row of the table `bot_rooms`. */
export interface StoredBotRoom {
  readonly bot: string;
  readonly room: string;
  readonly isChosen: boolean;
  readonly password: string | undefined;
  readonly requestedAt: number;
  readonly state: BotRoomState;
  readonly condition: string | undefined;
  readonly reason: string | undefined;
  readonly nick: string | undefined;
  readonly since: number;
  /** How many posts the room has not confirmed. */
  readonly posts: number;
}

export type BotRoomStatus = Pick<StoredBotRoom, "bot" | "room" | "state" | "condition" | "reason" | "nick">;

/** A row of the table `bot_posts`: a post of a webhook that the room has not confirmed. */
export interface StoredBotPost {
  readonly rowId: number;
  readonly id: string;
  readonly acceptedAt: number;
}

/** A post of a webhook as it waits for its room. */
export interface WaitingPost extends Pick<StoredBotPost, "rowId" | "id"> {
  readonly stanza: string;
}

/** The rooms from which and to which a post is moved. */
export interface Move {
  readonly from: string;
  readonly to: string;
}

/** The tables that name the message which later ones correct. */
const NAMING = ["alerts", "keyed_messages"] as const;
/** How many rooms that bots have left are remembered. */
export const MAX_LEFT = 1000;

const ROOMS = `SELECT bot, room, chosen AS isChosen, password, requested_at, state, condition, reason, nick, since,
    (SELECT count(*) FROM bot_posts AS p WHERE p.bot = r.bot AND p.room = r.room) AS posts
  FROM bot_rooms AS r`;

export class BotRoomsStore extends Store {
  readonly list = this.sql.rows<StoredBotRoom, []>(`${ROOMS} ORDER BY bot, room`).all;
  readonly find = this.sql.rows<StoredBotRoom, [bot: string, room: string]>(
    `${ROOMS} WHERE bot = ? AND room = ?`,
  ).get;
  readonly count = this.sql.from<[bot: string]>("bot_rooms WHERE bot = ?").count;

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
    this.sql.delete("bot_rooms_left", { bot, room });
  }

  /** Stores a bot's status in a room. @param since when the state changed */
  note({ bot, room, state, condition, reason, nick }: BotRoomStatus, since: number): void {
    this.sql.update("bot_rooms", { bot, room }, { state, condition, reason, nick, since });
  }

  /** Stores the room's password that an invitation contained. */
  setPassword(bot: string, room: string, password: string): void {
    this.sql.update("bot_rooms", { bot, room }, { password });
  }

  readonly outsideCount = this.sql.from<[]>("bot_rooms WHERE state <> 'inside'").count;
  /** Deletes an address that turned out not to be a room's. */
  readonly remove = this.sql.write<[bot: string, room: string]>(
    "DELETE FROM bot_rooms WHERE bot = ? AND room = ?",
  ).run;

  /** Deletes a room for which no posts wait, and remembers that the bot has left it. */
  leave(bot: string, room: string, leftAt: number): void {
    this.remove(bot, room);
    this.sql.put("bot_rooms_left", ["bot", "room"], { bot, room, leftAt });
    this.sql.run(
      `DELETE FROM bot_rooms_left WHERE (bot, room) IN (SELECT bot, room FROM bot_rooms_left
        ORDER BY left_at DESC LIMIT -1 OFFSET ${MAX_LEFT})`,
    );
  }

  /** Whether an address is that of a room that the bot has left. */
  readonly hasLeft = this.sql.from<[bot: string, room: string]>("bot_rooms_left WHERE bot = ? AND room = ?")
    .some;

  /** Adds a post. @returns the id of the post's row */
  addPost(
    bot: string,
    room: string,
    { id, acceptedAt }: Omit<StoredBotPost, "rowId">,
    stanza: string,
  ): number {
    return this.sql.insert("bot_posts", { bot, room, id, acceptedAt, stanza });
  }

  readonly posts = this.sql.rows<StoredBotPost, [bot: string, room: string]>(
    "SELECT row_id, id, accepted_at FROM bot_posts WHERE bot = ? AND room = ? ORDER BY row_id",
  ).all;
  /** Returns the room for which a post waits; undefined if the post has an outcome. */
  readonly roomOf = this.sql.values<string, [rowId: number]>("SELECT room FROM bot_posts WHERE row_id = ?")
    .get;

  /** Returns the posts of a webhook that wait for a room of its bot, in order. */
  readonly waitingOf = this.sql.rows<WaitingPost, [hook: string, bot: string, room: string]>(
    `SELECT p.row_id, p.id, stanza FROM bot_posts AS p JOIN hook_messages AS m ON m.id = p.id
      WHERE hook = ? AND bot = ? AND room = ? ORDER BY p.row_id`,
  ).all;

  /** Makes a post wait for another room, and what is known about its message with it. */
  movePost({ rowId, id, stanza }: WaitingPost, { from, to }: Move): void {
    this.sql.update("bot_posts", { rowId }, { room: to, stanza });
    this.sql.update("hook_messages", { id }, { receiver: to });
    this.sql.update("alert_messages", { receiver: from, id }, { receiver: to });
    for (const table of NAMING) this.sql.update(table, { receiver: from, message: id }, { receiver: to });
  }

  /** Makes a moved message the first version of one that stays in the old room. @param stays the id of the latter */
  beginAnew(id: string, stays: string, { from, to }: Move): void {
    const moved = { receiver: to, message: id };
    for (const table of NAMING) this.sql.update(table, { receiver: from, message: stays }, moved);
  }

  readonly postCount = this.sql.from<[]>("bot_posts").count;
  readonly stanza = this.sql.values<string, [rowId: number]>("SELECT stanza FROM bot_posts WHERE row_id = ?")
    .get;

  readonly #ended = endWork<[rowId: number]>(this.sql, "said or refused", "WHERE row_id = ?").run;

  /** Deletes a post whose outcome is stored in the same transaction. */
  removePost({ rowId }: StoredBotPost): void {
    this.#ended(rowId);
  }
}
