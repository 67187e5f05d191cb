/** A program that says much in a crowded room delays nobody elsewhere, whichever way its messages take. */
import { expect } from "chai";
import { Jid, isAccount } from "../../../../component/addresses/address.js";
import { sendPost } from "../../../../component/hooks/sending.js";
import { callsOn } from "./calling.js";
import { crone, DOMAIN, hag, onStage, ROOM, type Play } from "../play.js";

const GUESTS = 80;
const MESSAGES = 60;
const ELSEWHERE = `elsewhere@${DOMAIN}`;
const guests = Array.from({ length: GUESTS }, (_, n) => `user${n}@qtalk.test.org/pda`);
/** What may be unacknowledged when others speak: the window at the start. */
const WINDOW = 1_024;

const jid = (text: string) => {
  const parsed = Jid.parse(text);
  return parsed !== undefined && isAccount(parsed) ? parsed : expect.fail(text);
};
const post = (play: Play, text: string): Promise<unknown> =>
  sendPost(
    play.context,
    {
      from: jid(`alerts@${DOMAIN}`),
      bot: "Alerts",
      to: jid(ROOM),
      messages: [{ id: text, text }],
      note: () => undefined,
    },
    { post: () => Promise.resolve(undefined), has: () => false },
  );

describe("A program's messages to a crowded room", () => {
  const play = onStage({}, async (stage) => {
    await stage.roomOf(hag, "hag");
    for (const [n, who] of guests.entries()) await stage.enters(who, `nick${n}`);
    await stage.enters(hag, "hag", "", ELSEWHERE);
    await stage.configures(hag, {}, ELSEWHERE);
    await stage.enters(crone, "crone", "", ELSEWHERE);
    while (stage.outbox.states.waiting.stanzas > 0) await new Promise(setImmediate);
  });
  const { send } = callsOn(() => play);
  const ways: Readonly<Record<string, (text: string) => Promise<unknown>>> = {
    calls: (text) => send("user0", text, { id: text }),
    "a hook": (text) => post(play, text),
  };
  const textOf = (stanza: { getChildText(name: string): string | null | undefined }): string =>
    stanza.getChildText("body") ?? "";

  for (const [way, say] of Object.entries(ways)) {
    it(`arrive by ${way}, and speech elsewhere doesn't wait for them`, async () => {
      play.link.confirms = false;
      const { length } = play.link.written;
      const texts = Array.from({ length: MESSAGES }, (_, n) => `said ${n}`);
      const all = Promise.all(texts.map((text) => say(text)));
      await new Promise(setImmediate);
      const elsewhere = play.says(hag, "elsewhere", "m1", ELSEWHERE);
      await new Promise(setImmediate);
      play.link.confirms = true;
      play.link.giveBack();
      await Promise.all([all, elsewhere]);
      const written = play.link.written.slice(length);
      const place = written.findIndex((stanza) => textOf(stanza) === "elsewhere");
      expect(place).to.be.within(0, WINDOW);
      const heard = written.filter(({ attrs: { to } }) => to === guests[1]).map(textOf);
      expect(heard.filter((text) => text !== "")).to.have.members(texts);
    });
  }
});
