/** What a room says, and what occupants put into their stanzas. */
import { expect } from "chai";
import type { AccountJid } from "../../../../component/addresses/address.js";
import { Occupants } from "../../../../component/hooks/remote/occupants.js";
import { read } from "../../muc/play.js";
import { jid, ROOM } from "./played-room.js";

const SID = "urn:xmpp:sid:0";
const OCCUPANT_ID = "urn:xmpp:occupant-id:0";
const X = '<x xmlns="http://jabber.org/protocol/muc#user"><item jid="admin@x.test/a"/></x>';
const NOTHING = { sender: undefined, occupant_id: undefined, stanza_id: undefined };

describe("The author of a message in a room of another service", () => {
  const room = (...features: string[]): Occupants =>
    new Occupants({ room: jid(ROOM) as AccountJid, features: new Set(features) });
  const message = (inside: string): ReturnType<typeof read> => read(`<message>${inside}</message>`);
  const shows = (occupants: Occupants, inside: string, type = "available"): void =>
    occupants.note(read(`<presence type="${type}">${inside}</presence>`), "Romeo");

  it("has the address that the room's presence shows, until the occupant leaves or the link is lost", () => {
    const occupants = room();
    shows(occupants, X);
    expect(occupants.authorOf(message(""), "Romeo").sender).to.equal("admin@x.test");
    expect(occupants.authorOf(message(""), "Juliet")).to.deep.equal(NOTHING);
    shows(occupants, X, "unavailable");
    expect(occupants.authorOf(message(""), "Romeo")).to.deep.equal(NOTHING);
    shows(occupants, X);
    occupants.forget();
    expect(occupants.authorOf(message(""), "Romeo")).to.deep.equal(NOTHING);
  });

  it("has nothing that the message claims, or of which a presence has two", () => {
    const ids = `<stanza-id xmlns="${SID}" by="${ROOM}" id="f"/><occupant-id xmlns="${OCCUPANT_ID}" id="f"/>`;
    const occupants = room();
    shows(occupants, X + X);
    expect(occupants.authorOf(message(X + ids), "Romeo")).to.deep.equal(NOTHING);
  });

  it("has ids if the room announces the features, the room gives them, and there is one", () => {
    const occupants = room(SID, OCCUPANT_ID);
    const ids = (by: string): string => `<stanza-id xmlns="${SID}" by="${by}" id="s"/>`;
    const occupant = `<occupant-id xmlns="${OCCUPANT_ID}" id="o"/>`;
    const author = { sender: undefined, occupant_id: "o", stanza_id: "s" };
    expect(occupants.authorOf(message(ids("x@x.test") + occupant + ids(ROOM)), "Romeo")).to.deep.equal(
      author,
    );
    expect(occupants.authorOf(message(ids(ROOM) + ids(ROOM) + occupant + occupant), "Romeo")).to.deep.equal(
      NOTHING,
    );
    expect(occupants.authorOf(message(ids("x@x.test")), "Romeo")).to.deep.equal(NOTHING);
  });
});
