/** Service administrators have an owner's rights in every room. */
import { onStage } from "../stage.js";
import { component, coven, disk, everybody } from "../../../plays/component.js";
import { CRONE, WICCA, crone, each, hag, newcomer, person, wicca } from "../../../plays/people.js";
import { meanwhile } from "../../../plays/steps.js";

describe("a service administrator", () => {
  onStage({ rooms: { admins: [WICCA.address] } }).scenes({
    "enters a locked room, and is shown as an owner": [
      hag.enters(),
      wicca.enters(),
      wicca.notices`presence coven/wicca owner/moderator 110`,
      hag.notices`presence coven/wicca owner/moderator`,
    ],

    "enters in spite of a ban, password, membership and occupant limit": [
      hag.opens`membersonly=1 roomsecret=caldron maxusers=1`,
      hag.makes`qtalk.test.org outcast`,
      crone.enters(),
      crone.hears`presence coven/crone error auth/forbidden by coven`,
      wicca.enters(),
      wicca.notices`presence coven/wicca owner/moderator 110`,
    ],

    "configures, reads lists, moderates and destroys from outside, and is in no list": [
      coven.meets(),
      wicca.lists`owner = hag66@qtalk.test.org`,
      wicca.lists`admin = nobody`,
      wicca.lists`member = nobody`,
      wicca.configures`roomname=Caldron`,
      wicca.makes`crone none`,
      crone.notices`presence coven/crone unavailable none/none 307 110`,
      wicca.destroys(),
      hag.notices`presence coven/hag unavailable none/none 110`,
    ],

    "can't be banned, kicked or muted, not even by owners": [
      coven.meets`wicca`,
      hag.makes`WICCA outcast = cancel/not-allowed by coven`,
      hag.makes`wicca none = cancel/not-allowed by coven`,
      hag.makes`wicca visitor = cancel/not-allowed by coven`,
    ],

    "can be made a member, and stays an owner inside": [
      coven.meets`wicca`,
      hag.makes`WICCA member`,
      hag.lists`member = ${WICCA.address}`,
      crone.enters(),
      crone.notices`presence coven/wicca owner/moderator`,
    ],

    "creates rooms if nobody else may": [
      component.begins`{"rooms": {"admins": ["${WICCA.address}"], "create": "api"}}`,
      hag.enters(),
      hag.hears`presence coven/hag error cancel/not-allowed by coven`,
      wicca.enters(),
      wicca.notices`presence coven/wicca owner/moderator 201 110`,
    ],

    "sees real addresses in rooms that hide them": [
      coven.meets`stranger`,
      wicca.enters(),
      wicca.notices`coven/stranger | <item jid="STRANGER/home"/>`,
      person("else").enters(),
      person("else").notices`coven/stranger | <item jid="!"/>`,
    ],
  });
});

describe("a change of rooms.admins", () => {
  onStage({}, [coven.meets`wicca`]).scenes({
    "gives and takes the role inside": [
      hag.configures`moderatedroom=1`,
      everybody.hush(),
      component.admits`WICCA`,
      hag.hears`presence coven/wicca owner/moderator`,
      component.admits(),
      hag.hears`presence coven/wicca none/visitor`,
    ],

    "puts a former administrator out of a members-only room, also after a restart": [
      component.restarts`{"rooms": {"admins": ["${WICCA.address}"]}}`,
      hag.configures`membersonly=1`,
      wicca.enters(),
      component.restarts(),
      everybody.hush(),
      component.admits(),
      wicca.waits(),
      wicca.hears`presence coven/wicca unavailable none/none 321 110`,
    ],

    "holds for who is entering at that moment": [
      meanwhile(newcomer.enters()),
      component.admits`NEW`,
      newcomer.notices`presence coven/new owner/moderator 110`,
    ],

    "is announced to nobody if they are an owner already": [
      component.admits`HAG`,
      each(hag, crone).hears`nothing`,
    ],

    "holds later if rooms couldn't be updated at first, which is logged": [
      disk.refuses`INSERT ON outbox`,
      component.admits`CRONE`,
      component.logs`"Rooms could not follow the change of rooms.admins" = 1`,
      disk.recovers(),
      crone.hears`nothing`,
      component.restarts`{"rooms": {"admins": ["${CRONE.address}"]}}`,
      crone.waits(),
      crone.hears`presence coven/crone owner/moderator 110`,
    ],
  });
});
