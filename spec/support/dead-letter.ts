/** Creates dead letters for tests, without a server that rejects stanzas. */
import type { Database } from "../../storage/database.js";
import { DeadLetters } from "../../storage/dead-letters.js";
import { OutboxStore } from "../../storage/outbox-store.js";

export interface MadeLetter {
  readonly stanza: string;
  readonly reason: string;
  readonly acceptedAt: number;
  readonly diedAt?: number;
  /** The id of the dead letter's row; by default, a new one. */
  readonly rowId?: number;
}

export function addDeadLetter(db: Database, { stanza, reason, acceptedAt, diedAt, rowId }: MadeLetter): void {
  const store = new OutboxStore(db);
  const sender = "alice@qtalk.test.org";
  const receiver = "bob@qtalk.test.org";
  const [row] = store.add([{ stanza, acceptedAt, kind: "message", sender, receiver }]).rows;
  if (row === undefined) throw new Error("nothing was added");
  new DeadLetters(db).add(row, row, undefined, reason);
  const last = "WHERE id = (SELECT max(id) FROM dead_letters)";
  if (rowId !== undefined) db.prepare(`UPDATE dead_letters SET row_id = ? ${last}`).run(rowId);
  if (diedAt !== undefined) db.prepare(`UPDATE dead_letters SET died_at = ? ${last}`).run(diedAt);
}
