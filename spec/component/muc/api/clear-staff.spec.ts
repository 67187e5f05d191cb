/** Removing users from all rooms by clear_staff, and the effect on the rooms. */
import { onStage } from "../stage.js";
import { component, db, everybody } from "../../../plays/component.js";
import { CRONE, HAG, WICCA, crone, hag, person, wicca } from "../../../plays/people.js";

const are = `SELECT name || ' ' || jid || ' ' || affiliation FROM affiliations JOIN rooms ON id = room ORDER BY 1`;
const UNSERVED = `/^4 users\\[\\d\\]: the host "qtalk\\.tset\\.org" is not served here; expected qtalk\\.test\\.org$/`;

describe("clear_staff", () => {
  onStage({}, [HAG.calls`create`, HAG.calls`add wiccarocks crone1`, hag.enters(), everybody.hush()]).scenes({
    "removes users from all rooms, hands rooms over, ends empty ones, and revokes keys": [
      HAG.calls`create room=second`,
      CRONE.calls`create room=third`,
      CRONE.calls`add room=third hag66`,
      crone.enters(),
      everybody.hush(),
      HAG.calls`clear hag66`,
      hag.notices`presence coven/hag unavailable none/none 321 110`,
      crone.notices`presence coven/hag unavailable none/none 321`,
      db.shows`${are} = coven ${CRONE.address} member, coven ${WICCA.address} owner, third ${CRONE.address} owner`,
      component.revokes`= ${HAG.address}`,
      HAG.calls`clear hag66`,
      HAG.calls`clear nobody crone1 wiccarocks`,
      db.has`rooms = 0`,
    ],

    "hands a room to its longest-serving administrator first": [
      hag.makes`CRONE admin`,
      HAG.calls`clear hag66`,
      db.shows`${are} = coven ${CRONE.address} owner, coven ${WICCA.address} member`,
    ],

    "leaves other affiliations alone if an owner stays": [
      hag.makes`WICCA admin`,
      HAG.calls`clear crone1`,
      db.shows`${are} = coven ${HAG.address} owner, coven ${WICCA.address} admin`,
    ],

    "keeps bans, and changes nothing for users who aren't members": [
      hag.makes`CRONE outcast`,
      everybody.hush(),
      HAG.calls`clear crone1 nobody`,
      hag.hears`nothing`,
      HAG.calls`clear nobody wiccarocks crone1`,
      db.shows`${are} = coven ${CRONE.address} outcast, coven ${HAG.address} owner`,
    ],

    "ends a room, announced once to all inside, if nobody is left": [
      hag.configures`membersonly=0`,
      person("guest").enters(),
      everybody.hush(),
      HAG.calls`clear hag66 crone1 wiccarocks`,
      hag.hears`presence coven/hag unavailable none/none 110`,
      person("guest").hears`presence coven/guest unavailable none/none 110`,
      hag.asks`info = cancel/gone by coven`,
    ],

    "ends a temporary room if the users are its last occupants": [
      hag.configures`persistentroom=0`,
      wicca.enters(),
      wicca.at("phone").enters`as witch`,
      hag.leaves(),
      HAG.calls`clear wiccarocks`,
      hag.asks`info = cancel/item-not-found by coven`,
    ],

    "refuses users of an unserved host as unknown users, and removes nobody": [
      HAG.calls`clear host=none CRONE crone1@qtalk.tset.org = ${UNSERVED}`,
      HAG.calls`clear host=qtalk.tset.org crone1 = ${UNSERVED}`,
      HAG.calls`users = hag66 wiccarocks crone1`,
    ],
  });
});
