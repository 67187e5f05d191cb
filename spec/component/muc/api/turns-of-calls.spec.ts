/** A program that says much in a crowded room delays nobody elsewhere, whichever way its messages take. */
import { expect } from "chai";
import { onStage } from "../stage.js";
import { crone, hag, person } from "../../../plays/people.js";
import { bot } from "../../../plays/component.js";

const GUESTS = 80;
const MESSAGES = 60;
/** What may be unacknowledged when others speak: the window at the start. */
const WINDOW = 1_024;
const guests = Array.from({ length: GUESTS }, (_, n) => person(`user${n}`));

describe("A program's messages to a crowded room", () => {
  const play = onStage({}, async (stage) => {
    await stage.acts([
      hag.opens(),
      guests.map((guest) => guest.enters()),
      hag.enters`elsewhere`,
      hag.configures`elsewhere`,
      crone.enters`elsewhere`,
    ]);
    while (stage.outbox.states.waiting.stanzas > 0) await new Promise(setImmediate);
  });

  for (const [way, say] of [
    ["USER0 calls say", (text: string) => person("USER0").calls`say ${text}`],
    ["Alerts announces", (text: string) => bot("Alerts").announces`${text}`],
  ] as const) {
    it(`arrive by “${way}”, and speech elsewhere doesn't wait for them`, async () => {
      play.link.confirms = false;
      const { length } = play.link.written;
      const texts = Array.from({ length: MESSAGES }, (_, n) => `said ${n}`);
      const all = texts.map((text) => play.acts([say(text)]));
      await new Promise(setImmediate);
      const elsewhere = play.acts([hag.says`in elsewhere: elsewhere`]);
      await new Promise(setImmediate);
      play.link.confirms = true;
      play.link.giveBack();
      await Promise.all([...all, elsewhere]);
      const written = play.link.written.slice(length);
      expect(written.findIndex((stanza) => stanza.getChildText("body") === "elsewhere")).to.be.within(
        0,
        WINDOW,
      );
      const heard = written.filter(({ attrs: { to } }) => to === "user1@qtalk.test.org/pda");
      expect(heard.flatMap((stanza) => stanza.getChildText("body") ?? [])).to.have.members(texts);
    });
  }
});
