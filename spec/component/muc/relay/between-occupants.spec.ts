import { mock } from "node:test";
import { onStage } from "../stage.js";
import { coven } from "../../../plays/component.js";
import { HAG, crone, hag, wicca } from "../../../plays/people.js";
import { forEach, meanwhile } from "../../../plays/steps.js";

describe("requests between occupants", () => {
  const play = onStage({}, [coven.meets()]);

  play.scenes({
    "are relayed with their answers: nobody learns a real address": [
      meanwhile(
        crone.asks`coven/hag version | <this from="coven/hag" to="CRONE/desktop"/> <name>Broom</name>`,
      ),
      hag.isAsked`query | <this id="$id" from="coven/crone" type="get"/>`,
      hag.sends`<iq to="coven/crone" type="result" id="$id"><query xmlns="version"><name>Broom</name></query></iq>`,
    ],

    "are sent to the occupant's latest session": [
      hag.at("phone").enters(),
      meanwhile(crone.asks`coven/hag version`),
      hag.at("phone").isAsked`query | <this id="$id"/>`,
      hag.at("phone").sends`<iq to="coven/crone" type="result" id="$id"/>`,
    ],

    "for a vCard are sent to the account, whose error is relayed": [
      forEach(["cancel/item-not-found", "auth/forbidden", "modify/bad-request"], (error) => [
        meanwhile(crone.asks`coven/hag vcard = ${error}`),
        HAG.isAsked`vCard | <this id="$id"/>`,
        HAG.returns`iq coven/crone ${error} id=$id`,
        crone.hears`nothing`,
      ]),
    ],

    "are for occupants, to occupants": [
      wicca.asks`coven/hag version = modify/not-acceptable by coven`,
      crone.asks`coven/nobody version = cancel/item-not-found by coven`,
    ],
  });

  it("are answered with a timeout if nobody answers", async () => {
    mock.timers.enable({ apis: ["setTimeout"] });
    try {
      const answer = play.acts([crone.asks`coven/hag version = wait/remote-server-timeout`]);
      await new Promise(setImmediate);
      mock.timers.tick(30_000);
      await answer;
    } finally {
      mock.timers.reset();
    }
  });
});
