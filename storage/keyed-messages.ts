/** Stores which message of a hook has which key of its program. Writes must run inside transactions. */
import { Store } from "./sql.js";

/** A row of the table `keyed_messages`. */
export interface KeyedMessage {
  readonly hook: string;
  /** A hash of the program's key. */
  readonly name: Buffer;
  readonly receiver: string;
  /** The id of the first version, which corrections name. */
  readonly message: string;
  /** The id of the newest version. */
  readonly version: string;
  /** A hash of the newest version's text. */
  readonly content: Buffer;
  /** The room's id of the first version; undefined: none, or not known yet. */
  readonly stanzaId: string | undefined;
  readonly saidAt: number;
}

/** How many keys of a hook are kept. */
export const MAX_KEYS = 1000;

export class KeyedMessages extends Store {
  readonly find = this.sql.rows<KeyedMessage, [hook: string, name: Buffer]>(
    "SELECT * FROM keyed_messages WHERE hook = ? AND name = ?",
  ).get;

  /** Stores a message, and forgets the keys of a hook that has too many: those that were longest not used. */
  put(message: KeyedMessage): void {
    this.sql.put("keyed_messages", ["hook", "name"], message);
    this.sql.run(
      `DELETE FROM keyed_messages WHERE hook = @hook AND name IN (SELECT name FROM keyed_messages WHERE hook = @hook
        ORDER BY said_at DESC LIMIT -1 OFFSET ${MAX_KEYS})`,
      { hook: message.hook },
    );
  }

  readonly remove = this.sql.write<[hook: string, name: Buffer]>(
    "DELETE FROM keyed_messages WHERE hook = ? AND name = ?",
  ).run;
}
