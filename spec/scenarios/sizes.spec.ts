/** What is too large is refused to who sent it, and the stream stays up for everybody (design: what is written is checked). */
import { expect } from "chai";
import { asks, rawLogin } from "../../scripts/lab/raw.js";
import { componentOn, onEachServer } from "../support/servers.js";
import { call } from "./rooms-people.js";

const CONNECTS = "qtalk_link_connects_total";
const OWNER = "http://jabber.org/protocol/muc#owner";
/** Four times as many bytes once it is escaped. */
const BRACKETS = ">".repeat(240_000);

describe("A stanza that is too large for the server", () => {
  onEachServer((stage) => {
    const running = componentOn(stage);
    let before: number;
    beforeEach(async () => (before = await running().metric(CONNECTS)));
    afterEach(async () => expect(await running().metric(CONNECTS)).to.equal(before));

    it("is refused to the occupant who sends it, as a message, in private, or as a request", async () => {
      const account = await stage.account("juliet");
      const { socket: juliet } = await rawLogin(stage.server.clientPort, account);
      const room = `sizes-${account.username}@${stage.domain}`;
      const body = `<body>${BRACKETS}</body>`;
      const form = `<query xmlns='${OWNER}'><x xmlns='jabber:x:data' type='submit'/></query>`;
      try {
        const x = "<x xmlns='http://jabber.org/protocol/muc'/>";
        await asks(juliet, `<presence to='${room}/j'>${x}</presence>`, "<subject");
        await asks(juliet, `<iq to='${room}' type='set' id='f'>${form}</iq>`, "<iq");
        for (const large of [
          `<message to='${room}' type='groupchat' id='m'>${body}</message>`,
          `<message to='${room}/j' type='chat' id='p'>${body}</message>`,
          `<message to='${room}' type='groupchat' id='e'><body>x</body>${"<a/>".repeat(20_000)}</message>`,
          `<iq to='${room}/j' type='set' id='i'><x xmlns='urn:x'>${BRACKETS}</x></iq>`,
        ])
          expect(await asks(juliet, large, "</error>")).to.contain("policy-violation");
        const small = `<message to='${room}' type='groupchat' id='n'><body>small</body></message>`;
        expect(await asks(juliet, small, "small")).not.to.contain("&gt;&gt;");
      } finally {
        juliet.destroy();
      }
    });

    it("is refused to the program that sends it, with the field and the limit", async () => {
      const kind = "9".repeat(3_000_000);
      const [from, to] = ["test1", "test2"];
      const text = { From: from, To: [{ User: to }], Body: "x" };
      const notify = { from, to, category: "1", data: "" };
      const message = `<message><body>${BRACKETS}</body></message>`;
      const most = "more than the 245760 allowed";
      for (const [name, body, refusal] of [
        ["send_notify", { ...notify, category: kind }, "category: 3000000 bytes, more than the 255 allowed"],
        ["send_notify", { ...notify, data: "&".repeat(200_000) }, "data: the stanza has 100\\d{4} bytes"],
        ["send_message", { ...text, Msg_Type: kind }, "Msg_Type: 3000000 bytes, more than the 255 allowed"],
        [
          "send_message",
          { ...text, Extend_Info: '"'.repeat(200_000) },
          `Body and Extend_Info: the stanza has \\d{7} bytes, ${most}`,
        ],
        ["send_thirdmessage", { from, to, message }, `message: the stanza has 96\\d{4} bytes, ${most}`],
      ] as const)
        expect(await call(running(), name, body)).to.match(
          new RegExp(`^{"ret":false,"errcode":1,"errmsg":"${refusal}`),
        );
    });
  });
});
