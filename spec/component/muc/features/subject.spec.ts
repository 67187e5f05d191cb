/** A room's subject (XEP-0045 §7.2.15 and §8.1, XEP-0421). */
import { onStage } from "../stage.js";

describe("the subject", () => {
  onStage({}, "coven meets").scenes(`
    is sent to everybody, may be empty, and is no part of the history
      for $text in "Fire Burn and Cauldron Bubble!" ""
        hag posts <subject>$text</subject>
        crone < message coven/hag groupchat "$text"
        wicca enters
        wicca < ...
              < presence coven/wicca none/participant 110
              < message coven/hag groupchat "$text" delayed
        wicca leaves
        all hush

    is for moderators, or for everybody if changesubject is on
      crone posts <subject>mine</subject>
      crone < message coven error auth/forbidden by coven
      hag configures changesubject=1
      all hush
      crone posts <subject>mine</subject>
      hag < message coven/crone groupchat "mine"

    isn't changed by a message that has a body or a thread as well, or by an element of another namespace
      crone posts <subject>re: brew</subject><body>text</body>
      crone posts <subject>re: brew</subject><thread>t</thread>
      hag posts <subject xmlns="urn:example:mail">Fire burn</subject>
      crone !~ error
      wicca enters
      wicca < ...
            < message coven groupchat ""

    has the occupant-id of its author for newcomers, also after a restart
      hag posts <subject>Fire burn</subject>
      crone < message coven/hag groupchat "Fire burn" | <occupant-id xmlns="occupantId" id="$author"/>
      wicca enters
      wicca ~ "Fire burn" delayed | <occupant-id id="$author"/>
      component restarts
      wicca enters
      wicca ~ "Fire burn" delayed | <occupant-id id="$author"/>

    has no occupant-id if nobody set it or the room was imported
      wicca enters
      wicca ~ message coven groupchat "" | !<occupant-id/>
      db runs UPDATE rooms SET subject = '{"xml":"<subject>Old</subject>","nick":"hag","at":0}'
      component restarts
      wicca enters
      wicca ~ message coven/hag groupchat "Old" delayed | !<occupant-id/>

    is the <subject/> alone, whatever else the message contained
      hag posts <origin-id xmlns="sid" id="o1"/><subject>Fire burn</subject>
      crone ~ "Fire burn" | <origin-id id="o1"/>
      wicca enters
      wicca ~ "Fire burn" delayed | <occupant-id/> !<origin-id/> !<stanza-id/>
  `);
});

describe("the longest subject", () => {
  onStage({ rooms: { subject_bytes: 1000 } }, "coven meets").scenes(`
    has subject_bytes with its tags
      hag posts <subject>${"x".repeat(982)}</subject>
      hag < message coven error modify/not-acceptable by coven
      hag posts <subject>${"x".repeat(981)}</subject>
      crone < message coven/hag groupchat "${"x".repeat(981)}"
  `);
});
