/** Writes imported rooms and affiliations. The component must not run meanwhile, because it holds rooms in memory. */
import { RoomsStore, type StoredAffiliation, type StoredRoom } from "./rooms-store.js";

interface ImportedAffiliation extends Pick<StoredAffiliation, "jid" | "affiliation" | "since"> {
  readonly room: number;
}

/** SQL for the rank of an affiliation; {} stands for the affiliation. */
const RANK = `CASE {} WHEN 'owner' THEN 3 WHEN 'admin' THEN 2 WHEN 'member' THEN 1 ELSE 0 END`;

export class ImportStore extends RoomsStore {
  addRoom(room: Omit<StoredRoom, "id" | "locked">): number {
    return this.sql.insert("rooms", { ...room, locked: false });
  }

  /** Makes a user a member. Returns false, and changes nothing, if the user has an affiliation already. */
  readonly addMember = this.sql.write<[room: number, jid: string, since: number]>(
    `INSERT INTO affiliations (room, jid, affiliation, since) VALUES (?, ?, 'member', ?)
      ON CONFLICT (room, jid) DO NOTHING`,
  ).some;

  /** Sets a user's affiliation if it is higher than the present one, and no ban. Returns whether it was set. */
  raise({ room, jid, affiliation, since }: ImportedAffiliation): boolean {
    const sql = `INSERT INTO affiliations (room, jid, affiliation, since) VALUES (?, ?, ?, ?)
      ON CONFLICT (room, jid) DO UPDATE SET affiliation = excluded.affiliation
        WHERE affiliations.affiliation <> 'outcast' AND ${RANK.replace("{}", "excluded.affiliation")} > ${RANK.replace("{}", "affiliations.affiliation")}`;
    return this.sql.changes(sql, room, jid, affiliation, since) > 0;
  }

  /** Notes that an import has come to its end. @param at in milliseconds since 1970 */
  readonly noteEnd = this.sql.write<[at: number]>(
    "INSERT INTO imported VALUES (1, ?) ON CONFLICT (one) DO UPDATE SET ended_at = excluded.ended_at",
  ).run;

  /** Whether the component has been connected to the server since an import came to its end. */
  get isServed(): boolean {
    return this.#served() > 0;
  }

  readonly #served = this.sql.from<[]>("imported, outbox_progress WHERE up_at > ended_at").count;

  readonly countOwnerless = this.sql.from<[]>(`rooms WHERE NOT EXISTS
      (SELECT 1 FROM affiliations WHERE room = rooms.id AND affiliation = 'owner')`).count;
}
