/** A caller that may send as some users names no others inside of its messages either. */
import { sha256 } from "../support/interface.js";
import { interfaceWith } from "./talk.js";

const HOST = "qtalk.test.org";
const callers = [{ name: "watcher", token_sha256: sha256("t"), senders: [`watcher@${HOST}`] }];
const withAddress = (jid: string): string =>
  `<message><addresses xmlns='http://jabber.org/protocol/address'><address type='ofrom' jid='${jid}'/></addresses></message>`;

describe("A caller that may send as one bot", () => {
  interfaceWith(
    {
      config: { callers },
      resolve: ({ id, host = HOST }) => (id.includes("@") ? id : `${id}@${host}`).split("/")[0],
    },
    { call: { from: "watcher", to: "bob" }, own: withAddress("watcher"), other: withAddress("admin") },
  ).scenes(`
    may name the bot as a message's real sender, and any receiver
      for $claim in realfrom='watcher' realfrom='watcher@${HOST}/x' realfrom='' realto='admin'
        POST send_thirdmessage $call {message: "<message type='consult' $claim/>"} as t = ok
      POST send_thirdmessage $call {message: $own} as t = ok
    may name no other real sender, whatever the spelling
      for $claim in realfrom='admin@${HOST}/x' realfrom='&#97;dmin'
        POST send_thirdmessage $call {message: "<message $claim/>"} as t = 403 6 *watcher may not act as "admin*
      POST send_thirdmessage $call {message: $other} as t = 403 6 *watcher may not act as "admin*
  `);
});
