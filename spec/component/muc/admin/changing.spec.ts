/** Changes that concern each pair of occupants are made in steps. The component is killed after each step in turn. */
import { expect } from "chai";
import { openDatabase, type Database } from "../../../../storage/database.js";
import { Sqlite } from "../../../../storage/sqlite.js";
import type { Element } from "../../../../component/xml/builder.js";
import { clearStaff } from "../../../../component/operations/users.js";
import { hag, Play, ROOM } from "../play.js";

/** So many occupants that a change takes several steps. */
const CROWD = 60;
const guests = Array.from({ length: CROWD }, (_, n) => `user${n}@qtalk.test.org/pda`);
const everybody = [hag, ...guests];
const BROADCAST = "muc#roomconfig_presencebroadcast";

/** What each occupant's client shows after these stanzas. */
class Clients {
  /** The occupants' addresses that a client shows. */
  readonly shown = new Map<string, Set<string>>(everybody.map((who) => [who, new Set()]));
  /** The type and status codes of the latest presence of a client's own. */
  readonly own = new Map<string, string>();

  constructor(stanzas: readonly Element[]) {
    for (const stanza of stanzas) {
      const { from = "", to = "", type = "available" } = stanza.attrs;
      const x = stanza.getChild("x", "http://jabber.org/protocol/muc#user");
      if (stanza.name !== "presence" || x === undefined) continue;
      const codes = x.getChildren("status").map(({ attrs }) => attrs.code);
      if (codes.includes("110")) this.own.set(to, [type, ...codes].join(" "));
      this.shown.get(to)?.[type === "unavailable" ? "delete" : "add"](from);
    }
  }
}

/** States of the database, each with the number of stanzas written until then. */
type Life = { readonly db: Buffer; readonly written: number }[];

/** Notes the state before each write to the link, so at least once for each step. */
function lifeOf({ db, link }: Play): Life {
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

async function begun(db: Database): Promise<Play> {
  const play = new Play({ db });
  return await play.ready();
}

/** Waits until all changes are complete, and all stanzas are acknowledged. */
async function settled({ db, outbox }: Play): Promise<void> {
  const isChanging = (): boolean => db.prepare("SELECT count(*) FROM rooms_changing").pluck().get() !== 0;
  do await new Promise(setImmediate);
  while (isChanging() || outbox.states.waiting.stanzas > 0);
}

const areOut =
  (code: string) =>
  (clients: Clients): void => {
    for (const who of guests) expect(clients.own.get(who), who).to.equal(`unavailable ${code} 110`);
    expect([...(clients.shown.get(hag) ?? [])]).to.deep.equal([`${ROOM}/hag`]);
  };

/** A request of the owner that concerns each guest by an item of its own. */
const eachOf =
  (item: (n: number) => string) =>
  (play: Play): Promise<unknown> =>
    play.administers(hag, guests.map((_, n) => item(n)).join(""));

const CASES: Readonly<
  Record<string, [change: (play: Play) => Promise<unknown>, check: (clients: Clients) => void]>
> = {
  "kicked at once": [eachOf((n) => `<item nick="nick${n}" role="none"/>`), areOut("307")],
  "banned at once": [
    eachOf((n) => `<item jid="user${n}@qtalk.test.org" affiliation="outcast"/>`),
    areOut("301"),
  ],
  "removed from all rooms": [
    (play) => clearStaff(play.context, { users: guests.map((_, n) => `user${n}`), host: "qtalk.test.org" }),
    areOut("321"),
  ],
  "hidden from each other": [
    (play) => play.configures(hag, { [BROADCAST]: ["moderator"] }),
    ({ shown }) => {
      for (const [n, who] of guests.entries())
        expect([...(shown.get(who) ?? [])].sort(), who).to.deep.equal([`${ROOM}/hag`, `${ROOM}/nick${n}`]);
    },
  ],
  "out of a room that becomes members-only": [
    (play) => play.configures(hag, { "muc#roomconfig_membersonly": "1" }),
    areOut("322"),
  ],
  "banned with their domain": [(play) => play.affiliates(hag, "qtalk.test.org", "outcast"), areOut("301")],
};

describe("A change that concerns everybody in a crowded room", () => {
  for (const [name, [change, check]] of Object.entries(CASES)) {
    it(`goes on after a kill at any step, until all are ${name}`, async () => {
      const play = await begun(openDatabase(":memory:"));
      await play.roomOf(hag, "hag", { "muc#roomconfig_persistentroom": "1" });
      for (const [n, who] of guests.entries()) await play.enters(who, `nick${n}`);
      if (name === "removed from all rooms")
        await eachOf((n) => `<item jid="user${n}@qtalk.test.org" affiliation="member"/>`)(play);
      await settled(play);
      const life = lifeOf(play);
      await change(play);
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
