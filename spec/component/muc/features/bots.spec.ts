/** Bots, which occupants see as occupants, and which nothing counts. */
import { Jid, type FullJid } from "../../../../component/addresses/address.js";
import type { RoomBot } from "../../../../component/muc/room/room-rules.js";
import { DOMAIN } from "../play.js";
import { onStage, type Stage } from "../stage.js";
import { bot, coven, db, everybody } from "../../../plays/component.js";
import { CRONE, crone, hag, person, wicca } from "../../../plays/people.js";
import { type RoomStage } from "../../../plays/rooms.js";
import { type Steps } from "../../../plays/steps.js";

const OPS = `ops@${DOMAIN}`;
const alerts = bot("Alertmanager");
const photo = (hash: string): string => `<x xmlns="vcard-temp:x:update"><photo>${hash}</photo></x>`;
const ALERTS: RoomBot = {
  jid: Jid.parse(`${OPS}/bot`) as FullJid,
  title: "Alertmanager",
  presence: photo("abc"),
};
const ENTERS = "presence coven/Alertmanager none/participant";
const LEAVES = "presence coven/Alertmanager unavailable none/none";
const said = (text: string): string => `message coven/Alertmanager groupchat "${text}"`;

/** Plays, restarts with these bots, and plays on. */
async function goesOn(play: Stage, bots: readonly RoomBot[], scene: Steps<RoomStage>): Promise<void> {
  await play.restarts({ bots });
  await play.acts(scene);
}

describe("bots that post to a room", () => {
  onStage({ bots: [ALERTS] }).scenes({
    "are seen inside by newcomers, with picture and profile, and by nobody else's count": [
      hag.opens`persistentroom=1 publicroom=1`,
      crone.enters(),
      crone.notices`${ENTERS} | <item affiliation="none" role="participant" jid="!"/> <photo>abc</photo>
            <hats xmlns="hats"><hat title="bot" uri="urn:qtalk:hats:bot"/></hats>`,
      crone.asks`items | <item name="Alertmanager"/> <item name="hag"/> <item name="crone"/>`,
      crone.asks`info | {muc#roominfo_occupants=2} {urn:xmpp:hats:0}`,
      crone.asks`service items | <item name="coven (2)"/>`,
      crone.asks`coven/Alertmanager vcard | <FN>${OPS}</FN>`,
    ],

    "show their address to those who see addresses": [
      hag.opens`whois=anyone`,
      crone.enters(),
      crone.notices`${ENTERS} | <item jid="${OPS}/bot"/>`,
    ],

    "have their names reserved": [
      coven.meets(),
      wicca.enters`as ALERTMANAGER`,
      wicca.hears`presence coven/ALERTMANAGER error cancel/conflict by coven`,
    ],

    "don't count towards the limit, and don't keep a room": [
      hag.opens`maxusers=2`,
      crone.enters(),
      wicca.enters(),
      wicca.hears`presence coven/wicca error wait/service-unavailable by coven`,
      crone.leaves(),
      hag.leaves(),
      db.has`rooms = 0`,
    ],

    "leave when they are banned, and their posts are refused": [
      coven.meets(),
      hag.makes`Alertmanager none = cancel/not-allowed by coven`,
      hag.administers`<item nick="Alertmanager" affiliation="outcast"/>`,
      crone.notices`${LEAVES}`,
      alerts.announces`still here? = refused`,
      crone.hears`nothing`,
      hag.makes`${OPS} none`,
      crone.notices`${ENTERS}`,
    ],

    "are hidden with their role, and may speak": [
      hag.opens`presencebroadcast=moderator`,
      crone.enters(),
      everybody.hush(),
      alerts.announces`hello`,
      crone.hears`${said("hello")}`,
    ],

    "invite absent members from their own address, also if the room hides addresses": [
      hag.opens`persistentroom=1`,
      hag.makes`CRONE member`,
      hag.configures`membersonly=1`,
      alerts.announces`hello`,
      CRONE.notices`message ops`,
    ],

    "get no invitations, and read no private messages": [
      hag.opens`persistentroom=1`,
      hag.makes`${OPS} member`,
      hag.configures`membersonly=1`,
      hag.says`hello`,
      hag.invites`${OPS}`,
      person(OPS).hears`nothing`,
      everybody.hush(),
      hag.whispers`Alertmanager psst`,
      hag.hears`message coven/Alertmanager error cancel/service-unavailable`,
    ],
  });
});

describe("bots of hooks that are new or changed", () => {
  const play = onStage();

  it("enter before their first message, once, also after a restart", async () => {
    await play.acts([coven.meets()]);
    await goesOn(
      play,
      [ALERTS],
      [
        alerts.announces`one`,
        alerts.announces`two`,
        crone.hears`${ENTERS}
          < ${said("one")}
          < ${said("two")}`,
      ],
    );
    await goesOn(play, [ALERTS], [alerts.announces`three`, crone.hears`${said("three")}`]);
  });

  it("cost nothing in a room without occupants, and are there when one enters", async () => {
    await play.acts([hag.opens`persistentroom=1`, hag.leaves()]);
    await goesOn(play, [ALERTS], [alerts.announces`one`, db.has`rooms WHERE bots IS NULL = 1`]);
    await play.acts([hag.hears`nothing`, crone.enters(), crone.notices`${ENTERS}`]);
  });

  it("are changed or leave with the next message of anybody", async () => {
    const presence = photo("new");
    await play.begins({ bots: [ALERTS] });
    await play.acts([hag.opens`persistentroom=1`]);
    await goesOn(
      play,
      [{ ...ALERTS, presence }],
      [hag.says`hello`, hag.notices`${ENTERS} | <photo>new</photo>`],
    );
    await goesOn(
      play,
      [{ ...ALERTS, title: "Alerts", presence }],
      [
        hag.says`and now`,
        hag.hears`message coven/hag groupchat "and now"
          < presence coven/Alertmanager unavailable none/participant 303
          < presence coven/Alerts none/participant`,
      ],
    );
    await goesOn(play, [], [hag.says`bye`, hag.notices`presence coven/Alerts unavailable none/none`]);
  });

  it("yield their name to an occupant who was there before", async () => {
    await play.acts([coven.meets`alertmanager`]);
    await goesOn(
      play,
      [ALERTS],
      [
        alerts.announces`hello`,
        crone.hears`presence coven/ops none/participant
          < message coven/ops groupchat "hello"`,
      ],
    );
  });
});
