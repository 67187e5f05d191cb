/** What a call was promised is said in the room, whatever dies in between. */
import { expect } from "chai";
import { xml } from "../../scripts/servers/client.js";
import { ComponentProcess } from "../../scripts/servers/component-process.js";
import { onEachServer } from "../support/servers.js";
import { call, Person } from "./rooms-people.js";

const MESSAGES = 150;

describe("Messages to a room, with the component killed while they are sent", () => {
  onEachServer((stage) => {
    it("arrive all, in order, and once in the archive, if they were answered success", async function () {
      this.timeout(40_000);
      const { server } = stage;
      const component = await ComponentProcess.start({
        access: server.component(),
        hosts: server.settings.hosts,
      });
      try {
        await component.ready();
        const juliet = await stage.client("juliet");
        const muc_owner = juliet.bareJid;
        const muc_domain = server.component().domain;
        await call(component, "create_muc", { muc_id: "storm", muc_owner, muc_domain });
        const person = new Person(juliet, `storm@${muc_domain}`, "Juliet");
        await person.enters();

        const promised: string[] = [];
        const send = async (text: string): Promise<void> => {
          const message = `<message type='groupchat'><body id='${text}'>${text}</body></message>`;
          const answer = await call(component, "send_thirdmessage", {
            from: muc_owner,
            to: person.room,
            message,
          });
          if (answer.startsWith('{"ret":true')) promised.push(text);
        };
        let next = 0;
        const sender = async (): Promise<void> => {
          while (next < MESSAGES) await send(`m-${next++}`);
        };
        const senders = Promise.allSettled([sender(), sender(), sender()]);
        await component.until(() => promised.length > MESSAGES / 3, "answering");
        await component.end("SIGKILL");
        await senders;
        component.launch();
        await component.ready();
        await send("the last");
        expect(promised.at(-1)).to.equal("the last");
        await person.hears("the last");

        const heard = juliet.received
          .filter((stanza) => stanza.attrs.type === "groupchat" && stanza.attrs.from === person.address)
          .map((stanza) => stanza.getChildText("body") ?? "");
        const first = [...new Set(heard)];
        for (const text of promised) expect(first).to.include(text);
        const archived = await archive(person);
        expect(archived.filter((text, at) => archived.indexOf(text) !== at)).to.deep.equal([]);
        expect(first).to.deep.equal(archived);
      } finally {
        await component.stop();
      }
    });
  });
});

/** All that the room has kept, in its order. */
async function archive(person: Person): Promise<string[]> {
  const before = person.client.received.length;
  const max = xml("set", { xmlns: "http://jabber.org/protocol/rsm" }, xml("max", {}, "250"));
  await person.iq("set", xml("query", { xmlns: "urn:xmpp:mam:2" }, max));
  return person.client.received.slice(before).flatMap((stanza) => {
    const message = stanza.getChild("result")?.getChild("forwarded")?.getChild("message");
    return message?.getChildText("body") ?? [];
  });
}
