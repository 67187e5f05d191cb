import { expect } from "chai";
import { createMuc } from "../../../../component/operations/create-muc.js";
import { destroyMuc } from "../../../../component/operations/destroy-muc.js";
import { mucUsers } from "../../../../component/operations/muc-users.js";
import { DOMAIN, hag, onStage, ROOM, told } from "../play.js";

const MESSAGES = 1_200;
const room = { id: "coven", domain: DOMAIN };

describe("a destroyed room with a long archive", () => {
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

  const create = () =>
    createMuc(play.context, {
      ...{ room, actor: "hag66", ownerHost: undefined, trueOwner: undefined, name: "", description: "" },
    });
  const destroy = () => destroyMuc(play.context, { room, actor: "hag66" });

  it("is gone for everybody at once, and its rows a little later", async () => {
    await destroy();
    expect(play.service.rooms.count).to.equal(0);
    expect(play.service.context.stores.rooms.count()).to.equal(0);
    expect(await mucUsers(play.context, room)).to.have.property("errcode", 4);
    expect(play.count("archive")).to.be.above(0);
    await play.until(() => (play.count("rooms") === 0 ? true : undefined));
    expect([
      play.count("archive"),
      play.count("affiliations"),
      play.count("rooms_being_deleted"),
    ]).to.deep.equal([0, 0, 0]);
  });

  it("has nobody inside any more who would be looked for after a reconnect", async () => {
    await play.enters(hag, "hag");
    const { rooms } = play.service.context.stores;
    expect(rooms.sessionsAfter({ room: 0, jid: "" }, 10)).to.have.length(1);
    await destroy();
    expect([play.count("occupants"), play.count("rooms_being_deleted")]).to.deep.equal([1, 1]);
    expect(rooms.sessionsAfter({ room: 0, jid: "" }, 10)).to.deep.equal([]);
  });

  it("leaves its name to a new room, which knows nothing of it", async () => {
    await destroy();
    await create();
    const heard = await play.enters(hag, "hag");
    expect(heard.map(told)).to.deep.equal([
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

  it("goes on going after a restart", async () => {
    await destroy();
    play.close();
    expect(play.count("rooms")).to.equal(1);
    await play.begins({ db: play.db });
    expect(play.service.rooms.count).to.equal(0);
    await play.until(() => (play.count("rooms") === 0 ? true : undefined));
    expect(play.count("archive")).to.equal(0);
  });

  it("comes back whole where its end could not be stored", async () => {
    play.fillsDisk("INSERT ON rooms_being_deleted");
    expect(await destroy()).to.have.property("errcode", 5);
    expect(await mucUsers(play.context, room)).to.have.length(1);
    expect(play.db.prepare("SELECT name FROM rooms").pluck().all()).to.deep.equal([ROOM.split("@")[0]]);
  });
});
