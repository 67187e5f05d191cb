/** Messages sent to a room while the server is killed reach the occupants who come back. */
import { expect } from "chai";
import { ComponentProcess } from "../../scripts/lab/component-process.js";
import { xml } from "../../scripts/lab/client.js";
import { Gate } from "../../scripts/lab/gate.js";
import { onEachServer } from "../support/servers.js";
import { call, Person } from "./rooms-people.js";

const MESSAGES = 150;
const BEFORE_CRASH = MESSAGES / 3;

describe("A room, with the server killed while programs speak in it", () => {
  onEachServer((stage) => {
    it("delivers all messages to all, once and in order, and keeps the occupants who come back", async () => {
      const { server } = stage;
      const { domain, password, port } = server.component();
      const gate = await Gate.before(port);
      await gate.open();
      const component = await ComponentProcess.start({
        access: { domain, password, service: gate.service },
        hosts: server.settings.hosts,
      });
      try {
        await component.ready();
        const room = `stage@${domain}`;
        const accounts = [await stage.account("juliet"), await stage.account("romeo")] as const;
        const people = (): Promise<Person[]> =>
          Promise.all(
            accounts.map(async (account) => {
              return new Person(await stage.client(account, "phone"), room, account.username);
            }),
          );
        const before = await people();
        const [{ client: owner }] = before as [Person];
        const made = { muc_id: "stage", muc_owner: owner.bareJid, muc_domain: domain };
        await call(component, "create_muc", made);
        await call(component, "add_muc_user", { ...made, muc_member: before.map((p) => p.client.bareJid) });
        for (const person of before) await person.enters();

        const promised: string[] = [];
        const say = async (text: string): Promise<void> => {
          const message = `<message type='groupchat'><body id='${text}'>${text}</body></message>`;
          const answer = await call(component, "send_thirdmessage", {
            from: owner.bareJid,
            to: room,
            message,
          });
          if (answer.startsWith('{"ret":true')) promised.push(text);
        };
        const sender = async (): Promise<void> => {
          for (let n = 0; n < MESSAGES; n++) await say(`m-${n}`);
        };
        const speaking = sender();
        await component.until(() => promised.length > BEFORE_CRASH, "answering");
        gate.close();
        await server.kill();
        await server.restart();
        // ejabberd may have lost the changes of its last seconds, such as new accounts.
        await Promise.allSettled(accounts.map((account) => server.addAccounts(account)));
        const after = await people();
        await gate.open();
        await component.ready();
        await speaking;
        for (const person of after) await person.enters(xml("history", { maxstanzas: "0" }));
        await say("the last");
        for (const person of after) await person.hears("the last");

        expect(promised).to.have.length(MESSAGES + 1);
        const [juliet, romeo] = after as [Person, Person];
        const kept = await archive(juliet);
        expect(kept.map(({ text }) => text)).to.deep.equal(promised);
        accounts.forEach((_, at) => {
          const heard = [...heardBy(before[at]), ...heardBy(after[at])];
          expect([...new Map(heard.map((each) => [each.id, each])).values()]).to.deep.equal(kept);
        });
        const newcomer = new Person(await stage.client("mercutio"), room, "Mercutio");
        await call(component, "add_muc_user", { ...made, muc_member: [newcomer.client.bareJid] });
        const seen = (await newcomer.enters()).filter((stanza) => stanza.is("presence"));
        const names = seen.map((stanza) => stanza.attrs.from?.split("/")[1]);
        expect(names.filter((name) => name !== undefined)).to.have.members([
          juliet.nick,
          romeo.nick,
          newcomer.nick,
        ]);
      } finally {
        await component.stop();
        gate.end();
      }
    });
  });
});

interface Said {
  /** By which the room's archive knows it (XEP-0359). */
  readonly id: string | undefined;
  readonly text: string;
}

/** The messages of the room that a person received, in their order. */
function heardBy(person: Person | undefined): Said[] {
  const messages = person?.client.received.filter((stanza) =>
    stanza.attrs.from?.startsWith(`${person.room}/`),
  );
  return (messages ?? []).flatMap((stanza) => {
    const text = stanza.getChildText("body");
    if (stanza.attrs.type !== "groupchat" || text === null) return [];
    return { id: stanza.getChild("stanza-id", "urn:xmpp:sid:0")?.attrs.id, text };
  });
}

/** All that the room has kept, in its order. */
async function archive({ client, room }: Person): Promise<Said[]> {
  const before = client.received.length;
  const max = xml("set", { xmlns: "http://jabber.org/protocol/rsm" }, xml("max", {}, "250"));
  await client.iq("set", xml("query", { xmlns: "urn:xmpp:mam:2" }, max), room);
  return client.received.slice(before).flatMap((stanza) => {
    const result = stanza.getChild("result");
    const text = result?.getChild("forwarded")?.getChild("message")?.getChildText("body");
    return text == null ? [] : { id: result?.attrs.id, text };
  });
}
