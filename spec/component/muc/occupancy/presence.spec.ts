/** Occupants' presence while they are inside. */
import { onStage } from "../stage.js";
import { coven, db, everybody } from "../../../plays/component.js";
import { CRONE, crone, each, hag, wicca } from "../../../plays/people.js";

const large = (bytes: number): string => `<x xmlns="urn:example:large">${"x".repeat(bytes)}</x>`;

describe("presence of occupants", () => {
  onStage({}, [coven.meets()]).scenes({
    "is relayed without large extensions, and bare if the status is large": [
      crone.appears`<show>away</show>${large(16_000)}`,
      hag.hears`presence coven/crone none/participant | <x xmlns="urn:example:large"/>`,
      crone.appears`<show>dnd</show><status>tea</status>${large(17_000)}`,
      hag.hears`presence coven/crone none/participant
            | <show>dnd</show> <status>tea</status> !<x xmlns="urn:example:large"/>`,
      crone.appears`<show>xa</show><status>${"x".repeat(17_000)}</status>`,
      hag.hears`presence coven/crone none/participant | !<show/> !<status/>`,
    ],

    "is sent again completely if a session enters at the room's address": [
      crone.sends`<presence to="coven"><x xmlns="muc"/></presence>`,
      crone.hears`presence coven/crone none/participant 110
          < presence coven/hag owner/moderator
          < presence coven/crone none/participant 210 110
          < message coven groupchat ""`,
    ],

    "is announced if a session enters again with another presence, and not with the same": [
      crone.appears`<x xmlns="muc"/><show>away</show>`,
      hag.hears`presence coven/crone none/participant | <show>away</show>`,
      crone.appears`<x xmlns="muc"/><show>away</show>`,
      hag.hears`nothing`,
    ],

    "is announced as often as it is sent": [
      crone.appears`<show>away</show>`,
      crone.appears`<show>away</show>`,
      hag.hears`2 stanzas`,
    ],

    "changes the nickname if it is sent to the own nickname in another case, and not if it is only spelt otherwise":
      [
        crone.appears`as Crone`,
        hag.hears`presence coven/crone unavailable none/participant 303
          < presence coven/Crone none/participant`,
        everybody.hush(),
        crone.appears`as " Crone "`,
        crone.hears`presence coven/Crone none/participant 110`,
      ],

    "is refused for the nickname of another session of the same account": [
      crone.at("phone").enters`as witch`,
      everybody.hush(),
      crone.at("phone").appears`as crone`,
      crone.at("phone").hears`presence coven/crone error cancel/conflict by coven`,
      hag.hears`nothing`,
    ],

    "isn't announced on entering, leaving or for a new nickname if the role isn't broadcast": [
      hag.configures`presencebroadcast=moderator`,
      wicca.enters(),
      wicca.leaves(),
      each(hag, crone).misses`coven/wicca`,
      crone.appears`as witch`,
      crone.hears`presence coven/crone unavailable none/participant 303 110
          < presence coven/witch none/participant 110`,
      hag.hears`nothing`,
    ],

    "reaches each session of an account once, and falls back to the remaining session's": [
      crone.appears`<show>away</show>`,
      everybody.hush(),
      crone.at("phone").appears`as crone <x xmlns="muc"/><show>chat</show>`,
      crone.hears`presence coven/crone none/participant 110`,
      crone.at("phone").hears`presence coven/hag owner/moderator
          < presence coven/crone none/participant 110
          < message coven groupchat ""`,
      hag.hears`presence coven/crone none/participant | <show>chat</show>`,
      crone.at("phone").leaves(),
      hag.hears`presence coven/crone none/participant | <show>away</show>`,
    ],

    "is refused from a bare address": [
      CRONE.appears`as crone <x xmlns="muc"/>`,
      CRONE.hears`presence coven/crone error modify/jid-malformed by coven`,
      hag.hears`nothing`,
    ],

    "destroys a temporary room once if its form puts out the last occupants": [
      hag.leaves(),
      hag.configures`membersonly=1`,
      crone.hears`...
          < presence coven/crone unavailable none/none 322 110`,
      db.has`rooms = 0`,
    ],
  });
});
