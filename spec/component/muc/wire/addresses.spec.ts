/** Occupants' real addresses in presence, which the room shows to moderators only. */
import { onStage } from "../stage.js";
import { coven, everybody } from "../../../plays/component.js";
import { crone, each, hag, wicca } from "../../../plays/people.js";
import { forEach } from "../../../plays/steps.js";

describe("an occupant's real address", () => {
  onStage({}, [coven.meets`wicca`]).scenes({
    "is shown to moderators only with every change and on entering": [
      forEach(
        [hag.makes`crone visitor`, hag.makes`CRONE member`, crone.appears`<show>away</show>`, crone.leaves()],
        (change) => [
          change,
          hag.notices`coven/crone | <item jid="CRONE/desktop"/>`,
          wicca.notices`coven/crone | <item jid="!"/>`,
        ],
      ),
      forEach([crone.enters(), hag.makes`crone none`, crone.enters(), crone.appears`as other`], (change) => [
        change,
        hag.notices`coven/crone | <item jid="CRONE/desktop"/>`,
        wicca.notices`coven/crone | <item jid="!"/>`,
      ]),
      wicca.leaves(),
      everybody.hush(),
      wicca.enters(),
      wicca.notices`coven/other | <item jid="!"/>`,
    ],

    "is shown to everybody if the room shows addresses": [
      hag.configures`whois=anyone`,
      everybody.hush(),
      crone.appears`<show>away</show>`,
      each(hag, wicca).hears`presence coven/crone none/participant | <item jid="CRONE/desktop"/>`,
    ],
  });
});
