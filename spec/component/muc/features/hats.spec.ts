import { HAG, CRONE } from "../people.js";
import { onStage } from "../stage.js";

const DUTY = `<hat title="值班" uri="https://example.org/hats#duty" hue="120.5"/>`;
const IT = `<hat title="IT" uri="urn:example:it" hue="!"/>`;
const BOTH = `<hats xmlns="hats">${DUTY}${IT}</hats>`;

describe("hats", () => {
  const people = {
    [HAG]: { name: "Hag", department: "/IT/Support" },
    [CRONE]: { name: "Crone", department: "/ITALY" },
  };
  const hats = [
    { title: "值班", uri: "https://example.org/hats#duty", hue: 120.5, users: [HAG] },
    { title: "IT", uri: "urn:example:it", departments: ["/IT/"] },
  ];
  const play = onStage({ rooms: { hats } as never, people }, "hag opens");

  play.scenes(`
    are given by the operator to users and departments
      crone enters
      crone < presence coven/hag owner/moderator | ${BOTH}
            < presence coven/crone none/participant 110 | !<hats/>
            < message coven groupchat ""
      hag appears <show>away</show>
      crone < presence coven/hag owner/moderator | ${BOTH}
      hag ~ presence coven/hag owner/moderator 110 | ${BOTH}
      hag leaves
      crone < presence coven/hag unavailable owner/none | !<hats/>
      crone asks info | {urn:xmpp:hats:0}

    aren't accepted from clients
      crone enters
      all hush
      crone appears <hats xmlns="hats"><hat title="Boss" uri="urn:boss"/></hats>
      hag < presence coven/crone none/participant | !<hats/>
  `);

  it("follow the directory with the next presence", async () => {
    await play.acts("crone enters\nall hush");
    people[CRONE] = { name: "Crone", department: "/IT" };
    await play.acts(`crone appears\nhag < presence coven/crone none/participant | ${IT}`);
  });
});

describe("hats that there are none of", () => {
  onStage({}, "hag opens").scenes(`
    aren't advertised
      hag asks info | !{urn:xmpp:hats:0}
  `);
});
