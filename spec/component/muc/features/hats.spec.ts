import { onStage } from "../stage.js";
import { everybody } from "../../../plays/component.js";
import { CRONE, HAG, crone, hag } from "../../../plays/people.js";

const DUTY = `<hat title="值班" uri="https://example.org/hats#duty" hue="120.5"/>`;
const IT = `<hat title="IT" uri="urn:example:it" hue="!"/>`;
const BOTH = `<hats xmlns="hats">${DUTY}${IT}</hats>`;

describe("hats", () => {
  const people = {
    [HAG.address]: { name: "Hag", department: "/IT/Support" },
    [CRONE.address]: { name: "Crone", department: "/ITALY" },
  };
  const hats = [
    { title: "值班", uri: "https://example.org/hats#duty", hue: 120.5, users: [HAG.address] },
    { title: "IT", uri: "urn:example:it", departments: ["/IT/"] },
  ];
  const play = onStage({ rooms: { hats } as never, people }, [hag.opens()]);

  play.scenes({
    "are given by the operator to users and departments": [
      crone.enters(),
      crone.hears`presence coven/hag owner/moderator | ${BOTH}
          < presence coven/crone none/participant 110 | !<hats/>
          < message coven groupchat ""`,
      hag.appears`<show>away</show>`,
      crone.hears`presence coven/hag owner/moderator | ${BOTH}`,
      hag.notices`presence coven/hag owner/moderator 110 | ${BOTH}`,
      hag.leaves(),
      crone.hears`presence coven/hag unavailable owner/none | !<hats/>`,
      crone.asks`info | {urn:xmpp:hats:0}`,
    ],

    "aren't accepted from clients": [
      crone.enters(),
      everybody.hush(),
      crone.appears`<hats xmlns="hats"><hat title="Boss" uri="urn:boss"/></hats>`,
      hag.hears`presence coven/crone none/participant | !<hats/>`,
    ],
  });

  it("follow the directory with the next presence", async () => {
    await play.acts([crone.enters(), everybody.hush()]);
    people[CRONE.address] = { name: "Crone", department: "/IT" };
    await play.acts([crone.appears(), hag.hears`presence coven/crone none/participant | ${IT}`]);
  });
});

describe("hats that there are none of", () => {
  onStage({}, [hag.opens()]).scenes({
    "aren't advertised": [hag.asks`info | !{urn:xmpp:hats:0}`],
  });
});
