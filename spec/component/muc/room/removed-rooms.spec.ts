import { expect } from "chai";
import { callsOn } from "../api/calling.js";
import { hag, onStage, ROOM, lineOf } from "../play.js";

const MESSAGES = 1_200;

describe("destroying a room with a long archive", () => {
  const play = onStage({}, async (play) => {
    await create();
    const { id } = play.db.prepare("SELECT id FROM rooms").get() as { id: number };
    const message = play.db.prepare(
      "INSERT INTO archive (id, room, kept, said, sender, nick, stanza) VALUES (?, ?, 1, 1, 'a@b', 'a', '<message/>')",
    );
    play.db.transaction(() => {
      for (let at = 1; at <= MESSAGES; at++) message.run(at, id);
    })();
  });

  const { create, destroy, users } = callsOn(() => play);

  it("is complete for everybody at once, and deletes rows a little later", async () => {
    await destroy("hag66");
    expect(play.service.rooms.count).to.equal(0);
    expect(play.service.context.stores.rooms.count()).to.equal(0);
    expect(await users()).to.have.property("errcode", 4);
    expect(play.count("archive")).to.be.above(0);
    await play.until(() => (play.count("rooms") === 0 ? true : undefined));
    for (const table of ["archive", "affiliations", "rooms_being_deleted"])
      expect(play.count(table), table).to.equal(0);
  });

  it("leaves no occupant who is pinged after a reconnect", async () => {
    await play.enters(hag, "hag");
    const { rooms } = play.service.context.stores;
    expect(rooms.sessionsAfter({ room: 0, jid: "" }, 10)).to.have.length(1);
    await destroy("hag66");
    expect([play.count("occupants"), play.count("rooms_being_deleted")]).to.deep.equal([1, 1]);
    expect(rooms.sessionsAfter({ room: 0, jid: "" }, 10)).to.deep.equal([]);
  });

  it("frees the name for a new room without old data", async () => {
    await destroy("hag66");
    await create();
    const heard = await play.enters(hag, "hag");
    expect(heard.map(lineOf)).to.deep.equal([
      "presence coven/hag owner/moderator 100 110",
      'message coven groupchat ""',
    ]);
    await play.says(hag, "new");
    await play.until(() => (play.count("rooms_being_deleted") === 0 ? true : undefined));
    expect(play.count("rooms")).to.equal(1);
    expect(play.count("archive")).to.equal(1);
    await play.says(hag, "still there");
    expect(play.lines(hag).at(-1)).to.equal('message coven/hag groupchat "still there"');
  });

  it("continues after a restart", async () => {
    await destroy("hag66");
    play.close();
    expect(play.count("rooms")).to.equal(1);
    await play.begins({ db: play.db });
    expect(play.service.rooms.count).to.equal(0);
    await play.until(() => (play.count("rooms") === 0 ? true : undefined));
    expect(play.count("archive")).to.equal(0);
  });

  it("changes nothing if the disk refuses it", async () => {
    play.fillsDisk("INSERT ON rooms_being_deleted");
    expect(await destroy("hag66")).to.match(/^5 /);
    expect(await users()).to.have.length(1);
    expect(play.db.prepare("SELECT name FROM rooms").pluck().all()).to.deep.equal([ROOM.split("@")[0]]);
  });
});
