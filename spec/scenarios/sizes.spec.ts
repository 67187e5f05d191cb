/** What is too large is refused to who sent it, and the stream stays up for everybody (design: what is written is checked). */
import { expect } from "chai";
import type { ComponentProcess } from "../../scripts/lab/component-process.js";
import { asks, rawLogin } from "../../scripts/lab/raw.js";
import { componentOn, onEachServer } from "../support/servers.js";

const CONNECTS = "qtalk_link_connects_total";
/** Four times as many bytes once it is escaped. */
const BRACKETS = ">".repeat(240_000);

async function refusal(component: ComponentProcess, name: string, body: object): Promise<string> {
  const { ret, errcode, errmsg } = (await (await component.post(name, body)).json()) as Record<
    string,
    unknown
  >;
  return ret === false && errcode === 1 ? String(errmsg) : "not refused";
}

describe("A stanza that is too large for the server", () => {
  onEachServer((stage) => {
    const running = componentOn(stage);

    it("is refused to the occupant who sends it, as a message, in private, or as a request", async () => {
      const before = await running().metric(CONNECTS);
      const account = await stage.account("juliet");
      const { socket: juliet } = await rawLogin(stage.server.clientPort, account);
      const room = `sizes-${account.username}@${stage.domain}`;
      try {
        await asks(
          juliet,
          `<presence to='${room}/j'><x xmlns='http://jabber.org/protocol/muc'/></presence>`,
          "<subject",
        );
        const owner = "http://jabber.org/protocol/muc#owner";
        const form = `<x xmlns='jabber:x:data' type='submit'/>`;
        await asks(
          juliet,
          `<iq to='${room}' type='set' id='f'><query xmlns='${owner}'>${form}</query></iq>`,
          "<iq",
        );
        const said = await asks(
          juliet,
          `<message to='${room}' type='groupchat' id='m'><body>${BRACKETS}</body></message>`,
          "</error>",
        );
        expect(said).to.contain("policy-violation");
        const whispered = await asks(
          juliet,
          `<message to='${room}/j' type='chat' id='p'><body>${BRACKETS}</body></message>`,
          "</error>",
        );
        expect(whispered).to.contain("policy-violation");
        const asked = await asks(
          juliet,
          `<iq to='${room}/j' type='set' id='i'><x xmlns='urn:x'>${BRACKETS}</x></iq>`,
          "</error>",
        );
        expect(asked).to.contain("policy-violation");
        const heard = await asks(
          juliet,
          `<message to='${room}' type='groupchat' id='n'><body>small</body></message>`,
          "small",
        );
        expect(heard).not.to.contain("&gt;&gt;");
      } finally {
        juliet.destroy();
      }
      expect(await running().metric(CONNECTS)).to.equal(before);
    });

    it("is refused to the program that sends it, with the field and the limit", async () => {
      const before = await running().metric(CONNECTS);
      const from = "test1";
      const to = "test2";
      const kind = "9".repeat(3_000_000);
      expect(await refusal(running(), "send_notify", { from, to, category: kind, data: "" })).to.equal(
        "category: 3000000 bytes, more than the 255 allowed",
      );
      const text = { From: from, To: [{ User: to }], Body: "x" };
      expect(await refusal(running(), "send_message", { ...text, Msg_Type: kind })).to.equal(
        "Msg_Type: 3000000 bytes, more than the 255 allowed",
      );
      expect(
        await refusal(running(), "send_message", { ...text, Extend_Info: '"'.repeat(200_000) }),
      ).to.match(/^Body and Extend_Info: the stanza has \d{7} bytes, more than the 245760 allowed/);
      const message = `<message><body>${BRACKETS}</body></message>`;
      expect(await refusal(running(), "send_thirdmessage", { from, to, message })).to.match(
        /^message: the stanza has 96\d{4} bytes, more than the 245760 allowed/,
      );
      const data = "&".repeat(200_000);
      expect(await refusal(running(), "send_notify", { from, to, category: "1", data })).to.match(
        /^data: the stanza has 100\d{4} bytes/,
      );
      expect(await running().metric(CONNECTS)).to.equal(before);
    });
  });
});
