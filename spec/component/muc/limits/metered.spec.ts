/** Requests don't delay other users, however large a room's archive is. */
import { expect } from "chai";
import { busiestTurn } from "../../../support/turns.js";
import { ROOM, type PlayOptions, read } from "../play.js";
import { onStage } from "../stage.js";
import { db } from "../../../plays/component.js";
import { crone, hag, person, wicca } from "../../../plays/people.js";
import type { RoomStep } from "../../../plays/rooms.js";

const CORRECT = "urn:xmpp:message-correct:0";
const retracts = (id: string): RoomStep => crone.posts`<retract xmlns="retract" id="${id}"/>`;
/**
 * No turn of the event loop may be longer, in milliseconds of CPU time; what is tested took thousands. The fuzzer holds
 * it to 200: beside other processes the same work takes more of it.
 */
const MAX_BUSY_MS = 500;
const LATER = 60_000;

describe("a large archive", () => {
  const play = onStage();
  const begin = async (rooms: PlayOptions["rooms"] = {}): Promise<void> => {
    await play.begins({ rooms, messageBytes: 262_144 });
    await play.coven();
  };

  /** The room has this message of crone's so many times: in the database, as saying them all would take long. */
  const filled = async (count: number, children: string): Promise<void> => {
    await play.posts(crone.address, children, "m0");
    const columns = play.db
      .prepare<[], string>("SELECT name FROM pragma_table_info('archive')")
      .pluck()
      .all();
    const others = columns.filter((name) => name !== "id").join();
    const first = `stanza LIKE '%id="m0"%' ORDER BY id LIMIT 1`;
    const copy = play.db.prepare(
      `INSERT INTO archive (id, ${others}) SELECT id + ?, ${others} FROM archive WHERE ${first}`,
    );
    play.db.transaction(() => {
      for (let more = 1; more < count; more++) copy.run(more);
    })();
  };
  const indexes = async (): Promise<void> => {
    while (play.service.housekeeping.index(Date.now() + LATER)) await new Promise(setImmediate);
  };
  const search = (words: string): string => `{urn:xmpp:fulltext:0}fulltext=${words}`;

  it("is searched for a retracted message without parsing it", async () => {
    await begin();
    await filled(200, `<body>x</body>${"<a/>".repeat(4_000)}`);
    expect(await busiestTurn(() => play.acts([retracts("none")]))).to.be.below(MAX_BUSY_MS);
  });

  it("lets old messages be retracted by the id that the sender gave them", async () => {
    await begin();
    await play.says(crone.address, "a secret", "old");
    await filled(600, "<body>x</body>");
    await play.acts([retracts("old"), db.has`archive WHERE stanza LIKE '%a secret%' = 0`]);
  });

  it("loses very many long corrections of a retracted message", async () => {
    await begin({ messages_per_second: 1000 });
    await play.says(crone.address, "first", "first");
    await filled(500, `<body>a secret ${"x".repeat(100_000)}</body><replace xmlns="${CORRECT}" id="first"/>`);
    const busy = await busiestTurn(async () => {
      await play.acts([retracts("first")]);
      const left = play.db.prepare(
        "SELECT 1 FROM archive WHERE replaces IS NOT NULL AND retracted = 0 LIMIT 1",
      );
      while (left.get() !== undefined) await new Promise(setImmediate);
    });
    expect(busy).to.be.below(MAX_BUSY_MS);
    await play.acts([db.has`archive WHERE stanza LIKE '%a secret%' = 0`]);
  });

  for (const [name, text] of [
    ["characters that fold to eighteen", "\ufdfa".repeat(40_000)],
    ["one letter with very many accents", `a${"\u0301\u0323".repeat(30_000)}`],
    ["very many words", "lorem ipsum dolor sit amet ".repeat(7_500)],
  ] as const) {
    it(`can be searched in ${name}, with and without its index`, async () => {
      await begin();
      await filled(100, `<body>${text}</body>`);
      const searches = () =>
        play.acts([crone.reads`${search("nothing")} = *`, crone.reads`${search("q")} = *`]);
      expect(await busiestTurn(searches), "before").to.be.below(MAX_BUSY_MS);
      expect(await busiestTurn(indexes), "indexing").to.be.below(MAX_BUSY_MS);
      expect(await busiestTurn(searches), "after").to.be.below(MAX_BUSY_MS);
    });
  }

  it("is read in pages without parsing messages", async () => {
    await begin();
    await filled(200, `<body>x</body>${"<a/>".repeat(4_000)}`);
    // The stage's link would read them all, not only the ack requests.
    play.link.write = (text) => {
      for (const [request] of text.matchAll(/<message [^>]*id="ack-[^>]*><no-store[^>]*><\/message>/g))
        setImmediate(() => play.link.emit("stanza", read(request)));
      return true;
    };
    const { user } = process.cpuUsage();
    for (let count = 0; count < 5; count++)
      await play.sends(
        crone.address,
        `<iq type="set" to="${ROOM}" id="${count}"><query xmlns="urn:xmpp:mam:2"/></iq>`,
      );
    expect((process.cpuUsage().user - user) / 1000).to.be.below(MAX_BUSY_MS);
  });

  it("doesn't slow down entering a room with many large presences, also after a restart", async () => {
    await begin();
    const presence = `<presence to="${ROOM}/crone"><a xmlns="urn:x">${"<a/>".repeat(3_900)}</a></presence>`;
    await play.sends(crone.address, presence);
    const copy = play.db.prepare(
      `INSERT INTO occupants (room, jid, nick, role, presence, present_at)
       SELECT room, ? || jid, ? || nick, role, replace(presence, 'urn:x', 'urn:x' || ?), present_at
       FROM occupants WHERE nick = 'crone'`,
    );
    for (let count = 0; count < 200; count++) copy.run(`${count}`, `${count}`, `${count}`);
    await play.restarts();
    const enter = `<presence to="${ROOM}/wiccarocks"><x xmlns="http://jabber.org/protocol/muc"/></presence>`;
    // The stage's link would read them.
    let written = "";
    play.link.write = (text) => (written += text) !== "";
    const busy = await busiestTurn(async () => {
      void play.sends(wicca.address, enter);
      while (!written.includes("coven@conference.qtalk.test.org/199crone")) await new Promise(setImmediate);
    });
    expect(busy).to.be.below(MAX_BUSY_MS);
  });

  it("stops a search when the user's budget is used up, and answers others", async () => {
    await begin({ read_bytes_per_second: 16 * 1024 });
    await filled(200, `<body>${"lorem ipsum ".repeat(1_000)}</body>`);
    await play.acts([
      crone.reads`${search("q")} = wait/resource-constraint by coven`,
      hag.reads`${search("lorem")} = /lorem/`,
      wicca.asks`archive`,
    ]);
  });

  it("answers a small request before the large ones of many others", async () => {
    await begin();
    await filled(300, `<body>${"lorem ipsum ".repeat(1_000)}</body>`);
    const searches = Array.from({ length: 72 }, (_, n) =>
      play.acts([person(`reader${n % 24}`).reads`${search("q".repeat(1 + (n % 3)))} = *`]),
    );
    let answered = 0;
    for (const search of searches) search.finally(() => (answered += 1)).catch(() => undefined);
    await play.acts([wicca.asks`archive`]);
    expect(answered).to.be.below(24);
    await Promise.all(searches);
  });
});
