/** A room's subject (XEP-0045 §7.2.15 and §8.1, XEP-0421). */
import { onStage } from "../stage.js";
import { component, coven, db, everybody } from "../../../plays/component.js";
import { crone, hag, wicca } from "../../../plays/people.js";
import { forEach } from "../../../plays/steps.js";

describe("the subject", () => {
  onStage({}, [coven.meets()]).scenes({
    "is sent to everybody, may be empty, and is no part of the history": [
      forEach(["Fire Burn and Cauldron Bubble!", ""], (text) => [
        hag.posts`<subject>${text}</subject>`,
        crone.hears`message coven/hag groupchat "${text}"`,
        wicca.enters(),
        wicca.hears`...
          < presence coven/wicca none/participant 110
          < message coven/hag groupchat "${text}" delayed`,
        wicca.leaves(),
        everybody.hush(),
      ]),
    ],

    "is for moderators, or for everybody if changesubject is on": [
      crone.posts`<subject>mine</subject>`,
      crone.hears`message coven error auth/forbidden by coven`,
      hag.configures`changesubject=1`,
      everybody.hush(),
      crone.posts`<subject>mine</subject>`,
      hag.hears`message coven/crone groupchat "mine"`,
    ],

    "isn't changed by a message that has a body or a thread as well, or by an element of another namespace": [
      crone.posts`<subject>re: brew</subject><body>text</body>`,
      crone.posts`<subject>re: brew</subject><thread>t</thread>`,
      hag.posts`<subject xmlns="urn:example:mail">Fire burn</subject>`,
      crone.misses`error`,
      wicca.enters(),
      wicca.hears`...
          < message coven groupchat ""`,
    ],

    "has the occupant-id of its author for newcomers, also after a restart": [
      hag.posts`<subject>Fire burn</subject>`,
      crone.hears`message coven/hag groupchat "Fire burn" | <occupant-id xmlns="occupantId" id="$author"/>`,
      wicca.enters(),
      wicca.notices`"Fire burn" delayed | <occupant-id id="$author"/>`,
      component.restarts(),
      wicca.enters(),
      wicca.notices`"Fire burn" delayed | <occupant-id id="$author"/>`,
    ],

    "has no occupant-id if nobody set it or the room was imported": [
      wicca.enters(),
      wicca.notices`message coven groupchat "" | !<occupant-id/>`,
      db.runs`UPDATE rooms SET subject = '{"xml":"<subject>Old</subject>","nick":"hag","at":0}'`,
      component.restarts(),
      wicca.enters(),
      wicca.notices`message coven/hag groupchat "Old" delayed | !<occupant-id/>`,
    ],

    "is the <subject/> alone, whatever else the message contained": [
      hag.posts`<origin-id xmlns="sid" id="o1"/><subject>Fire burn</subject>`,
      crone.notices`"Fire burn" | <origin-id id="o1"/>`,
      wicca.enters(),
      wicca.notices`"Fire burn" delayed | <occupant-id/> !<origin-id/> !<stanza-id/>`,
    ],
  });
});

describe("the longest subject", () => {
  onStage({ rooms: { subject_bytes: 1000 } }, [coven.meets()]).scenes({
    "has subject_bytes with its tags": [
      hag.posts`<subject>${"x".repeat(982)}</subject>`,
      hag.hears`message coven error modify/not-acceptable by coven`,
      hag.posts`<subject>${"x".repeat(981)}</subject>`,
      crone.hears`message coven/hag groupchat "${"x".repeat(981)}"`,
    ],
  });
});
