/** What is left of a stanza when the server hands it on: attributes, children and types outside the RFC. */
import { expect } from "chai";
import { RawClient } from "../support/raw-client.js";
import { onEachServer } from "../support/servers.js";
import { condition, isError } from "./reading.js";

const ROMEO = "romeo@qtalk.test.org";
const NOTIFY = "<notify xmlns='jabber:x:presence_notify' category='7' data='{&quot;a&quot;:1}'/>";

describe("A stanza's way through the server", () => {
  onEachServer((stage) => {
    const strict = stage.server.kind === "ejabberd";

    it(`${strict ? "drops" : "keeps"} unknown attributes of a message and its body`, async () => {
      const juliet = await stage.client("juliet");
      const component = await stage.component();
      component.write(
        `<message from='${ROMEO}' to='${juliet.bareJid}' type='chat' id='m1' client_ver='0' msec_times='17'>` +
          "<body id='b1' msgType='1' maType='20' extendInfo=''>hi</body></message>",
      );
      const message = await juliet.next();
      const body = message.getChild("body");
      expect(message.attrs.id).to.equal("m1");
      expect(body?.getText()).to.equal("hi");
      const { client_ver, msec_times } = message.attrs;
      expect({ client_ver, msec_times, ...body?.attrs }).to.deep.equal(
        strict
          ? { client_ver: undefined, msec_times: undefined }
          : { client_ver: "0", msec_times: "17", id: "b1", msgType: "1", maType: "20", extendInfo: "" },
      );
    });

    it("keeps child elements of foreign namespaces with their attributes", async () => {
      const juliet = await stage.client("juliet");
      const component = await stage.component();
      component.write(
        `<message from='${ROMEO}' to='${juliet.bareJid}' type='chat'><body>hi</body><qtalk xmlns='urn:qtalk:stanza:1'>` +
          "<message-attributes client_ver='0' type='consult'/><body-attributes msgType='1' backupinfo=''/></qtalk></message>",
      );
      const qtalk = (await juliet.next()).getChild("qtalk", "urn:qtalk:stanza:1");
      expect(qtalk?.getChild("message-attributes")?.attrs).to.include({ client_ver: "0", type: "consult" });
      expect(qtalk?.getChild("body-attributes")?.attrs).to.include({ msgType: "1", backupinfo: "" });
    });

    it(`${strict ? "keeps" : "spoils"} attributes of the prefix xml that no specification knows`, async () => {
      const juliet = await stage.account("juliet");
      const client = await RawClient.login(stage.server.clientPort, juliet, "raw");
      const component = await stage.component();
      const to = `${juliet.username}@${juliet.host}`;
      component.write(
        `<message from='${ROMEO}' to='${to}' type='chat'><body>hi</body><x xmlns='urn:x' xml:id='a' xml:a='b'/></message>`,
      );
      const came = await client.asks("", "</message>");
      expect(came).to.match(/ xml:id=['"]a/);
      // Prosody's clients close their streams for this: the namespace of xml has no other prefix.
      if (strict) expect(came).to.match(/ xml:a=['"]b/);
      else expect(came).to.contain("='http://www.w3.org/XML/1998/namespace'");
      client.close();
    });

    it(
      strict ? "turns a message type outside the RFC into normal" : "keeps a message type outside the RFC",
      async () => {
        const juliet = await stage.client("juliet");
        const component = await stage.component();
        for (const type of ["consult", "mstat"]) {
          component.write(
            `<message from='${ROMEO}' to='${juliet.bareJid}' type='${type}'><body>hi</body></message>`,
          );
          expect((await juliet.next()).attrs.type ?? "normal").to.equal(strict ? "normal" : type);
        }
      },
    );

    it("refuses presence of a type outside the RFC", async () => {
      const juliet = await stage.client("juliet");
      const component = await stage.component();
      component.write(
        `<presence from='romeo@${component.domain}' to='${juliet.bareJid}' type='notify'>${NOTIFY}</presence>`,
      );
      const error = await component.next(isError);
      expect(condition(error)).to.equal("bad-request");
      await juliet.settle();
      expect(juliet.received.filter((stanza) => stanza.getChild("notify") !== undefined)).to.deep.equal([]);
    });

    it("delivers presence with a notify element to strangers", async () => {
      const juliet = await stage.client("juliet");
      const component = await stage.component();
      component.write(
        `<presence from='${ROMEO}/notify' to='${juliet.bareJid}'><priority>-128</priority>${NOTIFY}</presence>`,
      );
      component.write(`<presence from='${ROMEO}/notify' to='${juliet.bareJid}' type='unavailable'/>`);
      const presence = await juliet.next((stanza) => stanza.attrs.from === `${ROMEO}/notify`);
      expect(presence.is("presence")).to.be.true;
      expect(presence.getChild("notify", "jabber:x:presence_notify")?.attrs).to.include({
        category: "7",
        data: '{"a":1}',
      });
      const gone = await juliet.next((stanza) => stanza.attrs.from === `${ROMEO}/notify`);
      expect(gone.attrs.type).to.equal("unavailable");
    });

    it("delivers a headline with a notify element to those who are online, and keeps it for nobody", async () => {
      const account = await stage.account("juliet");
      const component = await stage.component();
      const headline = (category: number) =>
        `<message from='${ROMEO}' to='${account.username}@${account.host}' type='headline'>` +
        `<notify xmlns='jabber:x:presence_notify' category='${category}'/></message>`;
      component.write(headline(1));
      await component.barrier();
      const juliet = await stage.client(account);
      component.write(headline(2));
      await component.barrier();
      await juliet.settle();
      const categories = juliet.received.map((stanza) => stanza.getChild("notify")?.attrs.category);
      expect(categories.filter((category) => category !== undefined)).to.deep.equal(["2"]);
    });
  });
});
