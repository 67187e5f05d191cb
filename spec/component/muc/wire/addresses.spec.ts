/** Occupants' real addresses in presence, which the room shows to moderators only. */
import { onStage } from "../stage.js";

describe("an occupant's real address", () => {
  onStage({}, "coven meets wicca").scenes(`
    is shown to moderators only with every change and on entering
      for $change in "hag makes crone visitor" "hag makes CRONE member" "crone appears <show>away</show>" "crone leaves"
        $change
        hag ~ coven/crone | <item jid="CRONE/desktop"/>
        wicca ~ coven/crone | <item jid="!"/>
      for $change in "crone enters" "hag makes crone none" "crone enters" "crone appears as other"
        $change
        hag ~ coven/crone | <item jid="CRONE/desktop"/>
        wicca ~ coven/crone | <item jid="!"/>
      wicca leaves
      all hush
      wicca enters
      wicca ~ coven/other | <item jid="!"/>

    is shown to everybody if the room shows addresses
      hag configures whois=anyone
      all hush
      crone appears <show>away</show>
      hag, wicca < presence coven/crone none/participant | <item jid="CRONE/desktop"/>
  `);
});
