/** Declining an invitation (XEP-0045 §7.8.2). */
import { onStage } from "../../stage.js";
import { component, coven, db, everybody } from "../../../../plays/component.js";
import { CRONE, WICCA, crone, hag, newcomer, person, stranger, wicca } from "../../../../plays/people.js";
import { forEach, meanwhile } from "../../../../plays/steps.js";

const declines = (to: string, inside = "", room = "coven"): string =>
  `<message to="${room}"><x xmlns="user"><decline to="${to}">${inside}</decline></x></message>`;
const DECLINED = `message coven | <decline from="WICCA"/>`;
/** All but the inviter's. */
const OTHERS = ["CRONE", "CRONE/desktop", "coven/crone", "anybody@elsewhere.test", "@"];

describe("declining an invitation", () => {
  onStage({}, [coven.meets(), hag.invites`WICCA`, everybody.hush()]).scenes({
    "reaches the inviter once, with the reason, by the nickname of that time": [
      hag.appears`as oldhag`,
      everybody.hush(),
      wicca.sends`${declines("coven/hag", "<reason>Sorry</reason>")}`,
      wicca.sends`${declines("coven/hag", "<reason>Sorry</reason>")}`,
      hag.hears`${DECLINED} <reason>Sorry</reason>`,
      wicca.hears`nothing`,
    ],

    "reaches the inviter by their real address, without a reason if there is none": [
      wicca.sends`${declines("HAG")}`,
      hag.hears`${DECLINED} !<reason/>`,
    ],

    "reaches an inviter who has left, by the real address if the room shows addresses": [
      hag.configures`whois=anyone`,
      crone.invites`WICCA`,
      crone.leaves(),
      everybody.hush(),
      wicca.sends`${declines("CRONE")}`,
      CRONE.hears`${DECLINED}`,
    ],

    "reaches the inviter before the invitation is on disk, and after a restart": [
      meanwhile(hag.invites`NEW`),
      newcomer.sends`${declines("coven/hag")}`,
      hag.hears`message coven | <decline from="NEW"/>`,
      component.restarts(),
      wicca.sends`${declines("coven/hag")}`,
      hag.hears`${DECLINED}`,
    ],

    "reaches nobody else, and nobody if there was no invitation, without an answer": [
      OTHERS.map((to) => wicca.sends`${declines(to)}`),
      [...OTHERS, "coven/hag", "HAG/pda"].map((to) => stranger.sends`${declines(to)}`),
      stranger.sends`${declines("HAG/pda", "", "nowhere")}`,
      forEach([stranger, wicca, hag, crone, CRONE, person("anybody@elsewhere.test")], (who) => [
        who.hears`nothing`,
      ]),
    ],

    "reaches nobody after a ban": [
      hag.makes`WICCA outcast`,
      everybody.hush(),
      wicca.sends`${declines("coven/hag")}`,
      hag.hears`nothing`,
    ],

    "is possible for the newest thousand invitations of a room, which are deleted with it": [
      db.runs`WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)
        INSERT INTO invitations SELECT 1, i || '@b', 'a@b', 'a@b', i FROM n`,
      crone.invites`${WICCA.address}`,
      db.has`invitations = 1000`,
      wicca.sends`${declines("coven/hag")}`,
      hag.hears`${DECLINED}`,
      hag.destroys(),
      db.has`invitations = 0`,
    ],
  });
});
