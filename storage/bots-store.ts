/** The rows of bots: the senders, at the component's own domain, of what hooks post. */
import { dataVersion, type Database } from "./database.js";

export interface BotPicture {
  readonly bytes: Buffer;
  /** Its media type. */
  readonly type: string;
}

export interface StoredBot {
  /** The localpart of its address. */
  readonly name: string;
  /** What it is called. */
  readonly title: string;
  readonly picture: BotPicture | undefined;
}

/** Where a bot speaks. */
export interface BotPlace extends Pick<StoredBot, "name" | "title"> {
  /** The bare address of a room or a user; undefined: everywhere. */
  readonly at: string | undefined;
}

interface RawBot {
  name: string;
  title: string;
  picture: Buffer | null;
  picture_type: string | null;
}

export class BotsStore {
  readonly #version;

  constructor(private readonly db: Database) {
    this.#version = dataVersion(db);
  }

  /** Another number after every change that another connection has made to the database. */
  get version(): number {
    return this.#version();
  }

  all(): StoredBot[] {
    return this.db.prepare<[], RawBot>("SELECT * FROM bots ORDER BY name").all().map(bot);
  }

  /** Where each bot speaks, by its hooks. */
  places(): BotPlace[] {
    return this.db
      .prepare<[], { name: string; title: string; receivers: string | null }>(
        `SELECT bots.name, title, receiver AS receivers FROM bots JOIN hooks ON bot = bots.name
         UNION SELECT bots.name, title, rooms FROM bots JOIN outgoing_hooks ON bot = bots.name ORDER BY 1`,
      )
      .all()
      .flatMap(({ receivers, ...bot }) =>
        (receivers?.split("\n") ?? [undefined]).map((at) => ({ ...bot, at })),
      );
  }

  find(name: string): StoredBot | undefined {
    const raw = this.db.prepare<[string], RawBot>("SELECT * FROM bots WHERE name = ?").get(name);
    return raw && bot(raw);
  }

  /** Makes a bot, or gives it another title and picture. */
  put({ name, title, picture }: StoredBot): void {
    this.db
      .prepare<[string, string, Buffer | null, string | null]>(
        `INSERT INTO bots (name, title, picture, picture_type) VALUES (?, ?, ?, ?)
         ON CONFLICT (name) DO UPDATE SET title = excluded.title, picture = excluded.picture,
           picture_type = excluded.picture_type`,
      )
      .run(name, title, picture?.bytes ?? null, picture?.type ?? null);
  }

  /** Deletes bots without a hook, and rooms of other services that no hook needs any more. */
  prune(): void {
    this.db
      .prepare(
        `DELETE FROM bot_rooms WHERE chosen = 0
          AND NOT EXISTS (SELECT 1 FROM hooks WHERE bot = bot_rooms.bot AND receiver = room)
          AND NOT EXISTS (SELECT 1 FROM outgoing_hooks WHERE bot = bot_rooms.bot
            AND instr(char(10) || rooms || char(10), char(10) || room || char(10)) > 0)`,
      )
      .run();
    this.db
      .prepare(
        `DELETE FROM bots WHERE name NOT IN (SELECT bot FROM hooks WHERE bot IS NOT NULL
          UNION SELECT bot FROM outgoing_hooks WHERE bot IS NOT NULL)`,
      )
      .run();
  }
}

function bot({ name, title, picture, picture_type: type }: RawBot): StoredBot {
  return { name, title, picture: picture === null || type === null ? undefined : { bytes: picture, type } };
}
