import { expect } from "chai";
import {
  errorIn,
  isRefusal,
  KICKED,
  MISSING,
  reasonOf,
  refusalReason,
  remoteRoomError,
  SILENT,
} from "../../../../component/hooks/remote/room-error.js";
import { read } from "../../muc/play.js";

const BOT = "ci@c.test";

describe("An error of a room of another service", () => {
  for (const [condition, reason] of [
    ["registration-required", `the room is for members only: make ${BOT} a member, or invite it`],
    ["forbidden", `${BOT} is banned there: lift the ban, and then run qtalk-component bot enter`],
    [
      "not-authorized",
      "the room wants a password, or another one: qtalk-component bot enter --password-file",
    ],
    ["conflict", "its nickname is taken, and so are those with a number"],
    ["gone", "the room was destroyed"],
    ["not-allowed", `the room doesn't let ${BOT} in`],
    ["not-acceptable", `the room wants another nickname: register one for ${BOT}`],
    [MISSING, "there is no such room"],
    ["service-unavailable", "the room is full, or its service is not available"],
    ["remote-server-not-found", "the room's service can't be reached"],
    [SILENT, "the room's service doesn't answer"],
    [KICKED, "it was kicked"],
    ["unheard-of", "unheard-of"],
  ] as const)
    it(`${condition} says why the bot isn't inside`, () => {
      expect(reasonOf({ condition }, BOT)).to.equal(reason);
      const more = condition === "gone" ? `${reason}; instead there is x@y` : `${reason} (x@y)`;
      expect(reasonOf({ condition, text: "x@y" }, BOT)).to.equal(more);
    });

  it("says why a message was refused", () => {
    expect(refusalReason({ condition: "forbidden", text: "no voice" }, BOT)).to.equal(
      `${BOT} may not speak there: give it voice (forbidden: no voice)`,
    );
    expect(refusalReason({ condition: "not-acceptable" }, BOT)).to.equal(
      "the room refused the message (not-acceptable)",
    );
    expect(refusalReason({ condition: SILENT }, BOT)).to.equal(
      "the room did not send the message back; it may have been said",
    );
  });

  it("needs somebody to act, unless the room may come back", () => {
    const conditions = ["forbidden", "registration-required", MISSING, "internal-server-error", SILENT];
    expect(conditions.map((condition) => isRefusal({ condition }))).to.deep.equal([
      true,
      true,
      false,
      false,
      false,
    ]);
  });

  it("is read from its stanza, with the room instead of a destroyed one, and shortened", () => {
    const error = (inside: string) =>
      errorIn(read(`<presence type="error"><error type="cancel">${inside}</error></presence>`));
    const NS = 'xmlns="urn:ietf:params:xml:ns:xmpp-stanzas"';
    expect(error(`<gone ${NS}>xmpp:new@y</gone><text ${NS}>moved</text>`)).to.deep.equal({
      condition: "gone",
      text: "xmpp:new@y",
    });
    expect(error(`<gone ${NS}/><text ${NS}>it is over</text>`).condition).to.equal("gone");
    expect(error(`<forbidden ${NS}>no</forbidden><text ${NS}>banned</text>`)).to.deep.equal({
      condition: "forbidden",
      text: "banned",
    });
    expect(error(`<forbidden ${NS}/>`)).to.deep.equal({ condition: "forbidden", text: undefined });
    expect(remoteRoomError("gone", "x".repeat(300)).text).to.have.length(200);
  });
});
