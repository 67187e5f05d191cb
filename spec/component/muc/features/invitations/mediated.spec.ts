import { DOMAIN, ROOM } from "../../play.js";
import { onStage } from "../../stage.js";
import { everybody } from "../../../../plays/component.js";
import { CRONE, HAG, WICCA, crone, each, hag, person, wicca } from "../../../../plays/people.js";

const LINK = `xmpp:${ROOM}?join`;
const MADE = `hag made you a member of coven: ${LINK}`;

describe("invitations by a program", () => {
  onStage({ names: { [HAG.address]: "张三" }, foreignSenders: true }).scenes({
    "are direct invitations from the acting user, which servers store offline": [
      HAG.calls`create name=研发群`,
      HAG.calls`add CRONE`,
      CRONE.hears`message ${HAG.address} "张三 invites you to 研发群: ${LINK}"
            | <this to="CRONE"/> <x xmlns="conference" jid="coven"/> <no-permanent-store xmlns="hints"/> !<invite/>`,
    ],

    "have the room's password": [
      HAG.calls`create`,
      hag.configures`roomsecret=cauldron`,
      HAG.calls`add CRONE`,
      CRONE.notices`message ${HAG.address} | <x xmlns="conference" jid="coven" password="cauldron"/>`,
    ],

    "come from the service for a new room's owner, and aren't sent to the actor": [
      HAG.calls`create`,
      HAG.hears`message ${DOMAIN} "The room coven was made for you: ${LINK}"`,
      HAG.calls`add HAG CRONE`,
      HAG.hears`nothing`,
      CRONE.hears`1 stanza`,
    ],

    "come from the service if the acting user's host isn't served": [
      person("boss@elsewhere.test").calls`create`,
      person("boss@elsewhere.test").calls`add CRONE`,
      CRONE.hears`message ${DOMAIN} "boss invites you to coven: ${LINK}"`,
    ],
  });

  describe("in the language of messages.language", () => {
    onStage({ names: { [HAG.address]: "张三" }, messages: { language: "zh" } }).scenes({
      "are Chinese": [
        HAG.calls`create`,
        HAG.calls`add CRONE`,
        HAG.hears`message ${DOMAIN} "已为你创建群聊coven：${LINK}"`,
        CRONE.hears`message ${HAG.address} "张三邀请你加入coven：${LINK}"`,
        hag.configures`roomadmins=WICCA`,
        WICCA.hears`message ${HAG.address} "${HAG.address}将你加为coven的成员：${LINK}"`,
      ],
    });
  });
});

describe("invitations by a list of members (XEP-0045 §9.5)", () => {
  onStage({}, [hag.opens`membersonly=1 persistentroom=1`]).scenes({
    "are sent in members-only rooms, from the administrator, to new members": [
      hag.configures`whois=anyone`,
      hag.makes`CRONE member; WICCA member`,
      CRONE.hears`message ${HAG.address} "${MADE}"`,
      WICCA.hears`1 stanza`,
      hag.makes`CRONE member`,
      hag.makes`WICCA admin`,
      each(CRONE, WICCA).hears`nothing`,
    ],

    "have no address if the room hides addresses": [
      hag.makes`CRONE member`,
      CRONE.hears`message ${DOMAIN} "${MADE}"`,
    ],

    "name an administrator outside neither by address nor nickname": [
      hag.leaves(),
      hag.makes`CRONE member`,
      CRONE.hears`message ${DOMAIN} "An administrator made you a member of coven: ${LINK}"`,
    ],

    "are sent for the configuration's lists, too": [hag.configures`roomadmins=CRONE`, CRONE.hears`1 stanza`],

    "aren't sent in open rooms, nor to occupants": [
      hag.configures`membersonly=0`,
      crone.enters(),
      hag.makes`WICCA member`,
      hag.configures`membersonly=1 roomadmins=CRONE`,
      each(CRONE, WICCA).hears`nothing`,
    ],
  });
});

describe("invitations to a members-only room by its occupants", () => {
  onStage({ rooms: { max_members: 2 } }, [hag.opens`membersonly=1`]).scenes({
    "create at most max_members members, and then invite nobody": [
      hag.invites`${CRONE.address}`,
      CRONE.hears`1 stanza`,
      everybody.hush(),
      hag.invites`WICCA`,
      hag.hears`message coven error wait/resource-constraint by coven`,
      WICCA.hears`nothing`,
      wicca.enters(),
      wicca.hears`presence coven/wicca error auth/registration-required by coven`,
    ],
  });
});
