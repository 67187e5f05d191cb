/** What changes of affiliations, roles and options store and announce. */
import { onStage } from "../stage.js";
import { coven, db, everybody } from "../../../plays/component.js";
import { crone, each, hag, wicca } from "../../../plays/people.js";
import { forEach } from "../../../plays/steps.js";

const ITEM = "coalesce(nick, '-') || ' ' || coalesce(reason, '-')";
const stored = `SELECT jid || ' ' || affiliation || ' ' || ${ITEM} FROM affiliations`;
const many = Array.from({ length: 100 }, (_, n) => `M${n} member`).join("; ");

describe("changes of a room", () => {
  onStage({}, [coven.meets`wicca`]).scenes({
    "of a user outside are announced with the new affiliation and the reason": [
      hag.makes`NEW member <reason>so</reason>`,
      hag.hears`message coven | <item affiliation="member" role="none" jid="NEW"><reason>so</reason></item>`,
      hag.makes`NEW none`,
      hag.hears`message coven | <item affiliation="none" jid="NEW"/> !<reason/>`,
    ],

    "that change nothing are announced to nobody": [
      hag.makes`CRONE member; NEW member nick=nova`,
      everybody.hush(),
      hag.makes`CRONE member`,
      hag.makes`NEW member`,
      hag.makes`NEW member nick=nova`,
      hag.makes`CRONE member nick=`,
      hag.makes`OTHER none`,
      each(hag, crone).hears`nothing`,
      db.shows`${stored} WHERE jid LIKE 'new%' = new@qtalk.test.org member nova -`,
    ],

    "of a whole domain leave users with an affiliation of their own alone": [
      hag.makes`CRONE member`,
      everybody.hush(),
      hag.makes`qtalk.test.org outcast`,
      crone.hears`presence coven/wicca unavailable outcast/none 301`,
      hag.hears`1 stanza`,
    ],

    "of an affiliation leave a moderator a moderator": [
      hag.makes`crone moderator`,
      everybody.hush(),
      hag.makes`CRONE member`,
      wicca.hears`presence coven/crone member/moderator`,
    ],

    "of more than a hundred affiliations store each, and are announced for occupants only": [
      hag.makes`OLD member; SAME member nick=same`,
      everybody.hush(),
      hag.makes`${many}; NICK member nick=nicky; WHY member <reason>so</reason>; BOSS admin; evil.test outcast;
        OLD none; NOBODY none; CRONE member; SAME member`,
      hag.hears`presence coven/crone member/participant`,
      db.shows`${stored} WHERE jid LIKE 'm0%' OR jid NOT LIKE 'm%' ORDER BY jid = /^boss@\\S+ admin - -, crone1@\\S+ member - -,
        evil.test outcast - -, hag66@\\S+ owner - -, m0@\\S+ member - -, nick@\\S+ member nicky -,
        same@\\S+ member same -, why@\\S+ member - so$/`,
      hag.makes`evil.test none; ${many}`,
      db.has`affiliations WHERE jid = 'evil.test' = 0`,
    ],

    "that kick and ban a user together are announced once": [
      hag.makes`crone none; CRONE outcast`,
      crone.hears`presence coven/crone unavailable outcast/none 301 110`,
      wicca.hears`1 stanza`,
    ],

    "are listed with their reason and the reserved nickname": [
      hag.makes`WICCA outcast <reason>Treason</reason>; CRONE member nick=third`,
      hag.asks`<query xmlns="admin"><item affiliation="outcast"/></query>
        | <item jid="WICCA" nick="!"><reason>Treason</reason></item>`,
      hag.asks`<query xmlns="admin"><item affiliation="member"/></query> | <item jid="CRONE" nick="third"/> !<reason/>`,
    ],

    "name the actor's nickname, whichever of the actor's sessions makes them": [
      hag.at("phone").makes`crone none`,
      wicca.hears`presence coven/crone unavailable none/none 307 | <actor nick="hag"/>`,
    ],

    "may repeat the nickname that an equal has reserved, and not change it": [
      hag.makes`CRONE owner nick=third`,
      hag.makes`CRONE member nick=other = cancel/not-allowed by coven`,
      hag.makes`CRONE member nick=third`,
    ],

    "carry at most 2,000 characters of a reason": [
      hag.makes`crone none <reason>${"x".repeat(2_001)}</reason>`,
      crone.hears`presence coven/crone unavailable none/none 307 110 | <reason>${"x".repeat(2_000)}</reason>`,
    ],

    "to a temporary room destroy it if nobody is inside": [
      hag.configures`persistentroom=1`,
      forEach([hag, crone, wicca], (who) => [who.leaves()]),
      hag.configures`roomname=Cave`,
      hag.asks`info`,
      hag.configures`persistentroom=0`,
      hag.asks`info = cancel/item-not-found by coven`,
    ],

    "of a list of roles are made if some of the roles stay": [
      hag.configures`presencebroadcast=moderator presencebroadcast=participant`,
      hag.configures`presencebroadcast=moderator presencebroadcast=visitor`,
      hag.asks`form
        | <field var="muc#roomconfig_presencebroadcast"><value>moderator</value><value>visitor</value></field>
        !{presencebroadcast=participant}`,
    ],
  });
});
