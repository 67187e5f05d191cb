/** A caller that may send as some users names no others inside of its messages either. */
import { expect } from "chai";
import { bearer, Interface, sha256 } from "../support/interface.js";
import { busiestTurn } from "../support/turns.js";
import { DONE, interfaceWith } from "./talk.js";
import { program } from "../plays/program.js";
import { forEach } from "../plays/steps.js";

const HOST = "qtalk.test.org";
const callers = [{ name: "watcher", token_sha256: sha256("t"), senders: [`watcher@${HOST}`] }];
const withAddress = (jid: string): string =>
  `<message><addresses xmlns='http://jabber.org/protocol/address'><address type='ofrom' jid='${jid}'/></addresses></message>`;

describe("A caller that may send as one bot", () => {
  interfaceWith({
    config: { callers },
    resolve: ({ id, host = HOST }) => (id.includes("@") ? id : `${id}@${host}`).split("/")[0],
  }).scenes({
    "may name the bot as a message's real sender, and any receiver": [
      forEach(
        ["realfrom='watcher'", `realfrom='watcher@${HOST}/x'`, "realfrom=''", "realto='admin'"],
        (claim) => [
          program.POST`send_thirdmessage ${{ from: "watcher", to: "bob" }} {message: "<message type='consult' ${claim}/>"} as t = ok`,
        ],
      ),
      program.POST`send_thirdmessage ${{ from: "watcher", to: "bob" }} {message: ${withAddress("watcher")}} as t = ok`,
    ],

    "may name no other real sender, whatever the spelling": [
      forEach([`realfrom='admin@${HOST}/x'`, "realfrom='&#97;dmin'"], (claim) => [
        program.POST`send_thirdmessage ${{ from: "watcher", to: "bob" }} {message: "<message ${claim}/>"} as t = 403 6 *watcher may not act as "admin*`,
      ]),
      program.POST`send_thirdmessage ${{ from: "watcher", to: "bob" }} {message: ${withAddress("admin")}} as t = 403 6 *watcher may not act as "admin*`,
    ],
  });

  it("delays nobody by very many of them, whether it is refused or not", async () => {
    const http = await Interface.open({
      config: { callers },
      runs: DONE,
      resolve: ({ id }) => (id.includes("@") ? id : `${id}@${HOST}`),
    });
    const claim = (name: string): string => `<message realfrom='${name}'>${"<a/>".repeat(1_700)}</message>`;
    for (const [claimed, status] of [
      ["watcher", 200],
      ["admin", 403],
    ] as const) {
      const call = JSON.stringify(
        Array.from({ length: 1_000 }, () => ({ from: "watcher", to: "bob", message: claim(claimed) })),
      );
      const longest = await busiestTurn(
        async () => {
          expect((await http.post("send_thirdmessage", call, bearer("t"))).status).to.equal(status);
        },
        { times: 3 },
      );
      // In one block, it took 0.6 s and more.
      expect(longest, claimed).to.be.below(400);
    }
    await http.close();
  });
});
