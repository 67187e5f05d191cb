/** Service administrators have an owner's rights in every room. */
import { CRONE, WICCA } from "../people.js";
import { onStage } from "../stage.js";

describe("a service administrator", () => {
  onStage({ rooms: { admins: [WICCA] } }).scenes(`
    enters a locked room, and is shown as an owner
      hag enters
      wicca enters
      wicca ~ presence coven/wicca owner/moderator 110
      hag ~ presence coven/wicca owner/moderator

    enters in spite of a ban, password, membership and occupant limit
      hag opens membersonly=1 roomsecret=caldron maxusers=1
      hag makes qtalk.test.org outcast
      crone enters
      crone < presence coven/crone error auth/forbidden by coven
      wicca enters
      wicca ~ presence coven/wicca owner/moderator 110

    configures, reads lists, moderates and destroys from outside, and is in no list
      coven meets
      wicca lists owner = hag66@qtalk.test.org
      wicca lists admin = nobody
      wicca lists member = nobody
      wicca configures roomname=Caldron
      wicca makes crone none
      crone ~ presence coven/crone unavailable none/none 307 110
      wicca destroys
      hag ~ presence coven/hag unavailable none/none 110

    can't be banned, kicked or muted, not even by owners
      coven meets wicca
      hag makes WICCA outcast = cancel/not-allowed by coven
      hag makes wicca none = cancel/not-allowed by coven
      hag makes wicca visitor = cancel/not-allowed by coven

    can be made a member, and stays an owner inside
      coven meets wicca
      hag makes WICCA member
      hag lists member = ${WICCA}
      crone enters
      crone ~ presence coven/wicca owner/moderator

    creates rooms if nobody else may
      component begins {"rooms": {"admins": ["${WICCA}"], "create": "api"}}
      hag enters
      hag < presence coven/hag error cancel/not-allowed by coven
      wicca enters
      wicca ~ presence coven/wicca owner/moderator 201 110

    sees real addresses in rooms that hide them
      coven meets stranger
      wicca enters
      wicca ~ coven/stranger | <item jid="STRANGER/home"/>
      else enters
      else ~ coven/stranger | <item jid="!"/>
  `);
});

describe("a change of rooms.admins", () => {
  onStage({}, "coven meets wicca").scenes(`
    gives and takes the role inside
      hag configures moderatedroom=1
      all hush
      service admits WICCA
      hag < presence coven/wicca owner/moderator
      service admits
      hag < presence coven/wicca none/visitor

    puts a former administrator out of a members-only room, also after a restart
      component restarts {"rooms": {"admins": ["${WICCA}"]}}
      hag configures membersonly=1
      wicca enters
      component restarts
      all hush
      service admits
      wicca waits
      wicca < presence coven/wicca unavailable none/none 321 110

    holds for who is entering at that moment
      new enters &
      service admits NEW
      new ~ presence coven/new owner/moderator 110

    is announced to nobody if they are an owner already
      service admits HAG
      hag, crone < nothing

    holds later if rooms couldn't be updated at first, which is logged
      disk refuses INSERT ON outbox
      service admits CRONE
      log tells "Rooms could not follow the change of rooms.admins" = 1
      disk recovers
      crone < nothing
      component restarts {"rooms": {"admins": ["${CRONE}"]}}
      crone waits
      crone < presence coven/crone owner/moderator 110
  `);
});
