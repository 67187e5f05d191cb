import { expect } from "chai";
import { CRONE, HAG, WICCA } from "../people.js";
import { onStage, type Stage } from "../stage.js";

const ROOMS = 400;
/** So many rooms; the hag owns those of even numbers and is a member of the others, which the crone owns. */
const FILL = `
  WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${ROOMS})
  INSERT INTO rooms (id, name, secret, created_at, locked, listed, options)
    SELECT i, 'room-' || i, x'00', 0, 0, 0, '{"persistent":true,"membersOnly":true,"whois":"anyone"}' FROM n;
  INSERT INTO affiliations (room, jid, affiliation, since)
    SELECT id, '${HAG}', iif(id % 2, 'member', 'owner'), 1 FROM rooms;
  INSERT INTO affiliations (room, jid, affiliation, since)
    SELECT id, '${CRONE}', iif(id % 2, 'owner', 'member'), 2 FROM rooms`;
const roomsOf = (jid: string): string => `affiliations WHERE jid = '${jid}'`;
const namesOf = (jid: string): string =>
  `db shows SELECT name FROM ${roomsOf(jid).replace(" ", " JOIN rooms ON id = room ")}`;

describe("removing a user from very many rooms (clear_staff)", () => {
  const play = onStage({}, async (stage) => {
    stage.db.exec(FILL);
    await stage.restarts();
  });

  /** Waits until it is noted who leaves, and before all their rooms are worked off. */
  const begun = async (stage: Stage = play): Promise<void> => {
    while (stage.count("user_removals") === 0) await new Promise(setImmediate);
    expect(stage.count(roomsOf(HAG))).to.not.equal(0);
  };
  /** Plays the first scene while the hag is removed, and the second afterwards. */
  const during = async (meanwhile: string, afterwards = ""): Promise<void> => {
    const cleared = play.acts("HAG calls clear hag66");
    await begun();
    await play.acts(meanwhile);
    await cleared;
    await play.acts(afterwards);
  };

  play.scenes(`
    is complete when the call is answered, and every room has an owner
      HAG calls clear hag66
      db has ${roomsOf(HAG)} = 0
      db has user_removals = 0
      log tells Continuing = 0
      db has affiliations WHERE affiliation = 'owner' = ${ROOMS}

    hands no room to a user who is being removed as well
      db runs INSERT INTO affiliations (room, jid, affiliation, since)
        SELECT id, '${WICCA}', 'member', 3 FROM rooms WHERE id % 4 = 0
      HAG calls clear hag66 &
      HAG calls clear crone1
      db has ${roomsOf(CRONE)} = 0
      db loses ${roomsOf(HAG)}
      db has ${roomsOf(WICCA)} = ${ROOMS / 4}
      db has rooms = ${ROOMS / 4}

    doesn't begin, and keeps keys, if the disk refuses it
      disk refuses INSERT ON user_removals
      HAG calls clear hag66 = /^5 /
      keys revoked = nobody's
      HAG calls users room=room-1 = hag66 crone1
      db has ${roomsOf(HAG)} = ${ROOMS}
  `);

  it("is visible in every room as soon as it is stored", () =>
    during(`
      HAG calls users room=room-${ROOMS} = crone1
      HAG calls say to=room-${ROOMS - 1} still here = 2 User not in Room`));

  it("is announced to everybody inside before later messages", async () => {
    await play.acts(`hag enters room-${ROOMS}\ncrone enters room-${ROOMS}\nall hush`);
    await during(`crone says in room-${ROOMS}: gone?`);
    await play.acts(`
      hag < presence room-${ROOMS}/crone owner/moderator
          < presence room-${ROOMS}/hag unavailable none/none 321 110
      crone < presence room-${ROOMS}/crone owner/moderator 110
            < presence room-${ROOMS}/hag unavailable none/none 321
            < message room-${ROOMS}/crone groupchat "gone?"`);
  });

  it("leaves memberships alone that are granted meanwhile, in any room", () =>
    during(
      `
      CRONE calls add room=room-1 hag66
      CRONE calls add room=room-${ROOMS} hag66
      all forget
      HAG calls users room=room-1 = crone1 hag66
      HAG calls users room=room-${ROOMS} = crone1 hag66`,
      `${namesOf(HAG)} = room-1, room-${ROOMS}`,
    ));

  it("leaves memberships alone that are granted meanwhile to a banned user", async () => {
    play.db.exec(
      `UPDATE affiliations SET affiliation = 'outcast' WHERE room = ${ROOMS - 1} AND jid = '${HAG}'`,
    );
    const query = `<query xmlns="admin"><item affiliation="member" jid="HAG"/></query>`;
    await during(`crone sets room-${ROOMS - 1} ${query}\nall forget`, `${namesOf(HAG)} = room-${ROOMS - 1}`);
  });

  it("ends these memberships, too, if the call is repeated", () =>
    during(
      "CRONE calls add room=room-1 hag66\nHAG calls clear hag66",
      `db has ${roomsOf(HAG)} = 0\nHAG calls clear hag66\ndb has user_removals = 0`,
    ));

  it("doesn't delay the removal of a user with one room", async () => {
    await play.acts("WICCA calls create room=late");
    await during(`HAG calls clear wiccarocks\ndb has user_removals WHERE jid = '${HAG}' = 1`);
  });

  it("continues after a restart", async () => {
    void play.acts("HAG calls clear hag66");
    await begun();
    play.close();
    await new Promise(setImmediate);
    const left = play.count(roomsOf(HAG));
    for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate);
    expect(play.count(roomsOf(HAG)), "nobody goes on")
      .to.equal(left)
      .and.not.equal(0);
    await play.begins({ db: play.db });
    await play.acts(`
      log tells "Continuing to remove 1 user from rooms" = 1
      HAG calls users room=room-${ROOMS} = crone1
      db loses user_removals
      db has ${roomsOf(HAG)} = 0`);
  });

  it("destroys no room, also after a restart, if it is for an erasure", async () => {
    play.db.exec(
      `DELETE FROM ${roomsOf(CRONE)}; INSERT INTO user_removals VALUES ('${HAG}', ${Date.now() * 1000}, 1)`,
    );
    await play.restarts();
    await play.acts(`
      db loses user_removals
      db has ${roomsOf(HAG)} = 0
      db has rooms = ${ROOMS}`);
  });

  it("completes later if the disk refuses a room at first", async () => {
    await play.acts("disk refuses DELETE ON affiliations");
    const cleared = play.acts("HAG calls clear hag66");
    await begun();
    const troubles = (): number => play.log.about("is read from the disk again").length;
    await play.until(() => (troubles() > 0 ? true : undefined));
    const [before, started] = [troubles(), performance.now()];
    for (let turn = 0; turn < 500; turn++) await new Promise(setImmediate);
    const seconds = (performance.now() - started) / 1000;
    expect(troubles() - before, "twenty rooms at a time, once a second").to.be.at.most(40 * (1 + seconds));
    await play.acts("disk recovers");
    await cleared;
    expect(play.count(roomsOf(HAG))).to.equal(0);
  });
});
