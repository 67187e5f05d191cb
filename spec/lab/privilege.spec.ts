/** What ejabberd does for a component that it trusts with its users' messages (XEP-0356). */
import { expect } from "chai";
import { xml } from "../../scripts/lab/client.js";
import { onServer } from "../support/servers.js";
import { archiveOf, bodies, isMessage } from "./reading.js";

const HOST = "qtalk.test.org";
const PRIVILEGED = `conference.${HOST}`;
const ORDINARY = `ordinary.${HOST}`;
const PRIVILEGE = "urn:xmpp:privilege:2";

describe("A privileged component (XEP-0356)", () => {
  const components = [{ domain: PRIVILEGED, privileged: true }, { domain: ORDINARY }];

  onServer("ejabberd", { components }, (stage) => {
    it("is told that it may send messages as users", async () => {
      const component = await stage.component(PRIVILEGED);
      const told = await component.next(isMessage);
      expect(told.attrs.from).to.equal(HOST);
      const permissions = told.getChild("privilege", PRIVILEGE)?.getChildren("perm") ?? [];
      expect(permissions.map(({ attrs }) => `${attrs.access} ${attrs.type}`)).to.include("message outgoing");
    });

    it("sends messages that the sender's archive and other devices know, as if the sender had sent them", async () => {
      const [romeo, juliet] = await Promise.all([stage.client("romeo"), stage.client("juliet")]);
      await romeo.iq("set", xml("enable", { xmlns: "urn:xmpp:carbons:2" }));
      const component = await stage.component(PRIVILEGED);
      await component.next(isMessage);
      component.write(
        `<message from='${PRIVILEGED}' to='${HOST}'><privilege xmlns='${PRIVILEGE}'><forwarded xmlns='urn:xmpp:forward:0'>` +
          `<message xmlns='jabber:client' from='${romeo.bareJid}' to='${juliet.bareJid}' type='chat'><body>hello</body></message>` +
          "</forwarded></privilege></message>",
      );
      const message = await juliet.next(isMessage);
      expect(message.attrs.from).to.equal(romeo.bareJid);
      expect(message.getChildText("body")).to.equal("hello");
      const carbon = (await romeo.next(isMessage)).getChild("sent", "urn:xmpp:carbons:2");
      const copy = carbon?.getChild("forwarded", "urn:xmpp:forward:0")?.getChild("message");
      expect(copy?.getChildText("body")).to.equal("hello");
      expect(bodies(await archiveOf(romeo))).to.deep.equal(["hello"]);
    });

    for (const domain of [PRIVILEGED, ORDINARY]) {
      it(`leaves ${domain} without answers of the server and of bare addresses, only sessions answer`, async () => {
        const juliet = await stage.client("juliet");
        const component = await stage.component(domain);
        const queries = [
          { to: HOST, payload: "<ping xmlns='urn:xmpp:ping'/>" },
          { to: juliet.bareJid, payload: "<vCard xmlns='vcard-temp'/>" },
          { to: juliet.jid, payload: "<ping xmlns='urn:xmpp:ping'/>" },
        ];
        for (const { to, payload } of queries) {
          component.write(`<iq type='get' id='${to}' from='${domain}' to='${to}'>${payload}</iq>`);
        }
        await component.next((stanza) => stanza.is("iq") && stanza.attrs.id === juliet.jid);
        await component.barrier();
        expect(
          component.received.filter((stanza) => stanza.is("iq")).map(({ attrs }) => attrs.id),
        ).to.deep.equal([juliet.jid]);
      });
    }
  });
});
