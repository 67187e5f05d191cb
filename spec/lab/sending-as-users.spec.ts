/** What servers do with messages that a component sends in the name of their users. */
import { expect } from "chai";
import { isStreamError, type RawComponent } from "../support/raw-component.js";
import { onEachServer } from "../support/servers.js";
import { archiveOf, bodies, condition, isError, isMessage } from "./reading.js";

const HOST = "qtalk.test.org";
const COMPONENT = `conference.${HOST}`;

/** Sends a chat message in somebody's name, and waits until it was routed. */
async function say(component: RawComponent, from: string, to: string, body: string): Promise<void> {
  component.write(`<message from='${from}' to='${to}' type='chat'><body>${body}</body></message>`);
  await component.barrier();
}

describe("A component that may send as users", () => {
  onEachServer((stage) => {
    it("reaches those who are online, from the user's address", async () => {
      const juliet = await stage.client("juliet");
      await say(await stage.component(), `romeo@${HOST}`, juliet.bareJid, "hello");
      const message = await juliet.next();
      expect(message.attrs.from).to.equal(`romeo@${HOST}`);
      expect(message.attrs.type).to.equal("chat");
      expect(message.getChildText("body")).to.equal("hello");
    });

    it("reaches those who are away as soon as they come", async () => {
      const account = await stage.account("juliet");
      await say(await stage.component(), `romeo@${HOST}`, `${account.username}@${HOST}`, "see you later");
      const juliet = await stage.absentClient(account);
      await juliet.appear();
      const message = await juliet.next(isMessage);
      expect(message.getChildText("body")).to.equal("see you later");
      expect(message.getChild("delay", "urn:xmpp:delay")).to.exist;
    });

    it("is found in the receiver's archive, but not in the sender's, nor on the sender's devices", async () => {
      const [romeo, juliet] = await Promise.all([stage.client("romeo"), stage.client("juliet")]);
      await say(await stage.component(), romeo.bareJid, juliet.bareJid, "remember me");
      await juliet.next();
      expect(bodies(await archiveOf(juliet))).to.deep.equal(["remember me"]);
      expect(bodies(await archiveOf(romeo))).to.deep.equal([]);
      expect(bodies(romeo.received)).to.deep.equal([]);
    });

    it("shows the sender's devices a carbon in their name, and that nobody stores", async () => {
      const romeo = await stage.client("romeo");
      const component = await stage.component();
      const copied = `<message xmlns='jabber:client' from='${romeo.bareJid}' to='juliet@${HOST}' type='chat'><body>copied</body></message>`;
      component.write(
        `<message from='${romeo.bareJid}' to='${romeo.bareJid}' type='chat'><sent xmlns='urn:xmpp:carbons:2'>` +
          `<forwarded xmlns='urn:xmpp:forward:0'>${copied}</forwarded></sent><no-store xmlns='urn:xmpp:hints'/></message>`,
      );
      const carbon = await romeo.next();
      const forwarded = carbon
        .getChild("sent", "urn:xmpp:carbons:2")
        ?.getChild("forwarded", "urn:xmpp:forward:0");
      expect(forwarded?.getChild("message")?.getChildText("body")).to.equal("copied");
      expect(await archiveOf(romeo)).to.deep.equal([]);
    });

    const whoHears = stage.server.kind === "ejabberd" ? "the sender" : "the component";
    it(`writes to somebody unknown: the error goes to ${whoHears}`, async () => {
      const romeo = await stage.client("romeo");
      const component = await stage.component();
      await say(component, romeo.jid, `nobody@${HOST}`, "are you there?");
      await romeo.settle();
      const [here, elsewhere] = whoHears === "the sender" ? [romeo, component] : [component, romeo];
      const [error] = here.received.filter(isError);
      expect(error && condition(error)).to.equal("service-unavailable");
      expect(error?.attrs).to.include({ from: `nobody@${HOST}`, to: romeo.jid });
      expect(elsewhere.received.filter(isError)).to.deep.equal([]);
    });
  });
});

describe("A component that may not send as users", () => {
  onEachServer(
    (stage) => {
      it("loses its stream when it tries", async () => {
        const juliet = await stage.client("juliet");
        const component = await stage.component();
        component.write(`<message from='romeo@${HOST}' to='${juliet.bareJid}'><body>hello</body></message>`);
        expect(condition(await component.next(isStreamError))).to.equal("invalid-from");
        await component.closed;
        await juliet.settle();
        expect(bodies(juliet.received)).to.deep.equal([]);
      });

      it("sends from every address of its own domain", async () => {
        const juliet = await stage.client("juliet");
        await say(await stage.component(), `room@${COMPONENT}/romeo`, juliet.bareJid, "hello");
        expect((await juliet.next()).attrs.from).to.equal(`room@${COMPONENT}/romeo`);
      });
    },
    { components: [{ domain: COMPONENT, sendsAsUsers: false }] },
  );
});
