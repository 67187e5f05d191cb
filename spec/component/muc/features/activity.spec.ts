/** Activity of rooms that a client isn't in (XEP-0437). */
import { expect } from "chai";
import { DOMAIN, ROOM } from "../play.js";
import { onStage } from "../stage.js";
import { component, coven, db, everybody } from "../../../plays/component.js";
import { CRONE, crone, each, hag, stranger, wicca } from "../../../plays/people.js";
import { forEach } from "../../../plays/steps.js";

const TOLD = `message ${DOMAIN} | <activity>${ROOM}</activity>`;
const FULL = `presence ${DOMAIN} error wait/resource-constraint`;

describe("activity of rooms that a client isn't in", () => {
  const play = onStage({}, [
    coven.meets`wicca`,
    hag.configures`persistentroom=1`,
    hag.makes`CRONE member`,
    crone.leaves(),
    everybody.hush(),
  ]);

  play.scenes({
    "is announced once to subscribed members until they enter again": [
      crone.subscribes(),
      crone.hears`nothing`,
      hag.says`Fire burn`,
      crone.hears`${TOLD} <this to="CRONE/desktop"/> <no-store xmlns="hints"/>`,
      hag.says`and cauldron bubble`,
      crone.hears`nothing`,
      crone.enters(),
      crone.leaves(),
      everybody.hush(),
      hag.says`Harpier cries`,
      crone.hears`${TOLD}`,
    ],

    "is announced again after a user was kicked, removed, or lost": [
      crone.at("phone").subscribes(),
      hag.says`Fire burn`,
      crone.at("phone").hears`${TOLD}`,
      crone.enters(),
      hag.makes`crone none`,
      everybody.hush(),
      hag.says`and cauldron bubble`,
      crone.at("phone").hears`${TOLD}`,
      crone.enters(),
      everybody.hush(),
      crone.returns`message coven item-not-found`,
      everybody.hush(),
      hag.says`Harpier cries`,
      crone.at("phone").hears`${TOLD}`,
    ],

    "is announced on subscription if anything was sent since the user left, also after a restart": [
      crone.enters(),
      hag.says`Before one leaves`,
      everybody.hush(),
      crone.subscribes(),
      crone.hears`nothing`,
      crone.leaves(),
      everybody.hush(),
      crone.subscribes(),
      crone.hears`nothing`,
      crone.unsubscribes(),
      hag.says`Fire burn`,
      crone.hears`nothing`,
      component.restarts(),
      crone.subscribes(),
      crone.hears`${TOLD}`,
      crone.subscribes(),
      crone.hears`nothing`,
    ],

    "is announced to each session outside, and not to the sender": [
      crone.at("phone").subscribes(),
      crone.enters(),
      crone.subscribes(),
      crone.says`Fire burn`,
      crone.at("phone").hears`nothing`,
      hag.says`and cauldron bubble`,
      crone.at("phone").hears`${TOLD}`,
      crone.misses`${DOMAIN}`,
    ],

    "isn't announced to users who aren't members or no longer are": [
      wicca.leaves(),
      everybody.hush(),
      forEach([stranger, wicca, CRONE, crone], (who) => [who.subscribes(), who.hears`nothing`]),
      crone.at("phone").sends`<presence to="service"/>`,
      hag.makes`CRONE outcast`,
      hag.says`Fire burn`,
      forEach([stranger, wicca, CRONE, crone], (who) => [who.hears`nothing`]),
      db.shows`SELECT jid FROM activity_subscriptions = ${CRONE.address}/desktop`,
    ],

    "isn't announced to members of other rooms": [
      wicca.leaves(),
      wicca.enters`cave`,
      wicca.subscribes(),
      everybody.hush(),
      hag.says`Fire burn`,
      wicca.hears`nothing`,
    ],

    "excludes typing and messages that must not be stored": [
      crone.subscribes(),
      hag.posts`<composing xmlns="states"/>`,
      hag.posts`<body>psst</body><no-store xmlns="hints"/>`,
      crone.hears`nothing`,
    ],

    "is announced by affiliation, whether members or subscribers are more": [
      forEach([crone, hag, hag.at("phone")], (who) => [who.subscribes()]),
      hag.says`Fire burn`,
      crone.hears`${TOLD}`,
      crone.enters(),
      crone.leaves(),
      hag.makes`CRONE outcast`,
      wicca.enters(),
      everybody.hush(),
      wicca.says`and cauldron bubble`,
      crone.hears`nothing`,
      hag.at("phone").hears`${TOLD}`,
    ],

    "is announced further after an error that isn't about the session": [
      crone.subscribes(),
      crone.returns`message service feature-not-implemented`,
      hag.says`Fire burn`,
      crone.hears`${TOLD}`,
    ],

    "isn't announced after the subscription ends by presence, or by an error that comes back": [
      forEach(
        [
          crone.unsubscribes(),
          crone.returns`message service service-unavailable`,
          crone.returns`presence service gone`,
        ],
        (end) => [
          crone.subscribes(),
          end,
          hag.says`Fire burn`,
          crone.hears`nothing`,
          crone.enters(),
          crone.leaves(),
          everybody.hush(),
        ],
      ),
    ],

    "can't be subscribed to while memory is short": [
      component.lacksMemory(),
      forEach([crone, stranger], (who) => [who.subscribes(), who.hears`${FULL}`]),
    ],

    "is announced to up to a hundred thousand sessions": [
      db.runs`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 99999)
        INSERT INTO activity_subscriptions (jid) SELECT 'u' || i || '@qtalk.test.org/x' FROM n`,
      component.restarts(),
      crone.subscribes(),
      crone.at("phone").subscribes(),
      crone.at("phone").hears`${FULL}`,
      crone.subscribes(),
      crone.hears`nothing`,
      crone.unsubscribes(),
      crone.at("phone").subscribes(),
      hag.says`Fire burn`,
      crone.at("phone").hears`${TOLD}`,
    ],

    "continues after a restart for sessions that exist, and ends for others": [
      forEach([crone, crone.at("phone"), crone.at("unversed")], (who) => [who.subscribes()]),
      component.restarts(),
      crone.isAsked`ping | <this id="$id"/>`,
      crone.sends`<iq to="service" id="$id" type="result"/>`,
      crone.at("phone").isAsked`ping | <this id="$other"/>`,
      crone.at("phone").returns`iq service service-unavailable id=$other`,
      crone.at("unversed").isAsked`ping | <this id="$last"/>`,
      crone.at("unversed").returns`iq service feature-not-implemented id=$last`,
      db.loses`activity_subscriptions WHERE jid LIKE '%phone'`,
      hag.says`Fire burn`,
      each(crone, crone.at("unversed")).hears`${TOLD}`,
      crone.at("phone").hears`nothing`,
    ],

    "counts as presence: too many subscriptions are refused by presence errors": [
      component.restarts`{"rooms": {"presences_per_second": 0.1}}`,
      forEach(["first", "second", "third"], () => [crone.at("phone").subscribes()]),
      crone.at("phone").notices`${FULL}`,
    ],
  });

  it("is announced once for each of very many rooms", async () => {
    play.db.exec(`
      WITH RECURSIVE n(i) AS (SELECT 1000 UNION ALL SELECT i + 1 FROM n WHERE i < 1400)
      INSERT INTO rooms (id, name, secret, created_at, locked, listed, options)
        SELECT i, 'room-' || i, x'00', 0, 0, 0, '{"persistent":true}' FROM n;
      INSERT INTO affiliations (room, jid, affiliation, since)
        SELECT id, '${CRONE.address}', 'member', 1 FROM rooms WHERE id >= 1000;
      INSERT INTO archive (id, room, kept, said, sender, nick, stanza)
        SELECT id * 1000, id, 1, 1, 'a@b', 'a', '<message/>' FROM rooms WHERE id >= 1000`);
    await play.acts([crone.subscribes()]);
    const told = play
      .hears(`${CRONE.address}/desktop`)
      .flatMap((message) => message.getChild("rai")?.children ?? []);
    expect([told.length, new Set(told.map(String)).size]).to.deep.equal([401, 401]);
    await play.acts([crone.subscribes(), crone.hears`nothing`]);
  });

  it("is announced to the latest twenty sessions of an account", async () => {
    const clients = Array.from({ length: 22 }, (_, at) => crone.at(`client${at}`));
    await play.restarts({ rooms: { presences_per_second: 1000 } });
    await play.acts([
      [...clients, crone.at("client21")].map((client) => client.subscribes()),
      hag.says`Fire burn`,
    ]);
    await play.acts([each(...clients.slice(2)).hears`${TOLD}`, each(...clients.slice(0, 2)).hears`nothing`]);
  });
});
