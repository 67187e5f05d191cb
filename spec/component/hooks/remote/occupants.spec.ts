/** What a room says of a message's author. That claims of occupants are ignored, real servers show (remote-hearing). */
import { expect } from "chai";
import type { AccountJid } from "../../../../component/addresses/address.js";
import { Occupants } from "../../../../component/hooks/remote/room-stanzas.js";
import { read } from "../../muc/play.js";
import { jid, ROOM } from "./played-room.js";

const SID = "urn:xmpp:sid:0";
const OCCUPANT_ID = "urn:xmpp:occupant-id:0";
const X = '<x xmlns="http://jabber.org/protocol/muc#user"><item jid="admin@x.test/a"/></x>';
const IDS = `<stanza-id xmlns="${SID}" by="${ROOM}" id="s"/><occupant-id xmlns="${OCCUPANT_ID}" id="o"/>`;
const NOTHING = { sender: undefined, occupant_id: undefined, stanza_id: undefined };

describe("The author of a message in a room of another service", () => {
  const room = (...features: string[]): Occupants =>
    new Occupants({ room: jid(ROOM) as AccountJid, features: new Set(features) });
  const authorIn = (occupants: Occupants, inside = ""): object =>
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

  it("has ids if the room announces the features, and there is one of each", () => {
    const foreign = `<stanza-id xmlns="${SID}" by="x@x.test" id="f"/>`;
    expect(authorIn(room(SID, OCCUPANT_ID), foreign + IDS)).to.include({ occupant_id: "o", stanza_id: "s" });
    expect(authorIn(room(SID, OCCUPANT_ID), IDS + IDS)).to.deep.equal(NOTHING);
    expect(authorIn(room(), IDS)).to.deep.equal(NOTHING);
  });
});
