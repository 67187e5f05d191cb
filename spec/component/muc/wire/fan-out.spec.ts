import { expect } from "chai";
import { xml } from "../../../../component/xml/builder.js";
import { serialise } from "../../../../component/xml/serialise.js";
import { addressable, addressed } from "../../../../component/xml/splice.js";
import { presenceText } from "../../../../component/muc/wire/presence-stanza.js";
import { presencesFor, shapeOf } from "../../../../component/muc/wire/fan-out.js";
import { Jid, type AccountJid } from "../../../../component/address.js";
import { hag, Play, read, ROOM } from "../play.js";

describe("Telling many", () => {
  let play: Play;
  beforeEach(async () => {
    play = await new Play().ready();
    await play.roomOf(hag, "hag");
  });
  afterEach(() => play.close());

  const people = Array.from({ length: 40 }, (_, n) => `user${n}@qtalk.test.org/it's "quoted" & <odd> ${n}`);

  it("writes to each what the builder would have written", async () => {
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

  it("serialises each form of a presence once, and splices what the serialiser would have written", async () => {
    await play.enters(people[0]!, "odd & <nick>");
    const room = play.service.rooms.find(Jid.parse(ROOM) as AccountJid)!;
    for (const occupant of room.occupants.values()) {
      for (const view of ["open", "hidden", "own"] as const) {
        const text = presenceText(occupant, shapeOf(occupant), view);
        const stanza = read(text);
        const built = xml("presence", { to: hag, ...stanza.attrs }, ...stanza.children);
        expect(addressed(addressable(text), hag)).to.equal(serialise(built));
      }
    }
    const newcomer = room.occupants.get("hag")!;
    const [first] = presencesFor(room, newcomer, hag);
    const [again] = presencesFor(room, newcomer, hag);
    expect(first).to.equal(again);
  });

  it("puts many presences for one newcomer into few rows, and all of them arrive", async () => {
    for (const [n, who] of people.entries()) {
      await play.sends(
        who,
        `<presence to="${ROOM}/user${n}"><x xmlns="http://jabber.org/protocol/muc"/><status>${"x".repeat(3000)}</status></presence>`,
      );
    }
    const heard = await play.enters("late@qtalk.test.org/r", "late");
    expect(heard.filter(({ name }) => name === "presence")).to.have.length(people.length + 2);
  });
});
