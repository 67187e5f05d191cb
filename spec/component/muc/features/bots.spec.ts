/** Bots, which occupants see as occupants, and which nothing counts. */
import { Jid, type FullJid } from "../../../../component/addresses/address.js";
import type { RoomBot } from "../../../../component/muc/room/room-rules.js";
import { DOMAIN } from "../play.js";
import { onStage, type Stage } from "../stage.js";

const OPS = `ops@${DOMAIN}`;
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
async function goesOn(play: Stage, bots: readonly RoomBot[], scene: string): Promise<void> {
  await play.restarts({ bots });
  await play.acts(scene);
}

describe("bots that post to a room", () => {
  onStage({ bots: [ALERTS] }).scenes(`
    are seen inside by newcomers, with picture and profile, and by nobody else's count
      hag opens persistentroom=1 publicroom=1
      crone enters
      crone ~ ${ENTERS} | <item affiliation="none" role="participant" jid="!"/> <photo>abc</photo>
        <hats xmlns="hats"><hat title="bot" uri="urn:qtalk:hats:bot"/></hats>
      crone asks items | <item name="Alertmanager"/> <item name="hag"/> <item name="crone"/>
      crone asks info | {muc#roominfo_occupants=2} {urn:xmpp:hats:0}
      crone asks service items | <item name="coven (2)"/>
      crone asks coven/Alertmanager vcard | <FN>${OPS}</FN>

    show their address to those who see addresses
      hag opens whois=anyone
      crone enters
      crone ~ ${ENTERS} | <item jid="${OPS}/bot"/>

    have their names reserved
      coven meets
      wicca enters as ALERTMANAGER
      wicca < presence coven/ALERTMANAGER error cancel/conflict by coven

    don't count towards the limit, and don't keep a room
      hag opens maxusers=2
      crone enters
      wicca enters
      wicca < presence coven/wicca error wait/service-unavailable by coven
      crone leaves
      hag leaves
      db has rooms = 0

    leave when they are banned, and their posts are refused
      coven meets
      hag makes Alertmanager none = cancel/not-allowed by coven
      hag administers <item nick="Alertmanager" affiliation="outcast"/>
      crone ~ ${LEAVES}
      Alertmanager announces still here?
      crone < nothing
      hag makes ${OPS} none
      crone ~ ${ENTERS}

    are hidden with their role, and may speak
      hag opens presencebroadcast=moderator
      crone enters
      all hush
      Alertmanager announces hello
      crone < ${said("hello")}

    invite absent members from their own address, also if the room hides addresses
      hag opens persistentroom=1
      hag makes CRONE member
      hag configures membersonly=1
      Alertmanager announces hello
      CRONE ~ message ops

    get no invitations, and read no private messages
      hag opens persistentroom=1
      hag makes ${OPS} member
      hag configures membersonly=1
      hag says hello
      hag invites ${OPS}
      ${OPS} < nothing
      all hush
      hag whispers Alertmanager psst
      hag < message coven/Alertmanager error cancel/service-unavailable
  `);
});

describe("bots of hooks that are new or changed", () => {
  const play = onStage();

  it("enter before their first message, once, also after a restart", async () => {
    await play.acts("coven meets");
    const [one, two] = ["Alertmanager announces one", "Alertmanager announces two"];
    await goesOn(play, [ALERTS], `${one}\n${two}\ncrone < ${ENTERS}\n  < ${said("one")}\n  < ${said("two")}`);
    await goesOn(play, [ALERTS], `Alertmanager announces three\ncrone < ${said("three")}`);
  });

  it("cost nothing in a room without occupants, and are there when one enters", async () => {
    await play.acts("hag opens persistentroom=1\nhag leaves");
    await goesOn(play, [ALERTS], "Alertmanager announces one\ndb has rooms WHERE bots IS NULL = 1");
    await play.acts(`hag < nothing\ncrone enters\ncrone ~ ${ENTERS}`);
  });

  it("are changed or leave with the next message of anybody", async () => {
    const presence = photo("new");
    await play.begins({ bots: [ALERTS] });
    await play.acts("hag opens persistentroom=1");
    await goesOn(play, [{ ...ALERTS, presence }], `hag says hello\nhag ~ ${ENTERS} | <photo>new</photo>`);
    const RENAMED = `hag < message coven/hag groupchat "and now"
      < presence coven/Alertmanager unavailable none/participant 303
      < presence coven/Alerts none/participant`;
    await goesOn(play, [{ ...ALERTS, title: "Alerts", presence }], `hag says and now\n${RENAMED}`);
    await goesOn(play, [], "hag says bye\nhag ~ presence coven/Alerts unavailable none/none");
  });

  it("yield their name to an occupant who was there before", async () => {
    await play.acts("coven meets alertmanager");
    const heard = 'crone < presence coven/ops none/participant\n  < message coven/ops groupchat "hello"';
    await goesOn(play, [ALERTS], `Alertmanager announces hello\n${heard}`);
  });
});
