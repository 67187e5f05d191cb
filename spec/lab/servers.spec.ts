/** What the outbox relies on: the order in which servers handle a component's stanzas, and its ack requests. */
import { expect } from "chai";
import { AckRequests } from "../../component/outbox/ack-requests.js";
import { xml } from "../../component/xml/builder.js";
import { quote, serialise } from "../../component/xml/serialise.js";
import { addressable, addressed, multicastStanza } from "../../component/xml/splice.js";
import type { Client } from "../../scripts/lab/client.js";
import { createServer } from "../../scripts/lab/create.js";
import { NoServer } from "../../scripts/lab/private-server.js";
import type { RawComponent } from "../support/raw-component.js";
import { onEachServer, onServer } from "../support/servers.js";

const HOST = "qtalk.test.org";
const COMPONENT = `conference.${HOST}`;
const SERVICE = `multicast.${HOST}`;
const ROOM = `room@${COMPONENT}`;

/** Returns a room's message to many, through the multicast service, and the same message to one, directly. */
const says = (id: string) => {
  const stanza = xml("message", { from: `${ROOM}/nick`, id, type: "groupchat" }, xml("body", {}, id));
  const text = addressable(serialise(stanza));
  return {
    toMany: (...receivers: string[]) => multicastStanza(text, SERVICE, receivers.map(quote)),
    toOne: (receiver: string) => addressed(text, receiver),
  };
};

/** Returns the ids of all messages that a client has received. */
async function heard(client: Client): Promise<(string | undefined)[]> {
  await client.settle();
  return client.received.filter((stanza) => stanza.is("message")).map(({ attrs }) => attrs.id);
}

describe("A component's ack request", () => {
  onEachServer((stage) => {
    it("is back, in order, when all before it was routed", async () => {
      const juliet = await stage.client("juliet");
      const component = await stage.component();
      const ids = Array.from({ length: 200 }, (_, index) => `n${index}`);
      for (const id of ids)
        for (const to of [`nobody@${HOST}/gone`, juliet.jid, COMPONENT])
          component.write(`<message from='${COMPONENT}' to='${to}' id='${id}'><body>hi</body></message>`);
      await component.waitForAck();
      const back = component.received.map(({ attrs: { id, type } }) => [id, type]).slice(0, -1);
      expect(back).to.deep.equal(ids.flatMap((id) => ["error", undefined].map((type) => [id, type])));
      expect(await heard(juliet)).to.deep.equal(ids);
    });
  });
});

describe("A multicast service (XEP-0033)", () => {
  // The default configuration takes 20 receivers a stanza.
  onServer("ejabberd", { extra: "modules: {mod_multicast: {}}" }, (stage) => {
    /** Sends an ack request through the service, and waits until it is back. */
    const acknowledged = async (component: RawComponent): Promise<void> => {
      const { id, text } = new AckRequests(COMPONENT, COMPONENT).through(SERVICE);
      component.write(text);
      await component.next(({ attrs }) => attrs.id === id && attrs.from === COMPONENT);
    };

    it("has sent on all earlier stanzas when the ack request is back, and overtakes none", async () => {
      const component = await stage.component();
      const people = [await stage.client("juliet"), await stage.client("romeo")];
      const numbers = Array.from({ length: 2_000 }, (_, n) => n);
      const texts = numbers.flatMap((n) => [
        ...people.map(({ jid }) => says(`d-${n}`).toOne(jid)),
        says(`m-${n}`).toMany(...people.map(({ jid }) => jid)),
      ]);
      component.write(texts.join(""));
      await acknowledged(component);
      for (const person of people) {
        const all = await heard(person);
        expect(all.filter((id) => id?.startsWith("m"))).to.deep.equal(numbers.map((n) => `m-${n}`));
        const places = new Map(all.map((id, at) => [id, at]));
        const overtaken = numbers.filter((n) => places.get(`m-${n}`)! < places.get(`d-${n}`)!);
        expect(overtaken).to.deep.equal([]);
      }
    });

    it("refuses a stanza with too many receivers whole, before the next ack request is back", async () => {
      const component = await stage.component();
      const juliet = await stage.client("juliet");
      const absent = Array.from({ length: 20 }, (_, n) => `user-${n}@${HOST}/r`);
      component.write(says("many").toMany(juliet.jid, ...absent));
      await acknowledged(component);
      const refusal = component.received.find(({ attrs }) => attrs.from === SERVICE);
      expect(refusal?.attrs).to.deep.include({ type: "error", to: `${ROOM}/nick`, id: "many" });
      expect(refusal?.getChild("error")?.getChild("not-acceptable")).not.to.equal(undefined);
      expect(await heard(juliet)).to.deep.equal([]);
    });
  });
});

describe("A private Prosody without a module that it needs", () => {
  it("says what to install, instead of going on without", async () => {
    const extra = 'VirtualHost "nowhere.test"\n  modules_enabled = { "nowhere" }';
    const fault: unknown = await createServer("prosody", { extra })
      .start()
      .catch((error: unknown) => error);
    expect(fault).to.be.instanceOf(NoServer);
    expect(String(fault)).to.include("mod_nowhere").and.include("prosody-modules");
  });
});
