import { mock } from "node:test";
import { onStage } from "../stage.js";

describe("requests between occupants", () => {
  const play = onStage({}, "coven meets");

  play.scenes(`
    are relayed with their answers: nobody learns a real address
      crone asks coven/hag version | <this from="coven/hag" to="CRONE/desktop"/> <name>Broom</name> &
      hag is asked query | <this id="$id" from="coven/crone" type="get"/>
      hag sends <iq to="coven/crone" type="result" id="$id"><query xmlns="version"><name>Broom</name></query></iq>

    are sent to the occupant's latest session
      hag/phone enters
      crone asks coven/hag version &
      hag/phone is asked query | <this id="$id"/>
      hag/phone sends <iq to="coven/crone" type="result" id="$id"/>

    for a vCard are sent to the account, whose error is relayed
      for $error in cancel/item-not-found auth/forbidden modify/bad-request
        crone asks coven/hag vcard = $error &
        HAG is asked vCard | <this id="$id"/>
        HAG returns iq coven/crone $error id=$id
        crone < nothing

    are for occupants, to occupants
      wicca asks coven/hag version = modify/not-acceptable by coven
      crone asks coven/nobody version = cancel/item-not-found by coven
  `);

  it("are answered with a timeout if nobody answers", async () => {
    mock.timers.enable({ apis: ["setTimeout"] });
    try {
      const answer = play.acts("crone asks coven/hag version = wait/remote-server-timeout");
      await new Promise(setImmediate);
      mock.timers.tick(30_000);
      await answer;
    } finally {
      mock.timers.reset();
    }
  });
});
