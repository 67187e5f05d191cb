import { expect } from "chai";
import { RoomsArchive } from "../../storage/rooms-archive.js";
import { RoomsFuture } from "../../storage/rooms-future.js";
import { StoredRooms } from "../support/stored-rooms.js";

describe("Times of rooms in the future", () => {
  let rooms: StoredRooms;
  let future: RoomsFuture;
  beforeEach(() => {
    rooms = new StoredRooms();
    future = new RoomsFuture(rooms.db);
    rooms.add(1, "coven");
    for (const id of [10, 90, 70, 80]) {
      const stanza = `<message><stanza-id id="${id}"/><x id="${id}e"/><y id="${id}0"/></message>`;
      new RoomsArchive(rooms.db).add(1, { kept: true, said: true }, { id, sender: "s", nick: "n", stanza });
    }
  });
  afterEach(() => rooms[Symbol.dispose]());

  it("are found in their order, some at a time", () => {
    expect(future.messages(10, 2)).to.deep.equal([70, 80]);
    expect(future.messages(10, 9)).to.deep.equal([70, 80, 90]);
    expect([future.newestUpTo(70), future.newestUpTo(69), future.newestUpTo(9)]).to.deep.equal([70, 10, 0]);
  });

  it("are moved with the ids in the stanza, and for the events that tell of the message", () => {
    rooms.db
      .exec(`INSERT INTO outgoing_hooks (id, name, url, secret, events, only_mentions, form, inner, made_at)
        VALUES (1, 'h', 'u', 's', '', 0, 'f', '', 0);
      INSERT INTO hook_events (hook, id, body, bytes, happened_at, until, message)
        VALUES (1, 'a', '', 0, 0, 0, 70), (1, 'b', '', 0, 0, 0, 80)`);
    future.move(70, 20);
    const stanza = rooms.db.prepare("SELECT stanza FROM archive WHERE id = 20").pluck().get();
    expect(stanza).to.equal('<message><stanza-id id="20"/><x id="20e"/><y id="700"/></message>');
    expect(future.messages(0, 9)).to.deep.equal([10, 20, 80, 90]);
    const told = rooms.db.prepare("SELECT message FROM hook_events ORDER BY id").pluck().all();
    expect(told).to.deep.equal([20, 80]);
  });

  it("are moved to the present everywhere else; those of the past stay", () => {
    rooms.db.exec(`UPDATE archive_indexed SET up_to = 80;
      INSERT INTO affiliations (room, jid, affiliation, since, seen) VALUES
        (1, 'a', 'member', 100, 101), (1, 'b', 'member', 30, 50), (1, 'c', 'member', 51, 20);
      INSERT INTO occupants (room, jid, nick, role, presence, present_at) VALUES
        (1, 'a/1', 'a', 'visitor', '', 100), (1, 'b/1', 'b', 'visitor', '', 30);
      INSERT INTO invitations (room, invited, inviter, shown, at) VALUES (1, 'a', 'b', '', 100), (1, 'b', 'a', '', 30);
      INSERT INTO user_removals (jid, requested_at) VALUES ('a', 100), ('b', 30);
      INSERT INTO erasures (jid, requested_at, waits) VALUES ('a', 100, 0), ('b', 30, 0)`);
    future.moveOthers(50, 40);
    const read = (sql: string): unknown[] => rooms.db.prepare(sql).raw().all();
    expect(read("SELECT since, seen FROM affiliations ORDER BY jid")).to.deep.equal([
      [40, 40],
      [30, 50],
      [40, 20],
    ]);
    expect(read("SELECT present_at FROM occupants ORDER BY jid")).to.deep.equal([[40], [30]]);
    expect(read("SELECT at FROM invitations ORDER BY invited")).to.deep.equal([[40], [30]]);
    expect(read("SELECT requested_at FROM user_removals ORDER BY jid")).to.deep.equal([[40], [30]]);
    expect(read("SELECT requested_at FROM erasures ORDER BY jid")).to.deep.equal([[40], [30]]);
    expect(read("SELECT up_to FROM archive_indexed"), "indexed again").to.deep.equal([[10]]);
    future.moveOthers(50, 40);
    expect(read("SELECT up_to FROM archive_indexed")).to.deep.equal([[10]]);
  });
});
