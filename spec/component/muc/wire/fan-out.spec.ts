import { expect } from "chai";
import { xml } from "../../../../component/xml/builder.js";
import { serialise } from "../../../../component/xml/serialise.js";
import { read } from "../play.js";
import { onStage } from "../stage.js";
import { hag, person } from "../../../plays/people.js";

describe("sending to many occupants", () => {
  const play = onStage({}, [hag.opens()]);

  const people = Array.from({ length: 40 }, (_, n) => `user${n}@qtalk.test.org/it's "quoted" & <odd> ${n}`);

  it("sends each the same stanza with their address", async () => {
    for (const [n, who] of people.entries()) await play.enters(who, `user & ${n}`);
    for (const who of people) play.hears(who);
    await play.says(hag.address, "&lt;all&gt; &amp; everybody");
    const [sample] = play.hears(hag.address).slice(-1);
    for (const who of people) {
      const [message, ...more] = play.hears(who);
      expect(more).to.deep.equal([]);
      const built = xml("message", { ...sample?.attrs, to: who }, ...(sample?.children ?? []));
      expect(read(serialise(message!)).toString()).to.equal(read(serialise(built)).toString());
    }
  });

  it("sends a newcomer very many presences", async () => {
    const status = `<x xmlns="muc"/><status>${"x".repeat(3000)}</status>`;
    await play.acts(people.map((_, n) => person(`user${n}`).appears`${status}`));
    await play.acts([person("late").enters(), person("late").hears`${people.length + 3} stanzas`]);
  });
});
