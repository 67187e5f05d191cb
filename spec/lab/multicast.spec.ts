/** What ejabberd's multicast service (XEP-0033, mod_multicast) does with a component's stanzas. */
import { expect } from "chai";
import { xml, type Element } from "../../component/xml/builder.js";
import { serialise } from "../../component/xml/serialise.js";
import { addressable, addressed, multicast } from "../../component/xml/splice.js";
import { quote } from "../../component/xml/serialise.js";
import { AckRequests } from "../../component/outbox/ack-requests.js";
import { RawClient } from "../support/raw-client.js";
import type { RawComponent } from "../support/raw-component.js";
import { onServer } from "../support/servers.js";

const SERVICE = "multicast.qtalk.test.org";
const DOMAIN = "conference.qtalk.test.org";
const ROOM = `room@${DOMAIN}`;

describe("A multicast service", () => {
  const toMany = (stanza: Element, ...receivers: string[]): string =>
    multicast(addressable(serialise(stanza)), SERVICE, receivers.map(quote));
  const toOne = (stanza: Element, to: string): string => addressed(addressable(serialise(stanza)), to);
  const says = (id: string): Element =>
    xml("message", { from: `${ROOM}/nick`, id, type: "groupchat" }, xml("body", {}, `body of ${id}`));

  // The default configuration takes 20 receivers a stanza.
  onServer("ejabberd", { extra: "modules: {mod_multicast: {}}" }, (stage) => {
    /** Through the service, and back. */
    const acknowledged = async (component: RawComponent): Promise<void> => {
      const { id, text } = new AckRequests(DOMAIN, DOMAIN).through(SERVICE);
      component.write(text);
      await component.next(({ attrs }) => attrs.id === id && attrs.from === DOMAIN);
    };

    it("gives each receiver the very bytes that they are sent directly", async () => {
      const component = await stage.component();
      const account = await stage.account("juliet");
      const juliet = await RawClient.login(stage.server.clientPort, account, "it's <one> & only");
      const romeo = await stage.client("romeo");
      const x = xml("x", "http://jabber.org/protocol/muc#user", xml("status", { code: "110" }));
      const rich = [
        xml("body", { "xml:lang": "de" }, "a <b> & \"c\" 'd' \u00e9\u4e2d\n\t\r end"),
        xml("qtalk", "urn:qtalk:stanza:1", xml("body-attributes", { extendInfo: "{\"a\":\n\t'b'}" })),
        xml("delay", { xmlns: "urn:xmpp:delay", from: ROOM, stamp: "2026-01-01T00:00:00Z" }),
      ];
      const stanzas = [
        xml("message", { from: `${ROOM}/a "nick" & <co>`, id: "m", type: "groupchat" }, ...rich),
        xml("message", { from: ROOM, id: "s", type: "groupchat", "xml:lang": "fr" }, xml("subject", {}, "")),
        xml("message", { from: ROOM, id: "empty" }),
        xml("presence", { from: `${ROOM}/nick`, id: "p" }, xml("show", {}, "dnd"), x),
        xml("presence", { from: `${ROOM}/nick`, type: "unavailable" }, x),
        xml("presence", { from: `${ROOM}/nick` }),
      ];
      const last = "<body>the end</body></message>";
      const end = toOne(
        xml("message", { from: ROOM, type: "groupchat" }, xml("body", {}, "the end")),
        juliet.jid,
      );
      for (const stanza of stanzas) component.write(toOne(stanza, juliet.jid));
      component.write(end);
      const directly = await juliet.asks("", last);
      for (const stanza of stanzas) component.write(toMany(stanza, romeo.jid, juliet.jid));
      await acknowledged(component);
      component.write(end);
      expect(await juliet.asks("", last)).to.equal(directly);
      expect(directly).not.to.contain("address");
      juliet.close();
    });

    it("has sent on all earlier stanzas when the ack request is back", async () => {
      const component = await stage.component();
      const people = [await stage.client("juliet"), await stage.client("romeo")];
      const ids = Array.from({ length: 2_000 }, (_, n) => `m-${n}`);
      component.write(ids.map((id) => toMany(says(id), ...people.map(({ jid }) => jid))).join(""));
      await acknowledged(component);
      for (const person of people) {
        await person.settle();
        const heard = person.received.filter((stanza) => stanza.is("message")).map(({ attrs }) => attrs.id);
        expect(heard).to.deep.equal(ids);
      }
    });

    it("never overtakes what was sent directly before", async () => {
      const component = await stage.component();
      const juliet = await stage.client("juliet");
      const ids = Array.from({ length: 3_000 }, (_, n) => n);
      const text = ids.map((n) => toOne(says(`d-${n}`), juliet.jid) + toMany(says(`m-${n}`), juliet.jid));
      component.write(text.join(""));
      await acknowledged(component);
      await juliet.settle();
      const heard = juliet.received.filter((stanza) => stanza.is("message")).map(({ attrs }) => attrs.id);
      const places = new Map(heard.map((id, at) => [id, at]));
      const overtaken = ids.filter((n) => (places.get(`m-${n}`) ?? -1) < (places.get(`d-${n}`) ?? Infinity));
      expect(overtaken).to.deep.equal([]);
    });

    it("lets the error of a dead receiver come back to the occupant's address", async () => {
      const component = await stage.component();
      const juliet = await stage.client("juliet");
      const [dead, nobody] = [`${juliet.bareJid}/gone`, "nobody@qtalk.test.org/gone"];
      component.write(toMany(says("m"), dead, juliet.jid, nobody));
      for (const who of [dead, nobody]) {
        const error = await component.next(({ attrs }) => attrs.from === who);
        expect(error.attrs).to.deep.include({ type: "error", to: `${ROOM}/nick`, id: "m" });
        expect(error.getChild("error")?.getChild("service-unavailable")).not.to.equal(undefined);
      }
      await juliet.next((stanza) => stanza.attrs.id === "m");
    });

    it("refuses a stanza with too many receivers whole, before the next ack request is back", async () => {
      const component = await stage.component();
      const juliet = await stage.client("juliet");
      const absent = Array.from({ length: 20 }, (_, n) => `user-${n}@qtalk.test.org/r`);
      component.write(toMany(says("many"), juliet.jid, ...absent));
      await acknowledged(component);
      const refusal = component.received.find(({ attrs }) => attrs.from === SERVICE);
      expect(refusal?.attrs).to.deep.include({ type: "error", to: `${ROOM}/nick`, id: "many" });
      expect(refusal?.getChild("error")?.getChild("not-acceptable")).not.to.equal(undefined);
      await juliet.settle();
      expect(juliet.received.filter((stanza) => stanza.is("message"))).to.deep.equal([]);
    });
  });
});
