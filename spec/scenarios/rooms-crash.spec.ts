/** Messages to rooms, with the component or the server killed while programs send them. */
import { expect } from "chai";
import { ComponentProcess } from "../../scripts/lab/component-process.js";
import { xml } from "../../scripts/lab/client.js";
import { Gate } from "../../scripts/lab/gate.js";
import { componentOn, onEachServer, onServer } from "../support/servers.js";
import { archiveOf, CalledRoom, type Person } from "./rooms-people.js";

const MESSAGES = 150;

describe("Messages to a room, with the component killed while they are sent", () => {
  onServer("prosody", {}, (stage) => {
    const running = componentOn(stage);

    it("arrive all, in order, and once in the archive, if they were answered success", async () => {
      const client = await stage.client("juliet");
      const room = await CalledRoom.make(running(), ["storm", stage.domain], client);
      const juliet = await room.admits(client);
      await room.saysThroughCrash();
      await juliet.hears("the last");
      const heard = [...new Set(juliet.said.map(({ text }) => text))];
      expect(heard).to.include.members(room.promised);
      expect((await archiveOf(client, room.address)).map(({ text }) => text)).to.deep.equal(heard);
    });
  });
});

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
        const accounts = [await stage.account("juliet"), await stage.account("romeo")];
        const clients = () => Promise.all(accounts.map((account) => stage.client(account, "phone")));
        const [owner, guest] = await clients();
        const room = await CalledRoom.make(component, ["stage", domain], owner!, guest!);
        const before = [await room.admits(owner!), await room.admits(guest!)];

        const sender = async (): Promise<void> => {
          for (let n = 0; n < MESSAGES; n++) await room.says(`m-${n}`);
        };
        const speaking = sender();
        await component.until(() => room.promised.length > MESSAGES / 3, "answering");
        gate.close();
        await server.kill();
        await server.restart();
        // ejabberd may have lost the changes of its last seconds, such as new accounts.
        await Promise.allSettled(accounts.map((account) => server.addAccounts(account)));
        const again = await clients();
        await gate.open();
        await component.ready();
        await speaking;
        const after: Person[] = [];
        for (const client of again)
          after.push(await room.admits(client, client.username, xml("history", { maxstanzas: "0" })));
        await room.says("the last");
        for (const person of after) await person.hears("the last");

        expect(room.promised).to.have.length(MESSAGES + 1);
        const kept = await archiveOf(again[0]!, room.address);
        expect(kept.map(({ text }) => text)).to.deep.equal(room.promised);
        for (const [at, person] of before.entries()) {
          const heard = new Map([...person.said, ...after[at]!.said].map((each) => [each.id, each]));
          expect([...heard.values()]).to.deep.equal(kept);
        }
        const newcomer = await stage.client("mercutio");
        await room.adds(newcomer);
        const { heard } = await room.admits(newcomer, "Mercutio");
        const inside = heard.flatMap(
          ({ name, attrs }) => (name === "presence" ? attrs.from : undefined) ?? [],
        );
        const people = [...after.map(({ address }) => address), `${room.address}/Mercutio`];
        expect(inside.filter((from) => from.includes("/"))).to.have.members(people);
      } finally {
        await component.stop();
        gate.end();
      }
    });
  });
});
