/** What servers do with a component's stream: what they answer, what they bounce, and what makes them close it. */
import { expect } from "chai";
import { isStreamError } from "../support/raw-component.js";
import { onEachServer } from "../support/servers.js";
import { condition, isError, isMessage } from "./reading.js";

const HOST = "qtalk.test.org";
const COMPONENT = `conference.${HOST}`;

/** Each a stream's end on both servers. */
const POISON = {
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
      await component.barrier();
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

    it("brings the answers to the component's own queries", async () => {
      const juliet = await stage.account("juliet");
      const component = await stage.component();
      const queries = [
        { id: "disco", to: HOST, payload: "<query xmlns='http://jabber.org/protocol/disco#info'/>" },
        { id: "ping", to: HOST, payload: "<ping xmlns='urn:xmpp:ping'/>" },
        { id: "vcard", to: `${juliet.username}@${HOST}`, payload: "<vCard xmlns='vcard-temp'/>" },
      ];
      for (const { id, to, payload } of queries) {
        component.write(`<iq type='get' id='${id}' from='${COMPONENT}' to='${to}'>${payload}</iq>`);
        const answer = await component.next((stanza) => stanza.is("iq") && stanza.attrs.id === id);
        expect(answer.attrs).to.include({ from: to, to: COMPONENT });
        // Prosody says so where somebody has no card; ejabberd hands out an empty one.
        if (id === "vcard" && !ejabberd) expect(condition(answer)).to.equal("item-not-found");
        else expect(answer.attrs.type).to.equal("result");
      }
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
      await component.barrier();
    });

    it(`${ejabberd ? "ends with" : "survives"} a stanza without an addressee`, async () => {
      const component = await stage.component();
      component.write(`<message from='${COMPONENT}'><body>hi</body></message>`);
      const error = await component.next((element) => isError(element) || isStreamError(element));
      expect(condition(error)).to.equal(ejabberd ? "improper-addressing" : "bad-request");
      await (ejabberd ? component.closed : component.barrier());
    });

    for (const [fault, text] of Object.entries(POISON)) {
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
      await (ejabberd ? component.barrier() : component.closed);
    });

    it(`${ejabberd ? "survives" : "ends with"} a stanza of more than 512 KiB`, async () => {
      const component = await stage.component();
      const message = (bytes: number) =>
        `<message to='${COMPONENT}' from='${COMPONENT}'><body>${"x".repeat(bytes)}</body></message>`;
      component.write(message(SIZE_LIMIT - 10_000));
      await component.next(isMessage);
      component.write(message(SIZE_LIMIT + 10_000));
      await (ejabberd ? component.barrier() : component.closed);
    });
  });
});
