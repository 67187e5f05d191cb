/** Activity of rooms that a client isn't in (XEP-0437). */
import { expect } from "chai";
import type { Element } from "../../../../component/xml/builder.js";
import {
  crone,
  CRONE,
  DOMAIN,
  errorOf,
  HAG,
  hag,
  onStage,
  ROOM,
  stranger,
  lineOf,
  wiccarocks,
  errorXml,
} from "../play.js";

const RAI = "urn:xmpp:rai:0";
const LEAVES = `<presence to="${ROOM}" type="unavailable"/>`;
const phone = `${CRONE}/phone`;

/** The rooms that a message tells of. */
const roomsIn = (stanza: Element): string[] =>
  (stanza.getChild("rai", RAI)?.getChildren("activity") ?? []).map((room) => room.getText());

describe("activity of rooms that a client isn't in", () => {
  const play = onStage({}, async (play) => {
    await play.coven([wiccarocks, "wicca"]);
    await play.configures(hag, { "muc#roomconfig_persistentroom": "1" });
    await play.affiliates(hag, CRONE, "member");
    play.hears(crone);
  });

  const subscribes = async (who: string): Promise<string[]> => {
    await play.sends(who, `<presence to="${DOMAIN}"><rai xmlns="${RAI}"/></presence>`);
    return news(who);
  };
  const news = (who: string): string[] => play.hears(who).flatMap(roomsIn);
  const leaves = async (who: string): Promise<void> => {
    await play.sends(who, LEAVES);
    play.hears(who);
  };

  it("is announced once to subscribed members until they enter again", async () => {
    await leaves(crone);
    expect(await subscribes(crone)).to.deep.equal([]);
    await play.says(hag, "Fire burn");
    const [message, ...more] = play.hears(crone);
    expect(more).to.deep.equal([]);
    expect(roomsIn(message!)).to.deep.equal([ROOM]);
    expect(message?.attrs).to.include({ from: DOMAIN, to: crone });
    expect(message?.getChild("no-store", "urn:xmpp:hints")).not.to.equal(undefined);
    await play.says(hag, "and cauldron bubble");
    play.receives(crone);
    await play.enters(crone, "crone");
    await leaves(crone);
    await play.says(hag, "Harpier cries");
    expect(news(crone)).to.deep.equal([ROOM]);
  });

  it("is announced on subscription if anything was sent since the user left, also after a restart", async () => {
    await play.says(hag, "Before one leaves");
    expect(await subscribes(crone), "one is inside").to.deep.equal([]);
    await leaves(crone);
    expect(await subscribes(crone), "nothing was said since").to.deep.equal([]);
    expect(play.link.written.filter(({ attrs }) => attrs.from === DOMAIN)).to.deep.equal([]);
    await play.sends(crone, `<presence to="${DOMAIN}" type="unavailable"/>`);
    await play.says(hag, "Fire burn");
    play.receives(crone);
    await play.restarts();
    expect(await subscribes(crone)).to.deep.equal([ROOM]);
    expect(await subscribes(crone), "once").to.deep.equal([]);
  });

  it("is announced to each session outside, and not to the sender", async () => {
    for (const who of [crone, phone]) await subscribes(who);
    await play.says(crone, "Fire burn");
    expect(news(phone)).to.deep.equal([]);
    await play.says(hag, "and cauldron bubble");
    expect(news(phone)).to.deep.equal([ROOM]);
    expect(news(crone)).to.deep.equal([]);
  });

  it("isn't announced to users who aren't members or no longer are", async () => {
    for (const who of [stranger, wiccarocks]) expect(await subscribes(who)).to.deep.equal([]);
    expect(await subscribes(CRONE), "no session").to.deep.equal([]);
    await play.sends(phone, `<presence to="${DOMAIN}"/>`);
    await leaves(wiccarocks);
    await leaves(crone);
    await subscribes(crone);
    await play.affiliates(hag, CRONE, "outcast");
    await play.says(hag, "Fire burn");
    for (const who of [crone, CRONE, stranger, wiccarocks]) expect(news(who), who).to.deep.equal([]);
    expect(play.db.prepare("SELECT jid FROM activity_subscriptions").pluck().all()).to.deep.equal([crone]);
  });

  it("isn't announced to members of other rooms", async () => {
    await leaves(wiccarocks);
    await play.enters(wiccarocks, "wicca", "", ROOM.replace("coven", "cave"));
    await subscribes(wiccarocks);
    await play.says(hag, "Fire burn");
    expect(news(wiccarocks)).to.deep.equal([]);
  });

  it("excludes typing and messages that must not be stored", async () => {
    await leaves(crone);
    await subscribes(crone);
    await play.posts(hag, `<composing xmlns="http://jabber.org/protocol/chatstates"/>`);
    await play.posts(hag, `<body>psst</body><no-store xmlns="urn:xmpp:hints"/>`);
    play.receives(crone);
  });

  it("is announced by affiliation, whether members or subscribers are more", async () => {
    await leaves(crone);
    for (const who of [crone, hag, `${HAG}/phone`]) await subscribes(who);
    await play.says(hag, "Fire burn");
    expect(news(crone)).to.deep.equal([ROOM]);
    await play.enters(crone, "crone");
    await leaves(crone);
    await play.affiliates(hag, CRONE, "outcast");
    play.hears(crone);
    await play.enters(wiccarocks, "wicca");
    await play.says(wiccarocks, "and cauldron bubble");
    expect(news(crone)).to.deep.equal([]);
    expect(news(`${HAG}/phone`)).to.deep.equal([ROOM]);
  });

  it("is announced further after an error that isn't about the session", async () => {
    await leaves(crone);
    await subscribes(crone);
    const error = errorXml("feature-not-implemented");
    await play.sends(crone, `<message to="${DOMAIN}" type="error">${error}</message>`);
    await play.says(hag, "Fire burn");
    expect(news(crone)).to.deep.equal([ROOM]);
  });

  it("can't be subscribed to while memory is short", async () => {
    play.memory.isShort = true;
    for (const who of [crone, stranger]) {
      await play.sends(who, `<presence to="${DOMAIN}"><rai xmlns="${RAI}"/></presence>`);
      play.refused(who, "wait/resource-constraint");
    }
  });

  it("is announced once for each of very many rooms", async () => {
    await leaves(crone);
    play.db.exec(`
      WITH RECURSIVE n(i) AS (SELECT 1000 UNION ALL SELECT i + 1 FROM n WHERE i < 1400)
      INSERT INTO rooms (id, name, secret, created_at, locked, listed, options)
        SELECT i, 'room-' || i, x'00', 0, 0, 0, '{"persistent":true}' FROM n;
      INSERT INTO affiliations (room, jid, affiliation, since)
        SELECT id, '${CRONE}', 'member', 1 FROM rooms WHERE id >= 1000;
      INSERT INTO archive (id, room, kept, said, sender, nick, stanza)
        SELECT id * 1000, id, 1, 1, 'a@b', 'a', '<message/>' FROM rooms WHERE id >= 1000`);
    const rooms = await subscribes(crone);
    expect([rooms.length, new Set(rooms).size]).to.deep.equal([401, 401]);
    expect(await subscribes(crone)).to.deep.equal([]);
  });

  it("is announced to up to a hundred thousand sessions", async () => {
    play.db.exec(`
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 99999)
      INSERT INTO activity_subscriptions (jid) SELECT 'u' || i || '@qtalk.test.org/x' FROM n`);
    await play.restarts();
    await subscribes(crone);
    await play.sends(phone, `<presence to="${DOMAIN}"><rai xmlns="${RAI}"/></presence>`);
    play.refused(phone, "wait/resource-constraint");
    await play.sends(crone, `<presence to="${DOMAIN}"><rai xmlns="${RAI}"/></presence>`);
    play.receives(crone);
    await play.sends(crone, `<presence to="${DOMAIN}" type="unavailable"/>`);
    await subscribes(phone);
    await leaves(crone);
    await play.says(hag, "Fire burn");
    expect(news(phone)).to.deep.equal([ROOM]);
  });

  const gone = errorXml("service-unavailable");
  for (const [how, stanza] of Object.entries({
    "by presence": `<presence to="${DOMAIN}" type="unavailable"/>`,
    "by an error that comes back": `<message to="${DOMAIN}" type="error">${gone}</message>`,
    "by presence that is an error": `<presence to="${DOMAIN}" type="error">${gone}</presence>`,
  })) {
    it(`isn't announced after the subscription ends ${how}`, async () => {
      await leaves(crone);
      await subscribes(crone);
      await play.sends(crone, stanza);
      await play.says(hag, "Fire burn");
      play.receives(crone);
    });
  }

  it("continues after a restart for sessions that exist, and ends for others", async () => {
    await leaves(crone);
    const unversed = `${CRONE}/unversed`;
    for (const who of [crone, phone, unversed]) await subscribes(who);
    await play.restarts();
    for (const [who, answer] of [
      [crone, `type="result"/>`],
      [phone, `type="error">${gone}</iq>`],
      [unversed, `type="error">${gone.replace("service-unavailable", "feature-not-implemented")}</iq>`],
    ] as const) {
      const ping = await play.until(() =>
        play.link.written.find(({ attrs, name }) => name === "iq" && attrs.to === who),
      );
      await play.sends(who, `<iq to="${DOMAIN}" id="${ping.attrs.id}" ${answer}`);
    }
    await play.until(() => {
      const left = play.count("activity_subscriptions");
      return left === 2 ? true : undefined;
    });
    await play.says(hag, "Fire burn");
    for (const who of [crone, unversed]) expect(news(who), who).to.deep.equal([ROOM]);
    expect(news(phone)).to.deep.equal([]);
  });

  it("counts as presence: too many subscriptions are refused by presence errors", async () => {
    await play.restarts({ rooms: { presences_per_second: 0.1 } });
    for (let count = 0; count < 3; count += 1) {
      await play.sends(phone, `<presence to="${DOMAIN}"><rai xmlns="${RAI}"/></presence>`);
    }
    const refused = play.hears(phone).filter(({ attrs }) => attrs.type === "error");
    expect(refused.map(errorOf)).to.include("wait/resource-constraint");
    expect(refused.map(lineOf).join()).to.contain(`presence ${DOMAIN} error`);
  });

  it("is announced to the latest twenty sessions of an account", async () => {
    await play.restarts({ rooms: { presences_per_second: 1000 } });
    const sessions = Array.from({ length: 22 }, (_, index) => `${CRONE}/client${index}`);
    for (const session of sessions) await subscribes(session);
    await subscribes(sessions[21]!);
    await play.says(hag, "Fire burn");
    expect(sessions.filter((session) => news(session).length > 0)).to.deep.equal(sessions.slice(2));
  });
});
