import { DOMAIN, ROOM } from "../play.js";
import { onStage } from "../stage.js";
import { component, everybody } from "../../../plays/component.js";
import { CRONE, HAG, WICCA, crone, hag, person, wicca, each } from "../../../plays/people.js";

const many = (from: number): string =>
  Array.from({ length: 150 - from }, (_, n) => `user-${((n + from) * 37) % 150}`).join(" ");
/** An invitation, and whom it is from. */
const invited = (from: string): string => `message ${from} | <x xmlns="conference" jid="coven"/>`;

describe("create_muc", () => {
  onStage({ rooms: { aliases: ["conference.old.org"] } }).scenes({
    "creates a persistent, members-only, non-anonymous room, and invites its owner": [
      HAG.calls`create name=测试群`,
      HAG.notices`${invited(DOMAIN)}`,
      crone.enters(),
      crone.hears`presence coven/crone error auth/registration-required by coven`,
      hag.enters(),
      hag.notices`presence coven/hag owner/moderator 100 110`,
      hag.asks`info | {muc_persistent} {muc_membersonly} {muc_nonanonymous} {muc_hidden} <identity name="测试群"/>`,
    ],

    "changes nothing if the owner repeats it, and refuses another owner": [
      HAG.calls`create`,
      everybody.hush(),
      HAG.calls`create name=other`,
      HAG.hears`nothing`,
      CRONE.calls`create = 3 the room ${ROOM} exists already, with another owner`,
    ],

    "makes muc_true_owner the owner, whom the acting user invites": [
      HAG.calls`create trueOwner=crone1`,
      HAG.calls`users = crone1`,
      CRONE.notices`${invited(HAG.address)}`,
    ],

    "refuses unserved domains, invalid ids, and owners of other hosts": [
      HAG.calls`create domain=conference.else.where
        = 1 muc_domain: "conference.else.where" is not served here; expected ${DOMAIN} or conference.old.org`,
      HAG.calls`create room=a/b = 1 muc_id: "a/b" is not a valid room id`,
      person("a@else.where").calls`create = /^2 muc_owner: "a@else.where" is not a user/`,
    ],

    "accepts the aliases of the domain": [
      HAG.calls`create domain=conference.old.org`,
      hag.enters(),
      hag.notices`owner/moderator`,
      HAG.calls`say to=coven@conference.old.org by its old name`,
      hag.hears`message coven/hag groupchat "by its old name"`,
    ],
  });
});

describe("add_muc_user", () => {
  onStage({}, [HAG.calls`create`]).scenes({
    "makes members, invites those who aren't inside, and demotes nobody": [
      hag.enters(),
      everybody.hush(),
      HAG.calls`add crone1 WICCA hag66`,
      each(CRONE, WICCA).notices`${invited(HAG.address)}`,
      HAG.hears`nothing`,
      hag.hears`2 stanzas`,
      HAG.calls`users = hag66 crone1 wiccarocks`,
      crone.enters(),
      CRONE.calls`add crone1 wiccarocks`,
      CRONE.hears`nothing`,
      WICCA.notices`${invited(CRONE.address)}`,
    ],

    "refuses actors who aren't members, unknown rooms and banned users, and adds nobody": [
      CRONE.calls`add wiccarocks = 2 User not in Room`,
      hag.enters(),
      hag.makes`WICCA outcast`,
      HAG.calls`add crone1 wiccarocks = 2 muc_member: ${WICCA.address} is banned from the room`,
      HAG.calls`add crone1 "a b@c" = /^1 muc_member\\[1\\]: /`,
      HAG.calls`users = hag66`,
      CRONE.hears`nothing`,
      HAG.calls`destroy`,
      HAG.calls`add crone1 = 4 there is no room ${ROOM}`,
    ],

    "handles many users like few, as del_muc_user does": [
      HAG.calls`add crone1`,
      crone.enters(),
      everybody.hush(),
      HAG.calls`add ${many(0)} crone1 user-111`,
      crone.hears`nothing`,
      person("user-9@qtalk.test.org").notices`${invited(HAG.address)}`,
      HAG.calls`users = hag66 crone1 ${many(0)}`,
      component.restarts(),
      HAG.calls`users = hag66 crone1 ${many(0)}`,
      HAG.calls`del ${many(10)} crone1 nobody`,
      crone.hears`presence coven/crone unavailable none/none 321 110`,
      HAG.calls`users = hag66 ${many(0).split(" ", 10).join(" ")}`,
      component.restarts(),
      HAG.calls`users = hag66 ${many(0).split(" ", 10).join(" ")}`,
    ],
  });
});

describe("del_muc_user", () => {
  onStage({}, [
    HAG.calls`create`,
    HAG.calls`add crone1 wiccarocks`,
    hag.enters(),
    crone.enters(),
    everybody.hush(),
  ]).scenes({
    "removes members, which everybody inside sees with 321": [
      HAG.calls`del crone1 nobody`,
      crone.hears`presence coven/crone unavailable none/none 321 110`,
      hag.hears`presence coven/crone unavailable none/none 321`,
      HAG.calls`users = hag66 wiccarocks`,
      HAG.calls`del crone1`,
      hag.hears`nothing`,
    ],

    "removes occupants of open rooms, too": [
      hag.configures`membersonly=0`,
      HAG.calls`del crone1`,
      crone.notices`presence coven/crone unavailable none/none 321 110`,
    ],

    "is for owners and administrators, and keeps the last owner and users of a higher rank": [
      CRONE.calls`del wiccarocks = 2 owner error`,
      HAG.calls`del hag66 crone1 = 2 muc_member: The room would have no owner left.`,
      hag.makes`CRONE admin`,
      CRONE.calls`del hag66 = /^2 muc_member: hag66@/`,
      HAG.calls`users = hag66 crone1 wiccarocks`,
    ],

    "refuses users of an unserved host, unless they are members": [
      HAG.calls`del CRONE crone1@qtalk.tset.org = /^4 /`,
      HAG.calls`users = hag66 crone1 wiccarocks`,
      HAG.calls`add partner@partner.test`,
      HAG.calls`users = hag66 crone1 wiccarocks partner`,
      HAG.calls`del partner@partner.test`,
      HAG.calls`users = hag66 crone1 wiccarocks`,
    ],

    "keeps a ban": [
      hag.makes`WICCA outcast`,
      HAG.calls`del wiccarocks`,
      wicca.enters(),
      wicca.hears`presence coven/wicca error auth/forbidden by coven`,
    ],
  });
});

describe("calls on rooms", () => {
  onStage({ names: { [CRONE.address]: "测试1" } }, [
    HAG.calls`create`,
    HAG.calls`add crone1`,
    crone.enters(),
    everybody.hush(),
  ]).scenes({
    "destroy them for owners, notify occupants, and leave nothing behind": [
      HAG.calls`say last words`,
      everybody.hush(),
      CRONE.calls`destroy = 2 owner error`,
      HAG.calls`destroy`,
      crone.hears`presence coven/crone unavailable none/none 110 | <destroy/>`,
      HAG.calls`destroy = 4 there is no room ${ROOM}`,
    ],

    "remove any user without checks; the last owner's room gets another owner first": [
      hag.enters(),
      everybody.hush(),
      HAG.calls`remove hag66`,
      hag.notices`presence coven/hag unavailable none/none 321 110`,
      crone.hears`presence coven/crone owner/moderator 110
          < presence coven/hag unavailable none/none 321`,
      HAG.calls`users = crone1:测试1`,
      HAG.calls`remove hag66`,
    ],

    "return members with the directory's names": [
      HAG.calls`users = hag66 crone1:测试1`,
      HAG.calls`users room=none = 4 there is no room none@${DOMAIN}`,
    ],
  });
});
