import { onStage } from "../stage.js";
import { component, coven, db, everybody, link } from "../../../plays/component.js";
import { NEWCOMER, crone, hag, type Person, person, wicca } from "../../../plays/people.js";
import { forEach } from "../../../plays/steps.js";

const many = (from: number, to: number, what: string): string =>
  Array.from({ length: to - from }, (_, at) => `M${from + at} ${what}`).join("; ");
const guests = (count: number): Person[] => Array.from({ length: count }, (_, at) => person(`GUEST${at}`));
const sessions = (count: number): Person[] => Array.from({ length: count }, (_, at) => person(`guest${at}`));

describe("permissions and limits in a room", () => {
  onStage({}, [coven.meets`wicca`]).scenes({
    "a moderator grants and revokes voice, and can kick themselves": [
      hag.makes`crone moderator`,
      everybody.hush(),
      crone.makes`wicca visitor`,
      crone.makes`wicca visitor`,
      wicca.hears`presence coven/wicca none/visitor 110`,
      crone.makes`wicca participant`,
      crone.makes`crone none`,
      crone.hears`...
          < presence coven/crone unavailable none/none 307 110`,
    ],

    "an owner can kick themselves, and the room stays": [
      hag.makes`CRONE owner`,
      hag.makes`hag none`,
      hag.notices`presence coven/hag unavailable owner/none 307 110`,
      hag.asks`info`,
    ],

    "a room with max_members affiliations accepts no more, but changes existing ones": [
      component.begins`{"rooms": {"max_members": 3}}`,
      hag.opens(),
      hag.makes`CRONE member; WICCA member`,
      hag.makes`MORE member = wait/resource-constraint by coven`,
      hag.makes`MORE none`,
      hag.makes`CRONE admin; WICCA outcast`,
      hag.makes`WICCA none`,
      hag.makes`MORE member`,
      component.restarts`{"rooms": {"max_members": 2}}`,
      hag.makes`CRONE member`,
      hag.makes`STILL member = wait/resource-constraint by coven`,
    ],

    "an owner can demote another owner, whose reserved nickname stays": [
      hag.makes`CRONE owner nick=third`,
      hag.makes`CRONE member`,
      db.has`affiliations WHERE affiliation = 'member' AND nick = 'third' = 1`,
    ],

    "a temporary room ends with the ban of its last occupant, and invites nobody any more": [
      hag.makes`CRONE member; WICCA owner`,
      hag.configures`membersonly=1`,
      hag.leaves(),
      wicca.leaves(),
      everybody.hush(),
      hag.makes`CRONE outcast; NEW member`,
      crone.hears`presence coven/crone unavailable outcast/none 301 110`,
      hag.asks`info = cancel/item-not-found by coven`,
      NEWCOMER.hears`nothing`,
      db.has`affiliations = 0`,
    ],

    "a list is requested by exactly one affiliation or role": [
      hag.lists`member = nobody`,
      hag.lists`participant = crone wicca`,
      forEach(["none", "friend", "king"], (wrong) => [hag.lists`${wrong} = modify/bad-request by coven`]),
      hag.asks`<query xmlns="admin"><item affiliation="friend"/></query> = modify/bad-request by coven`,
      hag.asks`<query xmlns="admin"><item affiliation="member" role="visitor"/></query> = modify/bad-request by coven`,
      hag.asks`<query xmlns="admin"><item role="visitor"/><item role="visitor"/></query> = modify/bad-request by coven`,
      hag.asks`<query xmlns="admin"><item role="none"/></query> = modify/bad-request by coven`,
      hag.asks`<query xmlns="admin"><item/></query> = modify/bad-request by coven`,
      hag.asks`<query xmlns="admin"/> = modify/bad-request by coven`,
    ],

    "one request makes a thousand changes, and not one more": [
      hag.makes`${many(0, 1001, "member")} = modify/not-acceptable by coven`,
      db.has`affiliations WHERE affiliation = 'member' = 0`,
      hag.makes`${many(0, 999, "member")}; CRONE member`,
      db.has`affiliations WHERE affiliation = 'member' = 1000`,
      hag.hears`presence coven/crone member/participant`,
      hag.makes`${many(0, 1000, "none")}`,
      db.has`affiliations WHERE affiliation = 'member' = 1`,
      hag.hears`nothing`,
      hag.makes`${many(0, 100, "member")}`,
      hag.hears`100 stanzas`,
    ],

    "only administrators can revoke a moderator's role, and nobody an administrator's": [
      hag.makes`crone moderator; wicca moderator`,
      everybody.hush(),
      crone.makes`wicca participant = auth/forbidden by coven`,
      crone.makes`wicca visitor = auth/forbidden by coven`,
      wicca.hears`nothing`,
      hag.makes`wicca participant`,
      hag.makes`CRONE admin`,
      everybody.hush(),
      hag.makes`crone participant = cancel/not-allowed by coven`,
      hag.makes`crone visitor = cancel/not-allowed by coven`,
      crone.hears`nothing`,
    ],

    "a visitor can't invite; administrators can if allowinvites is off": [
      hag.makes`crone visitor`,
      everybody.hush(),
      crone.invites`NEW`,
      crone.hears`message coven error auth/forbidden by coven`,
      hag.makes`CRONE admin`,
      hag.configures`allowinvites=0`,
      everybody.hush(),
      wicca.invites`NEW`,
      wicca.hears`message coven error auth/forbidden by coven`,
      NEWCOMER.hears`nothing`,
      crone.invites`NEW`,
      NEWCOMER.hears`1 stanza`,
    ],

    "one message invites fifty users, and not fifty-one": [
      crone.invites`${guests(51).join(" ")}`,
      crone.hears`message coven error modify/not-acceptable by coven`,
      forEach(guests(51), (guest) => [guest.hears`nothing`]),
      crone.invites`${guests(50).join(" ")}`,
      forEach(guests(50), (guest) => [guest.hears`1 stanza`]),
    ],

    "a full room admits another session of an occupant, and nobody else": [
      hag.configures`maxusers=10`,
      forEach(
        [person("g3"), person("g4"), person("g5"), person("g6"), person("g7"), person("g8"), person("g9")],
        (guest) => [guest.enters()],
      ),
      person("late").enters(),
      person("late").hears`presence coven/late error wait/service-unavailable by coven`,
      crone.at("phone").enters(),
      crone.at("phone").notices`presence coven/crone none/participant 110`,
    ],

    "all occupants are pinged after a reconnect": [
      forEach(sessions(45), (guest) => [guest.enters()]),
      link.returns(),
      forEach([...sessions(45), hag, crone, wicca], (who) => [who.isAsked`ping`]),
    ],
  });
});
