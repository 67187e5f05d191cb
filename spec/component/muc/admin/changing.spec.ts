/** Changes that concern each pair of occupants are made in steps. The component is killed after each step in turn. */
import { expect } from "chai";
import { openDatabase, type Database } from "../../../../storage/database.js";
import { Sqlite } from "../../../../storage/sqlite.js";
import { Clients } from "../clients.js";
import { ROOM } from "../play.js";
import { Stage } from "../stage.js";
import { hag, person, HAG } from "../../../plays/people.js";
import { type RoomStep } from "../../../plays/rooms.js";

/** So many occupants that a change takes several steps. */
const CROWD = 60;
const guests = Array.from({ length: CROWD }, (_, n) => `user${n}@qtalk.test.org/pda`);

/** States of the database, each with the number of stanzas written until then. */
type Life = { readonly db: Buffer; readonly written: number }[];

/** Notes the state before each write to the link, so at least once for each step. */
function lifeOf({ db, link }: Stage): Life {
  const life: Life = [];
  const write = link.write.bind(link);
  const last = db.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'outbox'").pluck();
  const before = last.get();
  link.write = (text) => {
    // Pings of occupants may be written before the change is stored.
    if (last.get() !== before) life.push({ db: db.serialize(), written: link.written.length });
    return write(text);
  };
  return life;
}

const begun = (db: Database): Promise<Stage> => new Stage({ db }).ready();

/** Waits until all changes are complete, and all stanzas are acknowledged. */
async function settled({ db, outbox }: Stage): Promise<void> {
  const isChanging = (): boolean => db.prepare("SELECT count(*) FROM rooms_changing").pluck().get() !== 0;
  do await new Promise(setImmediate);
  while (isChanging() || outbox.states.waiting.stanzas > 0);
}

const areOut =
  (code: string) =>
  (clients: Clients): void => {
    for (const who of guests) expect(clients.own.get(who), who).to.equal(`unavailable ${code} 110`);
    expect([...(clients.shown.get(hag.address)?.keys() ?? [])]).to.deep.equal([`${ROOM}/hag`]);
  };

const each = (item: (n: number) => string): RoomStep =>
  hag.makes`${guests.map((_, n) => item(n)).join("; ")}`;

const CASES: Readonly<Record<string, [change: RoomStep, check: (clients: Clients) => void]>> = {
  "kicked at once": [each((n) => `nick${n} none`), areOut("307")],
  "banned at once": [each((n) => `USER${n} outcast`), areOut("301")],
  "removed from all rooms": [HAG.calls`clear ${guests.map((_, n) => `user${n}`).join(" ")}`, areOut("321")],
  "hidden from each other": [
    hag.configures`presencebroadcast=moderator`,
    ({ shown }) => {
      for (const [n, who] of guests.entries())
        expect([...(shown.get(who)?.keys() ?? [])], who).to.have.members([`${ROOM}/hag`, `${ROOM}/nick${n}`]);
    },
  ],
  "out of a room that becomes members-only": [hag.configures`membersonly=1`, areOut("322")],
  "banned with their domain": [hag.makes`qtalk.test.org outcast`, areOut("301")],
};

describe("A change that concerns everybody in a crowded room", () => {
  for (const [name, [change, check]] of Object.entries(CASES)) {
    it(`goes on after a kill at any step, until all are ${name}`, async () => {
      const play = await begun(openDatabase(":memory:"));
      await play.acts([hag.opens`persistentroom=1`]);
      for (const n of guests.keys()) await play.acts([person(`user${n}`).enters`as nick${n}`]);
      if (name === "removed from all rooms") await play.acts([each((n) => `USER${n} member`)]);
      await settled(play);
      const life = lifeOf(play);
      await play.acts([change]);
      await settled(play);
      const { written } = play.link;
      check(new Clients(written));
      play.close();
      let unfinished = 0;
      for (const { db, written: until } of life) {
        const next = await begun(new Sqlite(db));
        unfinished += Number(next.count("rooms_changing"));
        await settled(next);
        check(new Clients([...written.slice(0, until), ...next.link.written]));
        next.close();
      }
      expect(unfinished, "kills in the middle").to.be.above(2);
    });
  }
});
