/** The rows of rooms of other services in which bots are, and of messages that those rooms have yet to send back. */
import { dataVersion, type Database } from "./database.js";

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

interface RawRoom {
  bot: string;
  room: string;
  chosen: number;
  password: string | null;
  asked_at: number;
  state: BotRoomState;
  condition: string | null;
  reason: string | null;
  nick: string | null;
  since: number;
  posts: number;
}

const ROOMS =
  "SELECT *, (SELECT count(*) FROM bot_posts AS p WHERE p.bot = r.bot AND p.room = r.room) AS posts FROM bot_rooms AS r";

export class BotRoomsStore {
  readonly #version;
  readonly #addPost;
  readonly #stanza;
  readonly #removePost;
  readonly #isPost;

  constructor(private readonly db: Database) {
    this.#version = dataVersion(db);
    this.#addPost = db.prepare<[string, string, string, number, string]>(
      "INSERT INTO bot_posts (bot, room, id, accepted_at, stanza) VALUES (?, ?, ?, ?, ?)",
    );
    this.#stanza = db.prepare<[number], string>("SELECT stanza FROM bot_posts WHERE seq = ?").pluck();
    this.#removePost = db.prepare<[number]>("DELETE FROM bot_posts WHERE seq = ?");
    this.#isPost = db.prepare<[string], number>("SELECT 1 FROM bot_posts WHERE id = ?").pluck();
  }

  /** Another number after every change that another connection has made to the database. */
  get version(): number {
    return this.#version();
  }

  /** All, by bot and room. */
  list(): StoredBotRoom[] {
    return this.db.prepare<[], RawRoom>(`${ROOMS} ORDER BY bot, room`).all().map(stored);
  }

  find(bot: string, room: string): StoredBotRoom | undefined {
    const raw = this.db
      .prepare<[string, string], RawRoom>(`${ROOMS} WHERE bot = ? AND room = ?`)
      .get(bot, room);
    return raw && stored(raw);
  }

  /** In how many rooms a bot is, or is to be. */
  count(bot: string): number {
    const sql = "SELECT count(*) FROM bot_rooms WHERE bot = ?";
    return this.db.prepare<[string], number>(sql).pluck().get(bot) ?? 0;
  }

  /** Asks the component to have a bot enter a room, for the first time or again. */
  ask(
    bot: string,
    room: string,
    {
      password,
      isChosen,
      at,
    }: { readonly password?: string; readonly isChosen: boolean; readonly at: number },
  ): void {
    this.db
      .prepare<(string | number | null)[]>(
        `INSERT INTO bot_rooms (bot, room, chosen, password, asked_at, state, since) VALUES (?, ?, ?, ?, ?, 'entering', ?)
          ON CONFLICT (bot, room) DO UPDATE SET chosen = max(chosen, excluded.chosen),
            password = coalesce(excluded.password, password), asked_at = max(asked_at + 1, excluded.asked_at),
            state = 'entering', since = excluded.since`,
      )
      .run(bot, room, Number(isChosen), password ?? null, at, at);
  }

  /** Notes where a bot is. */
  note({ bot, room, state, condition, reason, nick }: BotRoomStatus, since: number): void {
    this.db
      .prepare<(string | number | null)[]>(
        "UPDATE bot_rooms SET state = ?, condition = ?, reason = ?, nick = ?, since = ? WHERE bot = ? AND room = ?",
      )
      .run(state, condition ?? null, reason ?? null, nick ?? null, since, bot, room);
  }

  /** Notes the password that came with an invitation. */
  setPassword(bot: string, room: string, password: string): void {
    const sql = "UPDATE bot_rooms SET password = ? WHERE bot = ? AND room = ?";
    this.db.prepare<[string, string, string]>(sql).run(password, bot, room);
  }

  /** The bot leaves, and what it still had to send there is deleted. */
  remove(bot: string, room: string): void {
    this.db.prepare<[string, string]>("DELETE FROM bot_rooms WHERE bot = ? AND room = ?").run(bot, room);
  }

  /** @returns its seq */
  addPost(bot: string, room: string, post: Omit<StoredPost, "seq">, stanza: string): number {
    return Number(this.#addPost.run(bot, room, post.id, post.acceptedAt, stanza).lastInsertRowid);
  }

  /** The messages that a room has yet to send back, in order. */
  posts(bot: string, room: string): StoredPost[] {
    return this.db
      .prepare<[string, string], StoredPost>(
        "SELECT seq, id, accepted_at AS acceptedAt FROM bot_posts WHERE bot = ? AND room = ? ORDER BY seq",
      )
      .all(bot, room);
  }

  /** How many there are for all rooms. */
  postCount(): number {
    return this.db.prepare<[], number>("SELECT count(*) FROM bot_posts").pluck().get() ?? 0;
  }

  stanza(seq: number): string | undefined {
    return this.#stanza.get(seq);
  }

  removePost(seq: number): void {
    this.#removePost.run(seq);
  }

  /** Whether a room has yet to send back the message with this id. */
  isWaiting(id: string): boolean {
    return this.#isPost.get(id) !== undefined;
  }
}

function stored(raw: RawRoom): StoredBotRoom {
  const { bot, room, state, since, posts } = raw;
  return {
    ...{ bot, room, state, since, posts },
    isChosen: raw.chosen === 1,
    password: raw.password ?? undefined,
    askedAt: raw.asked_at,
    condition: raw.condition ?? undefined,
    reason: raw.reason ?? undefined,
    nick: raw.nick ?? undefined,
  };
}
