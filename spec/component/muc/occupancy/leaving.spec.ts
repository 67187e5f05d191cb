import { onStage } from "../stage.js";

const GONE =
  "internal-server-error redirect remote-server-not-found remote-server-timeout gone item-not-found " +
  "jid-malformed recipient-unavailable service-unavailable";

describe("leaving a room and changing the nickname", () => {
  onStage({}, "coven meets").scenes(`
    is sent to the leaving occupant first, then to others with the status
      crone sends <presence to="coven/whatever" type="unavailable"><status>gone to feed the cat</status></presence>
      link wrote 2 = presence crone, presence hag
      crone < presence coven/crone unavailable none/none 110
      hag < presence coven/crone unavailable none/none | <status>gone to feed the cat</status>

    isn't answered to users outside
      wicca sends <presence to="coven/wicca" type="unavailable"/>
      wicca leaves
      wicca leaves nowhere
      wicca sends <presence to="coven"><show>away</show></presence>
      wicca, hag < nothing

    destroys an empty temporary room, and keeps a persistent one
      crone leaves
      wicca asks info
      hag configures persistentroom=1
      hag leaves
      wicca asks info
      hag enters
      hag configures persistentroom=0
      hag leaves
      wicca asks info = cancel/item-not-found by coven
      db has rooms = 0

    shows a new nickname as leaving with 303 and entering; the role stays
      hag makes crone moderator
      all hush
      crone appears as oldhag <show>chat</show>
      hag < presence coven/crone unavailable none/moderator 303 | <item nick="oldhag"/>
          < presence coven/oldhag none/moderator | <show>chat</show>
      crone < presence coven/crone unavailable none/moderator 303 110
            < presence coven/oldhag none/moderator 110

    sends 210 if the new nickname was changed
      crone appears as "old  hag"
      crone < presence coven/crone unavailable none/participant 303 110
            < presence coven/old hag none/participant 210 110
      hag < ...
          < presence coven/old hag none/participant

    refuses an occupied nickname from the requested address, and changes nothing
      crone appears as Hag
      crone < presence coven/Hag error cancel/conflict by coven
      hag < nothing
      crone says still me
      hag < message coven/crone groupchat "still me"

    answers invalid presence, but never from the address of an occupant
      crone appears as o\u202eo
      crone < presence coven/o\u202eo error modify/jid-malformed by coven
      hag < nothing

    ignores probes and subscriptions from outside
      for $type in probe subscribe subscribed unsubscribe invented
        wicca sends <presence to="coven/wicca" type="$type"/>
        wicca sends <presence to="coven" type="$type"/>
      wicca, hag < nothing
  `);
});

describe("ghosts", () => {
  onStage({}, "coven meets").scenes(`
    leave with 333 if a message or presence is returned because the session is gone
      for $why in ${GONE}
        for $what in message presence
          for $to in coven coven/hag
            crone returns $what $to $why
            hag < presence coven/crone unavailable none/none 333
            crone enters
            hag < 1 stanza

    stay after other errors, errors of others, and errors of relayed requests
      crone returns message coven/hag not-acceptable
      crone/other returns message coven gone
      crone returns iq coven/hag service-unavailable id=x
      crone returns iq coven service-unavailable id=x
      hag, crone < nothing

    aren't pinged after leaving, and errors from outside are ignored
      link comes up
      crone is asked ping | <this id="$ping"/>
      crone leaves
      all hush
      for $what in iq message
        crone returns $what coven service-unavailable id=$ping
        crone returns $what nowhere service-unavailable id=$ping
        wicca returns $what coven/hag service-unavailable id=$ping
      crone, hag, wicca < nothing

    are pinged after a reconnect: answers and refusals keep them, unclear errors cause a message
      wicca enters
      all hush
      link comes up
      crone is asked ping | <this from="coven" id="$ofCrone"/>
      hag is asked ping | <this from="coven" id="$ofHag"/>
      wicca is asked ping | <this from="coven" id="$ofWicca"/>
      wicca sends <iq to="coven" type="result" id="$ofWicca"/>
      hag returns iq coven feature-not-implemented id=$ofHag
      crone, hag, wicca < nothing
      crone returns iq coven service-unavailable id=$ofCrone
      crone < message coven groupchat | <this id="$message"/> !<body/>
      crone returns message coven service-unavailable id=$message
      hag < presence coven/crone unavailable none/none 333
  `);
});

describe("self-ping", () => {
  onStage({}, "coven meets").scenes(`
    answers whether the session is inside, and never item-not-found
      crone asks coven/crone ping
      crone asks coven/CRONE ping
      wicca asks coven/wicca ping = cancel/not-acceptable by coven
      wicca asks nowhere/wicca ping = cancel/not-acceptable by nowhere
      crone/other asks coven/crone ping = cancel/not-acceptable by coven
  `);
});
