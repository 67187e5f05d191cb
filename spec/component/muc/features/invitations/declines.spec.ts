/** Declining an invitation (XEP-0045 §7.8.2). */
import { WICCA } from "../../people.js";
import { onStage } from "../../stage.js";

const declines = (to: string, inside = "", room = "coven"): string =>
  `sends <message to="${room}"><x xmlns="user"><decline to="$to">${inside}</decline></x></message>`.replace(
    "$to",
    to,
  );
const DECLINED = `message coven | <decline from="WICCA"/>`;
/** All but the inviter's. */
const OTHERS = ["CRONE", "CRONE/desktop", "coven/crone", "anybody@elsewhere.test", "@"];

describe("declining an invitation", () => {
  onStage({}, "coven meets\nhag invites WICCA\nall hush").scenes(`
    reaches the inviter once, with the reason, by the nickname of that time
      hag appears as oldhag
      all hush
      wicca ${declines("coven/hag", "<reason>Sorry</reason>")}
      wicca ${declines("coven/hag", "<reason>Sorry</reason>")}
      hag < ${DECLINED} <reason>Sorry</reason>
      wicca < nothing

    reaches the inviter by their real address, without a reason if there is none
      wicca ${declines("HAG")}
      hag < ${DECLINED} !<reason/>

    reaches an inviter who has left, by the real address if the room shows addresses
      hag configures whois=anyone
      crone invites WICCA
      crone leaves
      all hush
      wicca ${declines("CRONE")}
      CRONE < ${DECLINED}

    reaches the inviter before the invitation is on disk, and after a restart
      hag invites NEW &
      new ${declines("coven/hag")}
      hag < message coven | <decline from="NEW"/>
      component restarts
      wicca ${declines("coven/hag")}
      hag < ${DECLINED}

    reaches nobody else, and nobody if there was no invitation, without an answer
      ${OTHERS.map((to) => `wicca ${declines(to)}`).join("\n      ")}
      ${[...OTHERS, "coven/hag", "HAG/pda"].map((to) => `stranger ${declines(to)}`).join("\n      ")}
      stranger ${declines("HAG/pda", "", "nowhere")}
      for $who in stranger wicca hag crone CRONE anybody@elsewhere.test
        $who < nothing

    reaches nobody after a ban
      hag makes WICCA outcast
      all hush
      wicca ${declines("coven/hag")}
      hag < nothing

    is possible for the newest thousand invitations of a room, which are deleted with it
      db runs WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)
        INSERT INTO invitations SELECT 1, i || '@b', 'a@b', 'a@b', i FROM n
      crone invites ${WICCA}
      db has invitations = 1000
      wicca ${declines("coven/hag")}
      hag < ${DECLINED}
      hag destroys
      db has invitations = 0
  `);
});
