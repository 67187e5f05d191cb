/** Presence probes of occupants (XEP-0045 §17.3). */
import { expect } from "chai";
import { onStage } from "../stage.js";
import { coven, everybody } from "../../../plays/component.js";
import { CRONE, crone, hag, stranger, wicca } from "../../../plays/people.js";
import { forEach, meanwhile } from "../../../plays/steps.js";

describe("a presence probe", () => {
  const play = onStage({}, [coven.meets()]);

  play.scenes({
    "is answered with the occupant's presence, as the asker may see it": [
      crone.appears`<show>away</show>`,
      everybody.hush(),
      forEach(["crone", "CRONE"], (nick) => [
        hag.probes`coven/${nick}`,
        hag.hears`presence coven/crone none/participant | <show>away</show> <item jid="CRONE/desktop"/>`,
      ]),
      crone.probes`coven/hag`,
      crone.hears`presence coven/hag owner/moderator | <item jid="!"/>`,
      crone.probes`coven/crone`,
      crone.hears`presence coven/crone none/participant 110`,
      hag.hears`nothing`,
    ],

    "is answered to a server that asks for the account": [
      CRONE.probes`coven/hag`,
      CRONE.hears`presence coven/hag owner/moderator`,
    ],

    "is answered by the room with its own presence": [
      crone.probes`coven`,
      crone.hears`presence coven | <x xmlns="vcardUpdate"/>`,
    ],

    "is answered with unavailable for absent and invisible occupants": [
      wicca.enters(),
      hag.configures`presencebroadcast=moderator`,
      everybody.hush(),
      forEach(["nobody", "wicca"], (nick) => [
        crone.probes`coven/${nick}`,
        crone.hears`presence coven/${nick} unavailable none/none`,
      ]),
      crone.probes`coven/crone`,
      crone.hears`presence coven/crone none/participant 110`,
    ],

    "isn't answered to users outside, and changes nothing": [
      forEach([stranger, wicca, crone.at("elsewhere")], (who) => [
        who.probes`coven`,
        who.probes`coven/hag`,
        who.probes`nowhere/hag`,
        who.hears`nothing`,
      ]),
      hag.hears`nothing`,
    ],
  });

  it("counts as presence: too many are not answered", async () => {
    await play.begins({ rooms: { presences_per_second: 0.1 } });
    await play.acts([coven.meets(), ...Array.from({ length: 20 }, () => meanwhile(crone.probes`coven/hag`))]);
    expect(play.hears(crone.address).length).to.be.below(3);
  });
});
