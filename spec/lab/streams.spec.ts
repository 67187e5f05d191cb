/** What servers do with a component's stream: what they bring back, and what makes them close it. */
import { expect } from "chai";
import { isStreamError } from "../support/raw-component.js";
import { RawClient } from "../support/raw-client.js";
import { onEachServer, onServer } from "../support/servers.js";
import { condition, isError, isMessage } from "./reading.js";

const HOST = "qtalk.test.org";
const COMPONENT = `conference.${HOST}`;

/** Each a stream's end on both servers. */
const REJECTED = {
  "isn't well-formed": "<message><body>hi</message>",
  "names an attribute twice": `<message to='${COMPONENT}' id='1' id='2'/>`,
  "uses an undeclared prefix": `<message to='${COMPONENT}'><x:y/></message>`,
  "has a DOCTYPE": "<!DOCTYPE x [<!ENTITY a 'b'>]>",
  "names a control character": `<message to='${COMPONENT}'><body>a&#1;b</body></message>`,
  "holds a control character": `<message to='${COMPONENT}'><body>a\u0001b</body></message>`,
  "holds U+FFFE": `<message to='${COMPONENT}'><body>a\ufffeb</body></message>`,
};

const SIZE_LIMIT = 512 * 1024;

describe("A component's stream", () => {
  onEachServer((stage) => {
    const ejabberd = stage.server.kind === "ejabberd";

    it("brings back what the component sends to itself, in order, when all before it was routed", async () => {
      const juliet = await stage.client("juliet");
      const component = await stage.component();
      const ids = Array.from({ length: 200 }, (_, index) => `n${index}`);
      for (const id of ids) {
        component.write(
          `<message from='${COMPONENT}' to='nobody@${HOST}/gone' id='${id}'><body>hi</body></message>` +
            `<message from='${COMPONENT}' to='${juliet.jid}' id='${id}'><body>hi</body></message>` +
            `<message from='${COMPONENT}' to='${COMPONENT}' id='${id}'/>`,
        );
      }
      await component.waitForAck();
      const back = component.received.filter(isMessage).slice(0, -1);
      expect(back.map(({ attrs: { id, type } }) => [id, type])).to.deep.equal(
        ids.flatMap((id) => [
          [id, "error"],
          [id, undefined],
        ]),
      );
      await juliet.settle();
      expect(juliet.received.filter(isMessage).map(({ attrs }) => attrs.id)).to.deep.equal(ids);
    });

    it("survives a malformed address, and brings an error from the addressee", async () => {
      const component = await stage.component();
      const sound = `nobody@${HOST}`;
      for (const [from, to] of [
        ["a@b@c", sound],
        [COMPONENT, "a@b@c"],
      ]) {
        component.write(`<message from='${from}' to='${to}'><body>hi</body></message>`);
        const error = await component.next(isError);
        expect(condition(error)).to.equal(ejabberd ? "bad-request" : "jid-malformed");
        expect(error.attrs).to.include({ from: to, to: from });
      }
      await component.waitForAck();
    });

    it(`${ejabberd ? "keeps" : "spoils"} attributes of the prefix xml that no specification knows`, async () => {
      const juliet = await stage.account("juliet");
      const client = await RawClient.login(stage.server.clientPort, juliet, "raw");
      const component = await stage.component();
      component.write(
        `<message from='romeo@${HOST}' to='${juliet.username}@${juliet.host}' type='chat'>` +
          "<body>hi</body><x xmlns='urn:x' xml:id='a' xml:a='b'/></message>",
      );
      const came = await client.asks("", "</message>");
      expect(came).to.match(/ xml:id=['"]a/);
      // Prosody's clients close their streams for this: the namespace of xml has no other prefix.
      if (ejabberd) expect(came).to.match(/ xml:a=['"]b/);
      else expect(came).to.contain("='http://www.w3.org/XML/1998/namespace'");
      client.close();
    });

    for (const [fault, text] of Object.entries(REJECTED)) {
      it(`ends with text that ${fault}`, async () => {
        const component = await stage.component();
        component.write(text);
        expect(condition(await component.next(isStreamError))).to.equal("not-well-formed");
        await component.closed;
      });
    }

    it(`${ejabberd ? "survives" : "ends with"} a comment`, async () => {
      const component = await stage.component();
      component.write("<!-- nothing -->");
      await (ejabberd ? component.waitForAck() : component.closed);
    });

    it(`${ejabberd ? "survives" : "ends with"} a stanza of more than 512 KiB`, async () => {
      const component = await stage.component();
      const message = (bytes: number) =>
        `<message to='${COMPONENT}' from='${COMPONENT}'><body>${"x".repeat(bytes)}</body></message>`;
      component.write(message(SIZE_LIMIT - 10_000));
      await component.next(isMessage);
      component.write(message(SIZE_LIMIT + 10_000));
      await (ejabberd ? component.waitForAck() : component.closed);
    });
  });

  onServer("prosody", {}, (stage) => {
    it('is replaced by a newer one with component_conflict_resolve = "kick_old"', async () => {
      const [older, newer] = [await stage.component(), await stage.component()];
      expect(condition(await older.next(isStreamError))).to.equal("conflict");
      await older.closed;
      await newer.waitForAck();
    });
  });
});
