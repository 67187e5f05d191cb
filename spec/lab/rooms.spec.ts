/** What servers do with groupchat messages: to their own rooms, and from rooms that the component hosts. */
import { expect } from "chai";
import { xml, type Client, type Element } from "../../scripts/lab/client.js";
import { onEachServer, onServer } from "../support/servers.js";
import { bodies, condition, isError } from "./reading.js";

const HOST = "qtalk.test.org";
const COMPONENT = `conference.${HOST}`;
const MUC = `muc.${HOST}`;
const MULTICAST = `multicast.${HOST}`;

const groupchat = (from: string, to: string, body = "hello all") =>
  `<message from='${from}' to='${to}' type='groupchat'><body>${body}</body></message>`;

describe("The server's own rooms", () => {
  const room = `capulet@${MUC}`;

  /** Enters and unlocks the room. */
  async function join(client: Client): Promise<void> {
    const muc = xml("x", { xmlns: "http://jabber.org/protocol/muc" });
    await client.send(xml("presence", { to: `${room}/juliet` }, muc));
    await client.next((stanza) => stanza.getChild("subject") !== undefined);
    const form = xml("x", { xmlns: "jabber:x:data", type: "submit" });
    await client.iq("set", xml("query", { xmlns: "http://jabber.org/protocol/muc#owner" }, form), room);
  }

  onEachServer(
    (stage) => {
      const whoHears = stage.server.kind === "ejabberd" ? "the user" : "the component";

      it(`take nothing from a user whom a component speaks for; ${whoHears} gets the error`, async () => {
        const [romeo, juliet] = await Promise.all([stage.client("romeo"), stage.client("juliet")]);
        await join(juliet);
        const component = await stage.component();
        component.write(groupchat(romeo.jid, room));
        const error = await (whoHears === "the user" ? romeo.next(isError) : component.next(isError));
        expect(condition(error)).to.equal("not-acceptable");
        expect(error.attrs).to.include({ from: room, to: romeo.jid });
        await juliet.settle();
        expect(bodies(juliet.received)).to.deep.equal([]);
      });

      it("throw a ghost out that a component made join in a user's name", async () => {
        const juliet = await stage.client("juliet");
        await join(juliet);
        const component = await stage.component();
        const muc = "<x xmlns='http://jabber.org/protocol/muc'/>";
        component.write(`<presence from='romeo@${HOST}/ghost' to='${room}/ghost'>${muc}</presence>`);
        const isGhost = (stanza: Element) => stanza.is("presence") && stanza.attrs.from === `${room}/ghost`;
        expect((await juliet.next(isGhost)).attrs.type).to.equal(undefined);
        expect((await juliet.next(isGhost)).attrs.type).to.equal("unavailable");
      });
    },
    { modules: { muc: MUC } },
  );
});

describe("A room that the component hosts", () => {
  const room = `verona@${COMPONENT}`;

  onEachServer((stage) => {
    it("reaches a session at its full address, though it never joined", async () => {
      const juliet = await stage.client("juliet");
      const component = await stage.component();
      component.write(groupchat(`${room}/romeo`, juliet.jid));
      const message = await juliet.next();
      expect(message.attrs).to.include({ type: "groupchat", from: `${room}/romeo` });
      expect(message.getChildText("body")).to.equal("hello all");
    });

    it("is told with an error that a bare address takes no groupchat", async () => {
      const juliet = await stage.client("juliet");
      const component = await stage.component();
      component.write(groupchat(`${room}/romeo`, juliet.bareJid));
      const error = await component.next(isError);
      expect(condition(error)).to.equal("service-unavailable");
      expect(error.attrs).to.include({ from: juliet.bareJid, to: `${room}/romeo` });
      await juliet.settle();
      expect(bodies(juliet.received)).to.deep.equal([]);
    });

    it("is told with an error that a session has gone", async () => {
      const juliet = await stage.client("juliet");
      await juliet.close();
      const component = await stage.component();
      component.write(groupchat(`${room}/romeo`, juliet.jid));
      const error = await component.next(isError);
      expect(condition(error)).to.equal("service-unavailable");
      expect(error.attrs).to.include({ from: juliet.jid, to: `${room}/romeo` });
    });
  });
});

describe("One message to many addresses (XEP-0033)", () => {
  const room = `verona@${COMPONENT}`;

  const toMany = (addresses: readonly string[], body: string) =>
    `<message from='${room}/romeo' to='${MULTICAST}' type='groupchat'><body>${body}</body>` +
    "<addresses xmlns='http://jabber.org/protocol/address'>" +
    addresses.map((jid) => `<address type='bcc' jid='${jid}'/>`).join("") +
    "</addresses></message>";

  onServer("ejabberd", { modules: { multicast: MULTICAST } }, (stage) => {
    it("reaches each of 300 without the list, in order; and comes last to the component itself", async () => {
      const sessions = await Promise.all(["romeo", "juliet"].map((name) => stage.client(name)));
      const component = await stage.component();
      const gone = Array.from({ length: 300 }, (_, index) => `nobody@${HOST}/${index}`);
      const everybody = [...sessions.map(({ jid }) => jid), ...gone, COMPONENT];
      const texts = ["one", "two", "three"];
      for (const text of texts) component.write(toMany(everybody, text));
      for (const text of texts)
        await component.next((stanza) => stanza.getChildText("body") === text && !isError(stanza));
      for (const session of sessions) {
        await session.settle();
        expect(bodies(session.received)).to.deep.equal(texts);
        expect(session.received.filter((stanza) => stanza.getChild("addresses") !== undefined)).to.deep.equal(
          [],
        );
        expect(session.received.every((stanza) => !stanza.is("message") || stanza.attrs.to === session.jid))
          .to.be.true;
      }
      // What the server says of those who have gone comes in its own time.
      for (let count = 0; count < 3 * gone.length; count++) await component.next(isError);
      await component.barrier();
      const errors = component.received.filter(isError);
      expect(errors).to.have.length(3 * gone.length);
      expect(errors.every((error) => error.attrs.to === `${room}/romeo`)).to.be.true;
    });

    it("is overtaken by what is sent directly after it", async () => {
      const juliet = await stage.client("juliet");
      const component = await stage.component();
      let overtaken = 0;
      for (let round = 0; round < 50; round++) {
        component.write(toMany([juliet.jid], "many") + groupchat(`${room}/romeo`, juliet.jid, "direct"));
        if ((await juliet.next()).getChildText("body") === "direct") overtaken++;
        await juliet.next();
      }
      expect(overtaken).to.be.greaterThan(0);
    });
  });
});
