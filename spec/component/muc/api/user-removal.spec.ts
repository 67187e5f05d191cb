import { expect } from "chai";
import { onStage, type Stage } from "../stage.js";
import { component, db, disk, everybody } from "../../../plays/component.js";
import { CRONE, HAG, WICCA, crone, hag } from "../../../plays/people.js";
import { meanwhile, type Steps } from "../../../plays/steps.js";
import { type RoomStage } from "../../../plays/rooms.js";

const ROOMS = 400;
/** So many rooms; the hag owns those of even numbers and is a member of the others, which the crone owns. */
const FILL = `
  WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${ROOMS})
  INSERT INTO rooms (id, name, secret, created_at, locked, listed, options)
    SELECT i, 'room-' || i, x'00', 0, 0, 0, '{"persistent":true,"membersOnly":true,"whois":"anyone"}' FROM n;
  INSERT INTO affiliations (room, jid, affiliation, since)
    SELECT id, '${HAG.address}', iif(id % 2, 'member', 'owner'), 1 FROM rooms;
  INSERT INTO affiliations (room, jid, affiliation, since)
    SELECT id, '${CRONE.address}', iif(id % 2, 'owner', 'member'), 2 FROM rooms`;
const roomsOf = (jid: string): string => `affiliations WHERE jid = '${jid}'`;
const namesOf = (jid: string): string =>
  `SELECT name FROM ${roomsOf(jid).replace(" ", " JOIN rooms ON id = room ")}`;

describe("removing a user from very many rooms (clear_staff)", () => {
  const play = onStage({}, async (stage) => {
    stage.db.exec(FILL);
    await stage.restarts();
  });

  /** Waits until it is noted who leaves, and before all their rooms are worked off. */
  const begun = async (stage: Stage = play): Promise<void> => {
    while (stage.count("user_removals") === 0) await new Promise(setImmediate);
    expect(stage.count(roomsOf(HAG.address))).to.not.equal(0);
  };
  /** Plays the first scene while the hag is removed, and the second afterwards. */
  const during = async (meanwhile: Steps<RoomStage>, afterwards: Steps<RoomStage> = []): Promise<void> => {
    const cleared = play.acts([HAG.calls`clear hag66`]);
    await begun();
    await play.acts(meanwhile);
    await cleared;
    await play.acts(afterwards);
  };

  play.scenes({
    "is complete when the call is answered, and every room has an owner": [
      HAG.calls`clear hag66`,
      db.has`${roomsOf(HAG.address)} = 0`,
      db.has`user_removals = 0`,
      component.logs`Continuing = 0`,
      db.has`affiliations WHERE affiliation = 'owner' = ${ROOMS}`,
    ],

    "hands no room to a user who is being removed as well": [
      db.runs`INSERT INTO affiliations (room, jid, affiliation, since)
        SELECT id, '${WICCA.address}', 'member', 3 FROM rooms WHERE id % 4 = 0`,
      meanwhile(HAG.calls`clear hag66`),
      HAG.calls`clear crone1`,
      db.has`${roomsOf(CRONE.address)} = 0`,
      db.loses`${roomsOf(HAG.address)}`,
      db.has`${roomsOf(WICCA.address)} = ${ROOMS / 4}`,
      db.has`rooms = ${ROOMS / 4}`,
    ],

    "doesn't begin, and keeps keys, if the disk refuses it": [
      disk.refuses`INSERT ON user_removals`,
      HAG.calls`clear hag66 = /^5 /`,
      component.revokes`= nobody's`,
      HAG.calls`users room=room-1 = hag66 crone1`,
      db.has`${roomsOf(HAG.address)} = ${ROOMS}`,
    ],
  });

  it("is visible in every room as soon as it is stored", () =>
    during([
      HAG.calls`users room=room-${ROOMS} = crone1`,
      HAG.calls`say to=room-${ROOMS - 1} still here = 2 User not in Room`,
    ]));

  it("is announced to everybody inside before later messages", async () => {
    await play.acts([hag.enters`room-${ROOMS}`, crone.enters`room-${ROOMS}`, everybody.hush()]);
    await during([crone.says`in room-${ROOMS}: gone?`]);
    await play.acts([
      hag.hears`presence room-${ROOMS}/crone owner/moderator
          < presence room-${ROOMS}/hag unavailable none/none 321 110`,
      crone.hears`presence room-${ROOMS}/crone owner/moderator 110
          < presence room-${ROOMS}/hag unavailable none/none 321
          < message room-${ROOMS}/crone groupchat "gone?"`,
    ]);
  });

  it("leaves memberships alone that are granted meanwhile, in any room", () =>
    during(
      [
        CRONE.calls`add room=room-1 hag66`,
        CRONE.calls`add room=room-${ROOMS} hag66`,
        component.forgets(),
        HAG.calls`users room=room-1 = crone1 hag66`,
        HAG.calls`users room=room-${ROOMS} = crone1 hag66`,
      ],
      [db.shows`${namesOf(HAG.address)} = room-1, room-${ROOMS}`],
    ));

  it("leaves memberships alone that are granted meanwhile to a banned user", async () => {
    play.db.exec(
      `UPDATE affiliations SET affiliation = 'outcast' WHERE room = ${ROOMS - 1} AND jid = '${HAG.address}'`,
    );
    const query = `<query xmlns="admin"><item affiliation="member" jid="HAG"/></query>`;
    await during(
      [crone.sets`room-${ROOMS - 1} ${query}`, component.forgets()],
      [db.shows`${namesOf(HAG.address)} = room-${ROOMS - 1}`],
    );
  });

  it("ends these memberships, too, if the call is repeated", () =>
    during(
      [CRONE.calls`add room=room-1 hag66`, HAG.calls`clear hag66`],
      [db.has`${roomsOf(HAG.address)} = 0`, HAG.calls`clear hag66`, db.has`user_removals = 0`],
    ));

  it("doesn't delay the removal of a user with one room", async () => {
    await play.acts([WICCA.calls`create room=late`]);
    await during([HAG.calls`clear wiccarocks`, db.has`user_removals WHERE jid = '${HAG.address}' = 1`]);
  });

  it("continues after a restart", async () => {
    void play.acts([HAG.calls`clear hag66`]);
    await begun();
    play.close();
    await new Promise(setImmediate);
    const left = play.count(roomsOf(HAG.address));
    for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate);
    expect(play.count(roomsOf(HAG.address)), "nobody goes on")
      .to.equal(left)
      .and.not.equal(0);
    await play.begins({ db: play.db });
    await play.acts([
      component.logs`"Continuing to remove 1 user from rooms" = 1`,
      HAG.calls`users room=room-${ROOMS} = crone1`,
      db.loses`user_removals`,
      db.has`${roomsOf(HAG.address)} = 0`,
    ]);
  });

  it("destroys no room, also after a restart, if it is for an erasure", async () => {
    play.db.exec(
      `DELETE FROM ${roomsOf(CRONE.address)}; INSERT INTO user_removals VALUES ('${HAG.address}', ${Date.now() * 1000}, 1)`,
    );
    await play.restarts();
    await play.acts([db.loses`user_removals`, db.has`${roomsOf(HAG.address)} = 0`, db.has`rooms = ${ROOMS}`]);
  });

  it("completes later if the disk refuses a room at first", async () => {
    await play.acts([disk.refuses`DELETE ON affiliations`]);
    const cleared = play.acts([HAG.calls`clear hag66`]);
    await begun();
    const troubles = (): number => play.log.about("is read from the disk again").length;
    await play.until(() => (troubles() > 0 ? true : undefined));
    const [before, started] = [troubles(), performance.now()];
    for (let turn = 0; turn < 500; turn++) await new Promise(setImmediate);
    const seconds = (performance.now() - started) / 1000;
    expect(troubles() - before, "twenty rooms at a time, once a second").to.be.at.most(40 * (1 + seconds));
    await play.acts([disk.recovers()]);
    await cleared;
    expect(play.count(roomsOf(HAG.address))).to.equal(0);
  });
});
