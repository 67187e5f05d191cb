import { onStage } from "../stage.js";
import { component, coven, everybody, db } from "../../../plays/component.js";
import { crone, each, hag, newcomer, person, wicca } from "../../../plays/people.js";
import { forEach } from "../../../plays/steps.js";

describe("roles and affiliations", () => {
  onStage({}, [coven.meets`wicca`]).scenes({
    "kicks an occupant with 307, the actor and the reason, before the answer": [
      hag.makes`crone none <reason>Avaunt</reason>`,
      crone.hears`presence coven/crone unavailable none/none 307 110
            | <item><actor nick="hag"/><reason>Avaunt</reason></item>`,
      wicca.hears`presence coven/crone unavailable none/none 307`,
      component.wrote`1 = iq hag`,
    ],

    "bans a user with 301, also for later, and frees the nickname reserved for them": [
      hag.makes`CRONE member nick=crone`,
      everybody.hush(),
      hag.makes`CRONE/desktop outcast <reason>Treason</reason>`,
      crone.hears`presence coven/crone unavailable outcast/none 301 110`,
      wicca.hears`presence coven/crone unavailable outcast/none 301`,
      crone.enters(),
      crone.hears`presence coven/crone error auth/forbidden by coven`,
      newcomer.enters`as crone`,
      newcomer.notices`presence coven/crone none/participant 110`,
    ],

    "gives and takes membership; in a members-only room, who loses it leaves with 321": [
      hag.makes`CRONE member`,
      crone.hears`presence coven/crone member/participant 110`,
      hag.makes`CRONE none`,
      crone.hears`presence coven/crone none/participant 110`,
      hag.makes`CRONE member; WICCA member`,
      hag.configures`membersonly=1`,
      everybody.hush(),
      hag.makes`CRONE none`,
      crone.hears`presence coven/crone unavailable none/none 321 110`,
      wicca.hears`presence coven/crone unavailable none/none 321`,
    ],

    "makes administrators moderators until they lose the affiliation": [
      hag.makes`CRONE admin`,
      wicca.hears`presence coven/crone admin/moderator`,
      hag.makes`CRONE none`,
      wicca.hears`presence coven/crone none/participant`,
    ],

    "makes several changes completely or not at all": [
      hag.makes`CRONE admin; HAG none = cancel/conflict by coven`,
      hag.makes`CRONE admin; nobody none = cancel/item-not-found by coven`,
      crone.hears`nothing`,
      hag.makes`CRONE owner; HAG none`,
      crone.hears`presence coven/crone owner/moderator 110
          < presence coven/hag none/participant`,
    ],

    "are refused to participants": [
      crone.makes`hag none = auth/forbidden by coven`,
      crone.makes`WICCA member = auth/forbidden by coven`,
      each(hag, crone, wicca).hears`nothing`,
    ],

    "are refused to administrators, as far as they concern others of their rank and above": [
      hag.makes`CRONE admin`,
      everybody.hush(),
      crone.makes`HAG none = cancel/not-allowed by coven`,
      crone.makes`WICCA admin = auth/forbidden by coven`,
      crone.makes`WICCA owner = auth/forbidden by coven`,
      crone.makes`hag none = cancel/not-allowed by coven`,
      crone.makes`hag visitor = cancel/not-allowed by coven`,
      crone.makes`CRONE outcast = cancel/conflict by coven`,
      hag.makes`WICCA admin`,
      everybody.hush(),
      forEach(["outcast", "none", "member"], (affiliation) => [
        crone.makes`WICCA ${affiliation} = cancel/not-allowed by coven`,
      ]),
      crone.makes`HAG outcast = cancel/not-allowed by coven`,
      each(hag, crone, wicca).hears`nothing`,
    ],

    "are refused to moderators, but voice": [
      hag.makes`CRONE member`,
      hag.makes`crone moderator`,
      everybody.hush(),
      crone.makes`wicca moderator = auth/forbidden by coven`,
      crone.makes`WICCA member = auth/forbidden by coven`,
      crone.makes`hag none = cancel/not-allowed by coven`,
      each(hag, crone, wicca).hears`nothing`,
    ],

    "are refused to owners who would leave the room without one, and if they are malformed": [
      hag.makes`HAG outcast = cancel/conflict by coven`,
      hag.makes`HAG admin = cancel/conflict by coven`,
      hag.makes`hag participant = cancel/not-allowed by coven`,
      hag.makes`crone visitor affiliation=member = modify/bad-request by coven`,
      hag.makes`crone king = modify/bad-request by coven`,
      hag.makes`CRONE king = modify/bad-request by coven`,
      hag.makes`@ member = modify/jid-malformed by coven`,
      hag.makes`qtalk.test.org member = modify/jid-malformed by coven`,
      hag.makes`"a b@@" outcast = modify/jid-malformed by coven`,
      hag.sets`<query xmlns="admin"/> = modify/bad-request by coven`,
      hag.administers`<item role="visitor"/> = modify/bad-request by coven`,
      hag.administers`<item jid="CRONE"/> = modify/bad-request by coven`,
      hag.administers`<item affiliation="member"/> = cancel/item-not-found by coven`,
      each(hag, crone, wicca).hears`nothing`,
    ],

    "have lists of outcasts and members for administrators, of administrators and owners for owners": [
      hag.makes`CRONE admin; Z member; A member; BAD outcast`,
      crone.lists`outcast = bad@qtalk.test.org`,
      crone.lists`member = z@qtalk.test.org a@qtalk.test.org`,
      crone.lists`admin = auth/forbidden by coven`,
      hag.lists`admin = crone1@qtalk.test.org`,
      hag.lists`owner = hag66@qtalk.test.org`,
      wicca.lists`member = auth/forbidden by coven`,
    ],

    "have lists of roles for moderators": [
      hag.makes`CRONE admin`,
      hag.lists`moderator = hag crone`,
      crone.lists`participant = wicca`,
      wicca.lists`participant = auth/forbidden by coven`,
    ],

    "gives newcomers to a moderated room their affiliation's role": [
      hag.configures`moderatedroom=1`,
      hag.makes`M member; A admin`,
      person("n").enters(),
      person("n").notices`presence coven/n none/visitor 110`,
      person("m").enters(),
      person("m").notices`presence coven/m member/participant 110`,
      person("a").enters(),
      person("a").notices`presence coven/a admin/moderator 110`,
    ],
  });
});

describe("reserved nicknames", () => {
  const nicks = "SELECT coalesce(nick, '-') FROM affiliations WHERE affiliation <> 'none' ORDER BY jid";

  onStage({}, [
    coven.meets`wicca`,
    hag.makes`HAG owner nick=queen; CRONE admin; WICCA member nick=bee`,
    hag.leaves(),
  ]).scenes({
    "are set by the member and by users with a higher affiliation": [
      crone.makes`WICCA member nick=drone`,
      crone.makes`CRONE admin nick="third witch"`,
      hag.makes`CRONE admin nick="last witch"`,
      db.shows`${nicks} = last witch, queen, drone`,
    ],

    "can't be set or taken by users with the same or a lower affiliation": [
      hag.makes`OTHER admin nick=other; PEER owner nick=peer`,
      crone.makes`HAG owner nick=drone = cancel/not-allowed by coven`,
      crone.makes`HAG owner nick= = cancel/not-allowed by coven`,
      crone.makes`OTHER admin nick=drone = cancel/not-allowed by coven`,
      hag.makes`PEER owner nick=drone = cancel/not-allowed by coven`,
      db.shows`${nicks} = -, queen, other, peer, bee`,
    ],

    "are taken away by an empty nickname, which frees them": [
      crone.makes`WICCA member nick=`,
      db.shows`${nicks} = -, queen, -`,
      newcomer.enters`as bee`,
      newcomer.notices`presence coven/bee none/participant 110`,
    ],

    "belong to one member, even if one request reserves one for two": [
      hag.makes`ONE member nick=twin; TWO member nick=Twin`,
      db.shows`${nicks} = -, queen, twin, -, bee`,
    ],

    "can't be the nickname of another occupant": [
      newcomer.enters`as hare`,
      hag.makes`CRONE member nick=hare`,
      db.shows`${nicks} = -, queen, bee`,
    ],
  });
});
