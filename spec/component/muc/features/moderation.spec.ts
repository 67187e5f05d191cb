import { onStage } from "../stage.js";
import { component, coven, db, disk, everybody } from "../../../plays/component.js";
import { time } from "../../../plays/time.js";
import { crone, hag, wicca } from "../../../plays/people.js";
import { forEach, meanwhile } from "../../../plays/steps.js";

describe("moderating messages", () => {
  onStage({}, [coven.meets()]).scenes({
    "announces moderator and reason, then answers the request; the archive has a tombstone and the retraction":
      [
        hag.says`who am I?`,
        crone.hears`message coven/hag groupchat "who am I?" | <occupant-id id="$hag"/>`,
        crone.says`#spam-1 free potions`,
        crone.hears`message coven/crone groupchat "free potions" | <stanza-id id="$id"/> <occupant-id id="$crone"/>`,
        crone.says`sorry`,
        everybody.hush(),
        hag.moderates`$id <reason>Spells &amp; spam</reason>`,
        component.wrote`2 = message crone, iq hag`,
        forEach([hag, crone], (who) => [
          who.hears`message coven groupchat
            | <this id="$retraction"/> <stanza-id xmlns="sid" by="coven" id="$retraction"/>
            <retract xmlns="retract" id="$id"><moderated xmlns="moderate" by="coven/hag"><occupant-id id="$hag"/>
            </moderated><reason>Spells &amp; spam</reason></retract>`,
        ]),
        crone.says`that's all`,
        crone.notices`"that's all" | <stanza-id id="$last"/>`,
        wicca.reads`after-id=$id before-id=$last = sorry, -
        | <message from="coven"><retract xmlns="retract" id="$id"/><stanza-id id="*"/></message>`,
        wicca.reads`before-id=$last | <message from="coven/crone" id="spam-1" type="groupchat"><stanza-id id="$id"/>
        <occupant-id id="$crone"/><retracted xmlns="retract" id="*" stamp="/^20/">
        <moderated xmlns="moderate" by="coven/hag"><occupant-id id="$hag"/></moderated>
        <reason>Spells &amp; spam</reason></retracted></message>`,
      ],

    "leaves nothing of the message in archive and history, also after a restart": [
      crone.says`free potions`,
      crone.sends`<message to="coven" type="groupchat" xml:lang="fr"><body>potions</body><thread>potions</thread>
        <subject>potions</subject><x xmlns="oob"><url>potions</url></x></message>`,
      crone.hears`message coven/crone groupchat "free potions" | <stanza-id id="$one"/>
          < message coven/crone groupchat "potions" | <stanza-id id="$two"/>`,
      hag.says`welcome`,
      hag.moderates`$one`,
      hag.moderates`$two`,
      component.restarts(),
      db.has`archive WHERE stanza LIKE '%potions%' = 0`,
      wicca.enters(),
      wicca.notices`message coven/hag groupchat "welcome" delayed`,
      wicca.reads`= -, -, welcome, -, -
        | <message><stanza-id id="$one"/><retracted/></message> <message><stanza-id id="$two"/><retracted/></message>`,
    ],

    "removes the message from the history without an archive, and puts the retraction there": [
      hag.configures`enablearchiving=0`,
      everybody.hush(),
      crone.says`free potions`,
      crone.notices`free potions | <stanza-id id="$id"/>`,
      hag.says`welcome`,
      everybody.hush(),
      hag.moderates`$id`,
      crone.hears`message coven groupchat | <retract xmlns="retract" id="$id"/>`,
      wicca.enters(),
      wicca.hears`...
          < presence coven/wicca none/participant 110
          < message coven/hag groupchat "welcome" delayed
          < message coven groupchat delayed
          < message coven groupchat ""`,
      hag.reads`= nothing`,
      everybody.hush(),
      hag.moderates`$id`,
      crone.hears`nothing`,
    ],

    "shows the sender's real address in the archive, not the moderator's, and finds the tombstone by the sender":
      [
        hag.configures`whois=anyone`,
        everybody.hush(),
        crone.says`free potions`,
        crone.notices`free potions | <stanza-id id="$id"/>`,
        hag.moderates`$id`,
        crone.reads`= -, - | <item jid="CRONE"/> !<item jid="HAG"/>`,
        crone.reads`with=coven/crone = -`,
        crone.reads`with=coven/hag = nothing`,
      ],

    "is for moderators: others are refused, and the message stays": [
      hag.says`stay`,
      hag.notices`stay | <stanza-id id="$id"/>`,
      crone.moderates`$id = auth/forbidden by coven`,
      wicca.moderates`$id = auth/forbidden by coven`,
      hag.hears`nothing`,
      hag.reads`= stay`,
      hag.makes`crone moderator`,
      crone.moderates`$id`,
    ],

    "is possible for owners outside, without an occupant's address": [
      hag.makes`WICCA owner`,
      crone.says`free potions`,
      crone.notices`free potions | <stanza-id id="$id"/>`,
      wicca.moderates`$id`,
      crone.hears`message coven groupchat | <moderated by="!"><occupant-id id="*"/></moderated>`,
    ],

    "refuses unknown messages, the room's own messages, and other requests": [
      crone.says`free potions`,
      crone.notices`free potions | <stanza-id id="$id"/>`,
      hag.enters`cave`,
      hag.configures`cave`,
      hag.moderates`$id cave = cancel/item-not-found by cave`,
      hag.moderates`$id nowhere = cancel/item-not-found by nowhere`,
      forEach(["1", "$(id)e", "0$id", "", "spam-1", "$(id)0000", "m1"], (unknown) => [
        hag.moderates`"${unknown}" = cancel/item-not-found by coven`,
      ]),
      hag.sets`<moderate xmlns="moderate" id="$id"/> = cancel/feature-not-implemented by coven`,
      hag.sets`<moderate xmlns="moderate" id="$id"><retract xmlns="urn:xmpp:message-retract:0"/></moderate>
        = cancel/feature-not-implemented by coven`,
      hag.sets`<moderate xmlns="moderate"><retract xmlns="retract"/></moderate> = modify/bad-request by coven`,
      everybody.hush(),
      hag.moderates`$id`,
      crone.hears`message coven groupchat | <stanza-id id="$retraction"/>`,
      hag.moderates`$retraction = cancel/not-allowed by coven`,
    ],

    "announces a repeated retraction once": [
      crone.says`free potions`,
      crone.notices`free potions | <stanza-id id="$id"/>`,
      meanwhile(hag.moderates`$id`),
      meanwhile(hag.moderates`$id`),
      hag.moderates`$id <reason>again</reason>`,
      crone.hears`1 stanza`,
      hag.reads`= -, - | <retracted/> !<reason/>`,
    ],

    "keeps the moderator's tombstone if the sender retracts the message later": [
      crone.says`free potions`,
      crone.notices`free potions | <stanza-id id="$id"/>`,
      hag.moderates`$id <reason>spam</reason>`,
      crone.posts`<retract xmlns="retract" id="$id"/>`,
      hag.reads`= -, -, - | <retracted><reason>spam</reason></retracted>`,
    ],

    "announces nothing and keeps the message if the disk refuses it": [
      crone.says`free potions`,
      crone.notices`free potions | <stanza-id id="$id"/>`,
      disk.refuses`UPDATE ON archive`,
      hag.moderates`$id = wait/resource-constraint`,
      crone.hears`nothing`,
      hag.reads`= free potions`,
      disk.recovers(),
      hag.moderates`$id`,
      crone.hears`1 stanza`,
    ],

    "cuts reasons, ignores empty ones, and has the rate limit of messages": [
      crone.says`one`,
      crone.notices`one | <stanza-id id="$one"/>`,
      hag.moderates`$one <reason>${"x".repeat(5000)}</reason>`,
      crone.hears`message coven groupchat | <reason>${"x".repeat(2000)}</reason>`,
      crone.says`two`,
      crone.notices`two | <stanza-id id="$two"/>`,
      hag.moderates`$two <reason/>`,
      crone.hears`message coven groupchat | !<reason/>`,
      component.restarts`{"rooms": {"messages_per_second": 1}}`,
      time.stops(),
      ...Array.from({ length: 19 }, () =>
        meanwhile(hag.moderates`$one = /result|wait.resource-constraint by coven/`),
      ),
      hag.moderates`$one = wait/resource-constraint by coven`,
    ],
  });
});
