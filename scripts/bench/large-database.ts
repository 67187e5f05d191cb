/** A large database for benchmarks: very many rooms, one very large, one with a very long archive, a long queue. */
import { openDatabase } from "../../storage/database.js";

export const HOST = "qtalk.test.org";
/** The domain of those who are inside rooms: a component that swallows whatever it is sent. */
export const CROWD = "crowd.test";
export const SIZES = {
  members: 10_000,
  occupants: 3_000,
  messages: 200_000,
  queued: 100_000,
  /** When the middle of the archive was said; milliseconds since 1970. */
  middle: 1_700_000_100_000,
} as const;

/** Somebody's session. */
export function session(n: number): string {
  return `user-${n}@${CROWD}/desk`;
}

/**
 * Writes the rows as the component itself would have: room-1 …, where boss is the owner and clerk a member; the room
 * big; the room long; and what waits to be sent.
 */
export function fillLarge(file: string, rooms: number): void {
  const db = openDatabase(file);
  const options = JSON.stringify({ persistent: true, membersOnly: true, whois: "anyone", public: true });
  const room = db.prepare(
    "INSERT INTO rooms (id, name, secret, created_at, locked, listed, options) VALUES (?, ?, ?, 0, 0, 1, ?)",
  );
  const member = db.prepare("INSERT INTO affiliations (room, jid, affiliation, since) VALUES (?, ?, ?, ?)");
  const occupant = db.prepare(
    "INSERT INTO occupants (room, jid, nick, role, presence, present_at) VALUES (?, ?, ?, 'participant', ?, ?)",
  );
  const message = db.prepare(
    "INSERT INTO archive (id, room, kept, said, sender, nick, stanza) VALUES (?, ?, 1, 1, ?, ?, ?)",
  );
  const queued = db.prepare("INSERT INTO outbox (accepted_at, stanza) VALUES (?, ?)");
  const add = (id: number, name: string): void => {
    room.run(id, name, Buffer.alloc(16, id), options);
    member.run(id, `boss@${HOST}`, "owner", 1);
    member.run(id, `clerk@${HOST}`, "member", 2);
  };
  const text = "x".repeat(100);
  db.transaction(() => {
    for (let id = 1; id <= rooms; id += 1) {
      add(id, `room-${id}`);
      for (let n = 3; n <= 5; n += 1)
        member.run(id, `user-${(id * 7 + n * 13) % 100_000}@${CROWD}`, "member", n);
    }
    const big = rooms + 1;
    add(big, "big");
    for (let n = 0; n < SIZES.members - 2; n += 1) member.run(big, `user-${n}@${CROWD}`, "member", n + 3);
    for (let n = 0; n < SIZES.occupants; n += 1)
      occupant.run(
        big,
        session(n),
        `nick-${n}`,
        "<show>away</show><c xmlns='http://jabber.org/protocol/caps' hash='sha-1' node='n' ver='v'/>",
        n + 1,
      );
    const long = rooms + 2;
    add(long, "long");
    member.run(long, `user-0@${CROWD}`, "member", 3);
    for (let n = 0; n < SIZES.messages; n += 1) {
      const at = (SIZES.middle + n - SIZES.messages / 2) * 1000;
      const nick = n === 10 ? "once" : `nick-${n % 50}`;
      const body = `<message from="long@conference.${HOST}/${nick}" type="groupchat"><body>${text}</body></message>`;
      message.run(at, long, `user-${n % 50}@${CROWD}`, nick, body);
    }
    for (let n = 0; n < SIZES.queued; n += 1)
      queued.run(
        Date.now(),
        `<message to="${session(n)}" from="boss@${HOST}"><body>${text}</body></message>`,
      );
  })();
  db.pragma("wal_checkpoint(TRUNCATE)");
  db.close();
}
