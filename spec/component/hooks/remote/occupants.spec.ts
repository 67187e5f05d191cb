/** What a room says of a message's author. That claims of occupants are ignored, real servers show (remote-hearing). */
import { expect } from "chai";
import type { AccountJid } from "../../../../component/addresses/address.js";
import { RemoteOccupants } from "../../../../component/hooks/remote/room-stanzas.js";
import { heapAfter } from "../../../support/heap.js";
import { read } from "../../muc/play.js";
import { jid, ROOM } from "./played-room.js";

const SID = "urn:xmpp:sid:0";
const OCCUPANT_ID = "urn:xmpp:occupant-id:0";
const X = '<x xmlns="http://jabber.org/protocol/muc#user"><item jid="admin@x.test/a"/></x>';
const IDS = `<stanza-id xmlns="${SID}" by="${ROOM}" id="s"/><occupant-id xmlns="${OCCUPANT_ID}" id="o"/>`;
const NOTHING = { sender: undefined, occupant_id: undefined, stanza_id: undefined };

describe("The author of a message in a room of another service", () => {
  const room = (...features: string[]): RemoteOccupants =>
    new RemoteOccupants({ room: jid(ROOM) as AccountJid, features: new Set(features) });
  const authorIn = (occupants: RemoteOccupants, inside = ""): object =>
    occupants.authorOf(read(`<message>${inside}</message>`), "Romeo");

  it("has the address that the room's presence shows, until the occupant leaves or the link is lost", () => {
    const occupants = room();
    const shows = (inside: string, type = "available"): void =>
      occupants.note(read(`<presence type="${type}">${inside}</presence>`), "Romeo");
    for (const end of [() => shows(X, "unavailable"), () => occupants.forget(), () => shows(X + X)]) {
      shows(X);
      expect(authorIn(occupants)).to.include({ sender: "admin@x.test" });
      end();
      expect(authorIn(occupants)).to.deep.equal(NOTHING);
    }
  });

  it("has no address in a room that announces more, or longer ones, than are remembered", () => {
    const occupants = room();
    const announce = (nick: string, padding: number, type = "available"): void => {
      const item = `<item jid="${nick}-${"j".repeat(padding)}@x.test/a"/>`;
      const x = `<x xmlns="http://jabber.org/protocol/muc#user">${item}</x>`;
      occupants.note(read(`<presence type="${type}">${x}</presence>`), nick);
    };
    const isKnown = (nick: string): boolean =>
      occupants.authorOf(read("<message/>"), nick).sender !== undefined;
    const used = heapAfter(() => {
      for (let count = 0; count < 3_000; count++) announce(`${count}-${"n".repeat(900)}`, 90);
    });
    expect(used).to.be.below(4e6);
    expect([isKnown(`0-${"n".repeat(900)}`), isKnown(`2999-${"n".repeat(900)}`)]).to.deep.equal([
      true,
      false,
    ]);
    for (let count = 0; count < 3_000; count++) announce(`${count}-${"n".repeat(900)}`, 90, "unavailable");
    for (let count = 0; count < 10_001; count++) announce(`${count}`, 1);
    expect([isKnown("9999"), isKnown("10000")]).to.deep.equal([true, false]);
  });

  it("has ids if the room announces the features, and there is one of each", () => {
    const foreign = `<stanza-id xmlns="${SID}" by="x@x.test" id="f"/>`;
    expect(authorIn(room(SID, OCCUPANT_ID), foreign + IDS)).to.include({ occupant_id: "o", stanza_id: "s" });
    expect(authorIn(room(SID, OCCUPANT_ID), IDS + IDS)).to.deep.equal(NOTHING);
    expect(authorIn(room(), IDS)).to.deep.equal(NOTHING);
  });
});
