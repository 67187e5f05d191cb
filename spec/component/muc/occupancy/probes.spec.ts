/** Presence probes of occupants (XEP-0045 §17.3). */
import { expect } from "chai";
import { crone } from "../people.js";
import { onStage } from "../stage.js";

describe("a presence probe", () => {
  const play = onStage({}, "coven meets");

  play.scenes(`
    is answered with the occupant's presence, as the asker may see it
      crone appears <show>away</show>
      all hush
      for $nick in crone CRONE
        hag probes coven/$nick
        hag < presence coven/crone none/participant | <show>away</show> <item jid="CRONE/desktop"/>
      crone probes coven/hag
      crone < presence coven/hag owner/moderator | <item jid="!"/>
      crone probes coven/crone
      crone < presence coven/crone none/participant 110
      hag < nothing

    is answered to a server that asks for the account
      CRONE probes coven/hag
      CRONE < presence coven/hag owner/moderator

    is answered by the room with its own presence
      crone probes coven
      crone < presence coven | <x xmlns="vcardUpdate"/>

    is answered with unavailable for absent and invisible occupants
      wicca enters
      hag configures presencebroadcast=moderator
      all hush
      for $nick in nobody wicca
        crone probes coven/$nick
        crone < presence coven/$nick unavailable none/none
      crone probes coven/crone
      crone < presence coven/crone none/participant 110

    isn't answered to users outside, and changes nothing
      for $who in stranger wicca crone/elsewhere
        $who probes coven
        $who probes coven/hag
        $who probes nowhere/hag
        $who < nothing
      hag < nothing
  `);

  it("counts as presence: too many are not answered", async () => {
    await play.begins({ rooms: { presences_per_second: 0.1 } });
    await play.acts(`coven meets\n${"crone probes coven/hag &\n".repeat(20)}`);
    expect(play.hears(crone).length).to.be.below(3);
  });
});
