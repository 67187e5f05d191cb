/** Stores bots: senders with addresses at the component's domain, in whose names webhooks send. */
import { Store } from "./sql.js";

export interface BotPicture {
  readonly bytes: Buffer;
  /** The media type, such as "image/png". */
  readonly type: string;
}

export interface StoredBot {
  readonly name: string;
  readonly title: string;
  readonly picture: BotPicture | undefined;
}

/** A bot, and one receiver of the bot's webhooks. */
export interface BotPlace extends Pick<StoredBot, "name" | "title"> {
  /** The bare address of a room or a user; undefined: all rooms. */
  readonly at: string | undefined;
  /** Whether the bot may post there; false: its program only gets events that don't concern rooms. */
  readonly posts: boolean;
}

/** A room of another service, and a bot that is or should be there. */
export interface BotRoom {
  readonly bot: string;
  readonly room: string;
}

interface RawBot extends Omit<StoredBot, "picture"> {
  readonly picture: Buffer | undefined;
  readonly pictureType: string | undefined;
}

export class BotsStore extends Store {
  all(): StoredBot[] {
    return this.sql.rows<RawBot>("SELECT * FROM bots ORDER BY name").all().map(bot);
  }

  /** Returns each bot with each receiver of the bot's webhooks, sorted by the bot's name. */
  places(): BotPlace[] {
    const sql = `SELECT bots.name, title, receiver AS receivers, 1 AS posts FROM bots JOIN hooks ON bot = bots.name
      UNION SELECT bots.name, title, rooms, instr(events, 'room') + instr(events, 'member') > 0
      FROM bots JOIN outgoing_hooks ON bot = bots.name ORDER BY 1`;
    const found = this.sql.rows<Omit<BotPlace, "at"> & { readonly receivers: string | undefined }>(sql).all();
    return found.flatMap(({ receivers, ...bot }) =>
      (receivers?.split("\n") ?? [undefined]).map((at) => ({ ...bot, at })),
    );
  }

  find(name: string): StoredBot | undefined {
    const raw = this.sql.rows<RawBot>("SELECT * FROM bots WHERE name = ?").get(name);
    return raw && bot(raw);
  }

  put({ name, title, picture }: StoredBot): void {
    this.sql.run(
      `INSERT INTO bots (name, title, picture, picture_type) VALUES (?, ?, ?, ?)
       ON CONFLICT (name) DO UPDATE SET title = excluded.title, picture = excluded.picture,
         picture_type = excluded.picture_type`,
      ...[name, title, picture?.bytes, picture?.type],
    );
  }

  /**
   * Returns rooms of other services in which no webhook and no operator needs the bot, or whose bot has no webhook.
   * @param without webhooks that don't count: the ids of an incoming and an outgoing one
   */
  needlessRooms(without: { readonly hook?: string; readonly outgoing?: number } = {}): BotRoom[] {
    const sql = `WITH
      wanted (bot, room) AS (SELECT bot, receiver FROM hooks WHERE bot IS NOT NULL AND id IS NOT @hook),
      heard (bot, rooms) AS (
        SELECT bot, rooms FROM outgoing_hooks WHERE bot IS NOT NULL AND id IS NOT @outgoing)
      SELECT bot, room FROM bot_rooms AS r
      WHERE bot NOT IN (SELECT bot FROM wanted UNION SELECT bot FROM heard) OR chosen = 0
        AND (bot, room) NOT IN wanted
        AND NOT EXISTS (SELECT 1 FROM hooks WHERE bot = r.bot AND id IS NOT @hook
          AND instr(steps || char(10), ' ' || r.room || char(10)) > 0)
        AND NOT EXISTS (SELECT 1 FROM heard WHERE bot = r.bot
          AND instr(char(10) || rooms || char(10), char(10) || r.room || char(10)) > 0)`;
    const { hook, outgoing } = without;
    return this.sql.rows<BotRoom>(sql).all({ hook, outgoing });
  }

  /** Deletes bots without webhooks. Their rooms were deleted before. */
  prune(): void {
    this.sql.run(
      `DELETE FROM bots WHERE name NOT IN (SELECT bot FROM hooks WHERE bot IS NOT NULL
        UNION SELECT bot FROM outgoing_hooks WHERE bot IS NOT NULL)`,
    );
  }
}

function bot({ name, title, picture: bytes, pictureType: type }: RawBot): StoredBot {
  return { name, title, picture: bytes === undefined || type === undefined ? undefined : { bytes, type } };
}
