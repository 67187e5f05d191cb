import { onStage } from "../stage.js";

const many = (from: number, to: number, what: string): string =>
  Array.from({ length: to - from }, (_, at) => `M${from + at} ${what}`).join("; ");
const guests = (count: number): string => Array.from({ length: count }, (_, at) => `GUEST${at}`).join(" ");

describe("permissions and limits in a room", () => {
  onStage({}, "coven meets wicca").scenes(`
    a moderator grants and revokes voice, and can kick themselves
      hag makes crone moderator
      all hush
      crone makes wicca visitor
      crone makes wicca visitor
      wicca < presence coven/wicca none/visitor 110
      crone makes wicca participant
      crone makes crone none
      crone < ...
            < presence coven/crone unavailable none/none 307 110

    an owner can kick themselves, and the room stays
      hag makes CRONE owner
      hag makes hag none
      hag ~ presence coven/hag unavailable owner/none 307 110
      hag asks info

    a room with max_members affiliations accepts no more, but changes existing ones
      component begins {"rooms": {"max_members": 3}}
      hag opens
      hag makes CRONE member; WICCA member
      hag makes MORE member = wait/resource-constraint by coven
      hag makes MORE none
      hag makes CRONE admin; WICCA outcast
      hag makes WICCA none
      hag makes MORE member
      component restarts {"rooms": {"max_members": 2}}
      hag makes CRONE member
      hag makes STILL member = wait/resource-constraint by coven

    an owner can demote another owner, whose reserved nickname stays
      hag makes CRONE owner nick=third
      hag makes CRONE member
      db has affiliations WHERE affiliation = 'member' AND nick = 'third' = 1

    a temporary room ends with the ban of its last occupant, and invites nobody any more
      hag makes CRONE member; WICCA owner
      hag configures membersonly=1
      hag leaves
      wicca leaves
      all hush
      hag makes CRONE outcast; NEW member
      crone < presence coven/crone unavailable outcast/none 301 110
      hag asks info = cancel/item-not-found by coven
      NEW < nothing
      db has affiliations = 0

    a list is requested by exactly one affiliation or role
      hag lists member = nobody
      hag lists participant = crone wicca
      for $wrong in none friend king
        hag lists $wrong = modify/bad-request by coven
      hag asks <query xmlns="admin"><item affiliation="friend"/></query> = modify/bad-request by coven
      hag asks <query xmlns="admin"><item affiliation="member" role="visitor"/></query> = modify/bad-request by coven
      hag asks <query xmlns="admin"><item role="visitor"/><item role="visitor"/></query> = modify/bad-request by coven
      hag asks <query xmlns="admin"><item role="none"/></query> = modify/bad-request by coven
      hag asks <query xmlns="admin"><item/></query> = modify/bad-request by coven
      hag asks <query xmlns="admin"/> = modify/bad-request by coven

    one request makes a thousand changes, and not one more
      hag makes ${many(0, 1001, "member")} = modify/not-acceptable by coven
      db has affiliations WHERE affiliation = 'member' = 0
      hag makes ${many(0, 999, "member")}; CRONE member
      db has affiliations WHERE affiliation = 'member' = 1000
      hag < presence coven/crone member/participant
      hag makes ${many(0, 1000, "none")}
      db has affiliations WHERE affiliation = 'member' = 1
      hag < nothing
      hag makes ${many(0, 100, "member")}
      hag < 100 stanzas

    only administrators can revoke a moderator's role, and nobody an administrator's
      hag makes crone moderator; wicca moderator
      all hush
      crone makes wicca participant = auth/forbidden by coven
      crone makes wicca visitor = auth/forbidden by coven
      wicca < nothing
      hag makes wicca participant
      hag makes CRONE admin
      all hush
      hag makes crone participant = cancel/not-allowed by coven
      hag makes crone visitor = cancel/not-allowed by coven
      crone < nothing

    a visitor can't invite; administrators can if allowinvites is off
      hag makes crone visitor
      all hush
      crone invites NEW
      crone < message coven error auth/forbidden by coven
      hag makes CRONE admin
      hag configures allowinvites=0
      all hush
      wicca invites NEW
      wicca < message coven error auth/forbidden by coven
      NEW < nothing
      crone invites NEW
      NEW < 1 stanza

    one message invites fifty users, and not fifty-one
      crone invites ${guests(51)}
      crone < message coven error modify/not-acceptable by coven
      for $guest in ${guests(51)}
        $guest < nothing
      crone invites ${guests(50)}
      for $guest in ${guests(50)}
        $guest < 1 stanza

    a full room admits another session of an occupant, and nobody else
      hag configures maxusers=10
      for $guest in g3 g4 g5 g6 g7 g8 g9
        $guest enters
      late enters
      late < presence coven/late error wait/service-unavailable by coven
      crone/phone enters
      crone/phone ~ presence coven/crone none/participant 110

    all occupants are pinged after a reconnect
      for $guest in ${guests(45).toLowerCase()}
        $guest enters
      link comes up
      for $who in ${guests(45).toLowerCase()} hag crone wicca
        $who is asked ping
  `);
});
