/** Entering, leaving and everything that a presence can carry (XEP-0045 §7.1–7.6, §7.14). */
import fc from "fast-check";
import { nick, quoted, room } from "../arbitrary/address.js";
import { inside } from "../arbitrary/element.js";
import { carriable } from "../arbitrary/text.js";
import type { Generator } from "../generator.js";
import { sender } from "./senders.js";

const number = fc.oneof(
  fc.integer().map(String),
  fc.constantFrom("0", "-1", "1e9", "", "x", "99999999999999999999"),
);
const time = fc.constantFrom(
  "2020-01-01T00:00:00Z",
  "1970-01-01T00:00:00Z",
  "x",
  "",
  "275760-09-13T00:00:00.001Z",
);
const join = fc
  .record(
    { maxstanzas: number, maxchars: number, seconds: number, since: time, password: carriable },
    { requiredKeys: [] },
  )
  .map(({ password, ...history }) => {
    const attrs = Object.entries(history).map(([name, value]) => ` ${name}=${quoted(value)}`);
    const secret = password === undefined ? "" : `<password>${quoted(password).slice(1, -1)}</password>`;
    return `<x xmlns='http://jabber.org/protocol/muc'><history${attrs.join("")}/>${secret}</x>`;
  });

export const presences: Generator = {
  name: "presences",
  steps: fc
    .record({
      by: sender,
      to: fc.tuple(room, nick).map((parts) => parts.join("/")),
      type: fc.constantFrom(
        "",
        "",
        "",
        "",
        " type='unavailable'",
        " type='error'",
        " type='probe'",
        " type='subscribe'",
      ),
      join: fc.oneof({ arbitrary: join, weight: 3 }, fc.constant("")),
      more: inside,
    })
    .map(({ by, to, type, join: x, more }) => [
      { do: "send", by, stanza: `<presence to=${quoted(to)}${type} id='{id}'>${x}${more}</presence>` },
    ]),
};
