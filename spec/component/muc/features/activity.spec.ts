/** Activity of rooms that a client isn't in (XEP-0437). */
import { expect } from "chai";
import { CRONE, DOMAIN, ROOM } from "../play.js";
import { onStage } from "../stage.js";

const TOLD = `message ${DOMAIN} | <activity>${ROOM}</activity>`;
const FULL = `presence ${DOMAIN} error wait/resource-constraint`;

describe("activity of rooms that a client isn't in", () => {
  const play = onStage(
    {},
    `coven meets wicca
    hag configures persistentroom=1
    hag makes CRONE member
    crone leaves
    all hush`,
  );

  play.scenes(`
    is announced once to subscribed members until they enter again
      crone subscribes
      crone < nothing
      hag says Fire burn
      crone < ${TOLD} <this to="CRONE/desktop"/> <no-store xmlns="hints"/>
      hag says and cauldron bubble
      crone < nothing
      crone enters
      crone leaves
      all hush
      hag says Harpier cries
      crone < ${TOLD}

    is announced again after a user was kicked, removed, or lost
      crone/phone subscribes
      hag says Fire burn
      crone/phone < ${TOLD}
      crone enters
      hag makes crone none
      all hush
      hag says and cauldron bubble
      crone/phone < ${TOLD}
      crone enters
      all hush
      crone returns message coven item-not-found
      all hush
      hag says Harpier cries
      crone/phone < ${TOLD}

    is announced on subscription if anything was sent since the user left, also after a restart
      crone enters
      hag says Before one leaves
      all hush
      crone subscribes
      crone < nothing
      crone leaves
      all hush
      crone subscribes
      crone < nothing
      crone unsubscribes
      hag says Fire burn
      crone < nothing
      component restarts
      crone subscribes
      crone < ${TOLD}
      crone subscribes
      crone < nothing

    is announced to each session outside, and not to the sender
      crone/phone subscribes
      crone enters
      crone subscribes
      crone says Fire burn
      crone/phone < nothing
      hag says and cauldron bubble
      crone/phone < ${TOLD}
      crone !~ ${DOMAIN}

    isn't announced to users who aren't members or no longer are
      wicca leaves
      all hush
      for $who in stranger wicca CRONE crone
        $who subscribes
        $who < nothing
      crone/phone sends <presence to="service"/>
      hag makes CRONE outcast
      hag says Fire burn
      for $who in stranger wicca CRONE crone
        $who < nothing
      db shows SELECT jid FROM activity_subscriptions = ${CRONE}/desktop

    isn't announced to members of other rooms
      wicca leaves
      wicca enters cave
      wicca subscribes
      all hush
      hag says Fire burn
      wicca < nothing

    excludes typing and messages that must not be stored
      crone subscribes
      hag posts <composing xmlns="states"/>
      hag posts <body>psst</body><no-store xmlns="hints"/>
      crone < nothing

    is announced by affiliation, whether members or subscribers are more
      for $who in crone hag hag/phone
        $who subscribes
      hag says Fire burn
      crone < ${TOLD}
      crone enters
      crone leaves
      hag makes CRONE outcast
      wicca enters
      all hush
      wicca says and cauldron bubble
      crone < nothing
      hag/phone < ${TOLD}

    is announced further after an error that isn't about the session
      crone subscribes
      crone returns message service feature-not-implemented
      hag says Fire burn
      crone < ${TOLD}

    isn't announced after the subscription ends by presence, or by an error that comes back
      for $end in unsubscribes "returns message service service-unavailable" "returns presence service gone"
        crone subscribes
        crone $end
        hag says Fire burn
        crone < nothing
        crone enters
        crone leaves
        all hush

    can't be subscribed to while memory is short
      memory lacks
      for $who in crone stranger
        $who subscribes
        $who < ${FULL}

    is announced to up to a hundred thousand sessions
      db runs WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 99999)
        INSERT INTO activity_subscriptions (jid) SELECT 'u' || i || '@qtalk.test.org/x' FROM n
      component restarts
      crone subscribes
      crone/phone subscribes
      crone/phone < ${FULL}
      crone subscribes
      crone < nothing
      crone unsubscribes
      crone/phone subscribes
      hag says Fire burn
      crone/phone < ${TOLD}

    continues after a restart for sessions that exist, and ends for others
      for $who in crone crone/phone crone/unversed
        $who subscribes
      component restarts
      crone is asked ping | <this id="$id"/>
      crone sends <iq to="service" id="$id" type="result"/>
      crone/phone is asked ping | <this id="$other"/>
      crone/phone returns iq service service-unavailable id=$other
      crone/unversed is asked ping | <this id="$last"/>
      crone/unversed returns iq service feature-not-implemented id=$last
      db loses activity_subscriptions WHERE jid LIKE '%phone'
      hag says Fire burn
      crone, crone/unversed < ${TOLD}
      crone/phone < nothing

    counts as presence: too many subscriptions are refused by presence errors
      component restarts {"rooms": {"presences_per_second": 0.1}}
      for $time in first second third
        crone/phone subscribes
      crone/phone ~ ${FULL}
  `);

  it("is announced once for each of very many rooms", async () => {
    play.db.exec(`
      WITH RECURSIVE n(i) AS (SELECT 1000 UNION ALL SELECT i + 1 FROM n WHERE i < 1400)
      INSERT INTO rooms (id, name, secret, created_at, locked, listed, options)
        SELECT i, 'room-' || i, x'00', 0, 0, 0, '{"persistent":true}' FROM n;
      INSERT INTO affiliations (room, jid, affiliation, since)
        SELECT id, '${CRONE}', 'member', 1 FROM rooms WHERE id >= 1000;
      INSERT INTO archive (id, room, kept, said, sender, nick, stanza)
        SELECT id * 1000, id, 1, 1, 'a@b', 'a', '<message/>' FROM rooms WHERE id >= 1000`);
    await play.acts("crone subscribes");
    const told = play.hears(`${CRONE}/desktop`).flatMap((message) => message.getChild("rai")?.children ?? []);
    expect([told.length, new Set(told.map(String)).size]).to.deep.equal([401, 401]);
    await play.acts("crone subscribes\ncrone < nothing");
  });

  it("is announced to the latest twenty sessions of an account", async () => {
    const clients = Array.from({ length: 22 }, (_, at) => `crone/client${at}`);
    const all = (which: readonly string[], what: string) => which.map((who) => `${who} ${what}`).join("\n");
    await play.restarts({ rooms: { presences_per_second: 1000 } });
    await play.acts(`${all([...clients, "crone/client21"], "subscribes")}\nhag says Fire burn`);
    await play.acts(`${all(clients.slice(2), `< ${TOLD}`)}\n${all(clients.slice(0, 2), "< nothing")}`);
  });
});
