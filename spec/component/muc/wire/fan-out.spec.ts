import { expect } from "chai";
import { xml } from "../../../../component/xml/builder.js";
import { serialise } from "../../../../component/xml/serialise.js";
import { hag, onStage, read } from "../play.js";

describe("sending to many occupants", () => {
  const play = onStage({}, (play) => play.roomOf(hag, "hag"));

  const people = Array.from({ length: 40 }, (_, n) => `user${n}@qtalk.test.org/it's "quoted" & <odd> ${n}`);

  it("sends each the same stanza with their address", async () => {
    for (const [n, who] of people.entries()) await play.enters(who, `user & ${n}`);
    for (const who of people) play.hears(who);
    await play.says(hag, "&lt;all&gt; &amp; everybody");
    const [sample] = play.hears(hag).slice(-1);
    for (const who of people) {
      const [message, ...more] = play.hears(who);
      expect(more).to.deep.equal([]);
      const built = xml("message", { ...sample?.attrs, to: who }, ...(sample?.children ?? []));
      expect(read(serialise(message!)).toString()).to.equal(read(serialise(built)).toString());
    }
  });

  it("sends a newcomer very many presences", async () => {
    for (const [n, who] of people.entries()) {
      await play.appears(
        who,
        `user${n}`,
        `<x xmlns="http://jabber.org/protocol/muc"/><status>${"x".repeat(3000)}</status>`,
      );
    }
    const heard = await play.enters("late@qtalk.test.org/r", "late");
    expect(heard.filter(({ name }) => name === "presence")).to.have.length(people.length + 2);
  });
});
