/** Rooms that send to many occupants at once through the server (XEP-0033): occupants see no difference. */
import { expect } from "chai";
import { xml, type Element } from "../../scripts/lab/client.js";
import { ComponentProcess } from "../../scripts/lab/component-process.js";
import { onServer, type TestServer } from "../support/servers.js";
import { CalledRoom, MUC, Person } from "./rooms-people.js";

const HOST = "qtalk.test.org";
const SINGLY = `conference.${HOST}`;
const TOGETHER = `groups.${HOST}`;
const PEOPLE = 24;

describe("A room that speaks through the server's multicast service", () => {
  const domains = [SINGLY, TOGETHER];
  const options = {
    components: domains.map((domain) => ({ domain })),
    modules: { multicast: `multicast.${HOST}`, archive: false, offline: false },
  };

  onServer("ejabberd", options, (stage) => {
    const components = new Map<string, ComponentProcess>();
    const componentOf = (domain: string): ComponentProcess => {
      const component = components.get(domain);
      if (component === undefined) throw new Error(`no component of ${domain}`);
      return component;
    };
    before(async () => {
      for (const domain of domains) {
        const rooms = { multicast: domain === SINGLY ? "off" : "auto", messages_per_second: 1e6 };
        const access = stage.server.component(domain);
        components.set(domain, await ComponentProcess.start({ access, hosts: [HOST], config: { rooms } }));
      }
      for (const component of components.values()) await component.ready();
      await componentOf(TOGETHER).until(
        async () => (await componentOf(TOGETHER).metric("qtalk_multicast_services")) === 1,
        "using the service",
      );
    });
    after(async () => {
      for (const component of components.values()) await component.stop();
    });

    it("shows everybody the same in the same order as one that tells each by a stanza of their own", async () => {
      const singly = await life(stage, `hall@${SINGLY}`);
      const together = await life(stage, `hall@${TOGETHER}`);
      expect(singly).to.have.length(PEOPLE);
      for (const [who, seen] of singly.entries()) expect(together[who]).to.deep.equal(seen);
      expect(await componentOf(SINGLY).metric("qtalk_stanzas_multicast_total")).to.equal(0);
      const many = await componentOf(TOGETHER).metric("qtalk_stanzas_multicast_total");
      expect(many).to.be.greaterThan(PEOPLE * 30);
    });

    it("loses nothing that calls were promised when the component is killed", async () => {
      const component = componentOf(TOGETHER);
      const people = await enter(stage, `storm@${TOGETHER}`, 12);
      const muc_owner = people[0]?.client.bareJid ?? "";
      const room = new CalledRoom(component, { muc_id: "storm", muc_owner, muc_domain: TOGETHER });
      const before = await component.metric("qtalk_stanzas_multicast_total");
      await room.says("the first");
      expect(await component.metric("qtalk_stanzas_multicast_total")).to.be.greaterThan(before);
      await room.saysThroughCrash();
      const heard: string[][] = [];
      for (const person of people) {
        await person.hears("the last");
        heard.push([...new Set(person.said.map(({ text }) => text))]);
      }
      for (const texts of heard) expect(texts).to.include.members(room.promised).and.deep.equal(heard[0]);
    });
  });
});

/** So many people enter a new room, one after another. */
async function enter(stage: TestServer, room: string, count: number): Promise<Person[]> {
  const people: Person[] = [];
  for (let n = 0; n < count; n += 1) {
    const person = new Person(await stage.client(`p${n}`), room, `nick ${n}`);
    await person.enters();
    if (n === 0) await person.configures();
    people.push(person);
  }
  return people;
}

/** What happens in a room, and what each of those inside gets of it, in words that are the same in every room. */
async function life(stage: TestServer, room: string): Promise<string[][]> {
  const people = await enter(stage, room, PEOPLE);
  const [owner, second, third, fourth] = people;
  if (owner === undefined || second === undefined || third === undefined || fourth === undefined)
    throw new Error("too few people");
  const { client } = owner;
  // All of it at once: what goes to one alone must keep its place among what goes to all.
  for (let n = 0; n < 20; n += 1) {
    await client.send(message(room, "groupchat", `burst ${n}`));
    if (n % 3 === 0) await client.send(message(second.address, "chat", `between us ${n}`));
    if (n === 4) await client.send(administer(room, { nick: "nick 5", role: "none" }));
    if (n === 7) await client.send(administer(room, { nick: "nick 6", role: "visitor" }));
    if (n === 10) await client.send(xml("presence", { to: `${room}/The Owner` }));
    if (n === 13)
      await client.send(xml("message", { to: room, type: "groupchat" }, xml("subject", {}, "news")));
    if (n === 16) await client.send(xml("presence", { to: room }, xml("show", {}, "away")));
  }
  await all(people, "burst 19", 5);
  await third.leaves();
  await third.enters();
  await third.client.send(message(room, "groupchat", "back again"));
  await third.hears("back again");
  await client.send(administer(room, { jid: fourth.client.bareJid, affiliation: "outcast" }));
  await client.send(message(room, "groupchat", "the end"));
  await all(people, "the end", 5, 3);
  await people[5]?.sees("nick 5", "unavailable", "307");
  await fourth.sees(fourth.nick, "unavailable", "301");
  for (const { client: one } of people) await one.settle();
  const numbers = new Map(people.map((person) => [person.client.bareJid, person.nick]));
  return people.map((person) =>
    person.client.received.filter(isOf(room)).map((stanza) => told(stanza, room, numbers)),
  );
}

/** Waits until all but these have heard it. */
async function all(people: readonly Person[], text: string, ...but: number[]): Promise<void> {
  for (const [n, person] of people.entries()) if (!but.includes(n)) await person.hears(text);
}

/** What comes from the room; pings after a reconnect have no place in the order. */
function isOf(room: string): (stanza: Element) => boolean {
  return ({ name, attrs }) => attrs.from?.split("/")[0] === room && !(name === "iq" && attrs.type === "get");
}

/** A stanza as it came, but for what differs from room to room and from account to account. */
function told(stanza: Element, room: string, people: ReadonlyMap<string, string>): string {
  const service = room.slice(room.indexOf("@") + 1);
  let text = stanza.toString().replaceAll(room, "ROOM").replaceAll(`"xmpp:${service}"`, '"SERVICE"');
  for (const [jid, nick] of people) text = text.replaceAll(jid, nick);
  return text
    .replace(/(\/)[0-9a-z]+(?=")(?<=jid="[^"]*)/g, "$1RESOURCE")
    .replace(/(<occupant-id [^>]*id=")[^"]*|(<stanza-id [^>]*id=")[^"]*/g, "$1$2ID")
    .replace(/(<(?:iq|presence|message) [^>]*\bto=")[^"]*/, "$1TO")
    .replace(/(<iq [^>]*\bid=")[^"]*/, "$1ID")
    .replace(/stamp="[^"]*"/g, 'stamp="THEN"');
}

function message(to: string, type: "groupchat" | "chat", text: string): Element {
  return xml("message", { to, type, id: text.replaceAll(" ", "-") }, xml("body", {}, text));
}

function administer(to: string, item: Readonly<Record<string, string>>): Element {
  const query = xml("query", { xmlns: `${MUC}#admin` }, xml("item", { ...item }));
  return xml("iq", { to, type: "set", id: "administer" }, query);
}
