/** The history that newcomers get, and its bounds (XEP-0045 §7.2.13). */
import { expect } from "chai";
import { serialise } from "../../../../component/xml/serialise.js";
import { onStage } from "../stage.js";
import { component, coven, db, everybody } from "../../../plays/component.js";
import { crone, hag, wicca } from "../../../plays/people.js";
import { forEach, meanwhile } from "../../../plays/steps.js";

const SAID = [coven.meets(), crone.says`one`, crone.says`two`, crone.says`three`, everybody.hush()];
const at = (ms: number): string => new Date(Date.now() + ms).toISOString();

describe("the history that newcomers get", () => {
  const play = onStage({ rooms: { presences_per_second: 1000 } }, SAID);
  play.scenes({
    "has the latest messages with little history_bytes, and none with history_bytes of 0": [
      component.restarts`{"rooms": {"history_bytes": 1200}}`,
      wicca.replays`= /^(two, )?three$/`,
      component.restarts`{"rooms": {"history_bytes": 0}}`,
      wicca.replays`= nothing`,
    ],

    "is as long as the room says, with and without an archive": [
      forEach(["1", "0"], (archiving) => [
        hag.configures`enablearchiving=${archiving} historylength=2`,
        crone.says`four`,
        crone.says`five`,
        crone.says`six`,
        wicca.replays`= five, six`,
        hag.configures`historylength=0`,
        wicca.replays`= nothing`,
      ]),
      db.has`archive WHERE kept = 0 = 2`,
    ],

    "includes messages of the same moment": [
      meanwhile(crone.says`just now`),
      wicca.replays`= one, two, three, just now`,
    ],

    "has the requested number of messages": [
      wicca.replays`<history maxstanzas="2"/> = two, three`,
      wicca.replays`<history maxstanzas="0"/> = nothing`,
    ],

    "has messages since a time, or for some seconds": [
      wicca.replays`<history since="${at(600_000)}"/> = nothing`,
      wicca.replays`<history since="${at(-600_000)}"/> = one, two, three`,
      wicca.replays`<history since="1969-01-01T00:00:00Z"/> = one, two, three`,
      wicca.replays`<history seconds="60"/> = one, two, three`,
      db.runs`UPDATE archive SET id = id - 120000000 WHERE stanza LIKE '%>one<%'`,
      wicca.replays`<history seconds="60"/> = two, three`,
      wicca.replays`<history seconds="3600" since="${at(600_000)}"/> = nothing`,
      wicca.replays`<history seconds="0" since="1970-01-01T00:00:00Z"/> = nothing`,
    ],

    "has everything if the request is invalid": [
      forEach(["maxstanzas='many'", "maxchars='-1'", "since='then'", "seconds='1.5'", ""], (wrong) => [
        wicca.replays`<history ${wrong}/> = one, two, three`,
      ]),
    ],

    "leaves out messages that are too large with their time": [
      db.runs`UPDATE archive SET stanza = replace(stanza, '>two<', '>${"x".repeat(262_000)}<')`,
      wicca.replays`= one, three`,
    ],
  });

  it("has the time of each message, from the room", async () => {
    const before = at(-60_000);
    const told = (await play.enters(wicca.address, "wicca")).flatMap(
      (stanza) => stanza.getChild("delay") ?? [],
    );
    expect(told).to.have.length(3);
    for (const { attrs } of told) {
      expect(attrs.from).to.equal("coven@conference.qtalk.test.org");
      expect(attrs.stamp).to.satisfy((stamp: string) => stamp >= before && stamp <= at(0));
    }
  });

  it("has the requested number of characters", async () => {
    const latest = (await play.enters(hag.address, "hag")).find(
      (stanza) => stanza.getChildText("body") === "three",
    );
    const long = serialise(latest!).length + 20;
    await play.acts([
      wicca.replays`<history maxchars="${long}"/> = three`,
      wicca.replays`<history maxchars="${2 * long}"/> = two, three`,
      wicca.replays`<history maxchars="${Math.floor(long / 2)}"/> = nothing`,
      wicca.replays`<history maxchars="0"/> = nothing`,
    ]);
  });
});
