/** Owners of rooms make hooks of their own rooms, by chat with the component and by commands. */
import { expect } from "chai";
import { grafana } from "../../component/hooks/formats/grafana.js";
import { documentationOf } from "../../http/docs/formats.js";
import { xml, type Client, type Element } from "../../scripts/lab/client.js";
import type { ComponentProcess } from "../../scripts/lab/component-process.js";
import { operate } from "../support/command-line.js";
import { onEachServer, onServer, ownComponentOn, type TestServer } from "../support/servers.js";
import { tableIn } from "../support/tables.js";
import { post } from "./hooks-world.js";
import { CalledRoom, type Person } from "./rooms-people.js";

const COMMANDS = "http://jabber.org/protocol/commands";
const ITEMS = xml("query", { xmlns: "http://jabber.org/protocol/disco#items", node: COMMANDS });

const DOMAIN = "conference.qtalk.test.org";
let count = 0;

/** Makes a room of the suite's own component. @returns its owner, who is inside */
async function ownerOn(stage: TestServer, component: ComponentProcess): Promise<Person> {
  const client = await stage.client("juliet");
  const room = await CalledRoom.make(component, [`team-${++count}`, DOMAIN], client);
  return await room.admits(client, "Juliet");
}

/** Says something to the component. @returns its answer */
async function says(client: Client, text: string): Promise<string> {
  await client.send(xml("message", { to: DOMAIN, type: "chat" }, xml("body", {}, text)));
  const answer = await client.next(
    ({ name, attrs }) => name === "message" && attrs.from === DOMAIN && attrs.type === "chat",
  );
  return answer.getChildText("body") ?? "";
}

/** Runs an ad-hoc command on hooks (XEP-0050), and fills in its form. @returns its last answer, as text */
async function commands(...run: Parameters<typeof runs>): Promise<string> {
  return String(await runs(...run));
}

/** Runs an ad-hoc command on hooks, or one with another node. @returns its last answer */
async function runs(
  client: Client,
  verb: string,
  given: Readonly<Record<string, string>> = {},
): Promise<Element> {
  const node = verb.includes("#") ? verb : `hooks#${verb}`;
  const ask = async (attrs: object, ...inside: Element[]): Promise<Element> =>
    await client.iq("set", xml("command", { xmlns: COMMANDS, node, ...attrs }, ...inside), DOMAIN);
  const { sessionid } = (await ask({})).getChild("command")?.attrs ?? {};
  const fields = Object.entries(given).map(([name, value]) =>
    xml("field", { var: name }, xml("value", {}, value)),
  );
  return await ask({ sessionid }, xml("x", { xmlns: "jabber:x:data", type: "submit" }, ...fields));
}

describe("An owner of a room", () => {
  onEachServer((stage) => {
    const running = ownComponentOn(stage, { hooks: { by_owners: true, per_room: 2 } });
    const owned = (): Promise<Person> => ownerOn(stage, running());

    it("adds, lists, shows, tests and removes a hook by chat, whose URL nobody else sees", async () => {
      const owner = await owned();
      const { client, room } = owner;
      const ask = (text: string): Promise<string> => says(client, text);
      expect(await ask("!hook help")).to.contain("!hook add NAME");
      expect(await ask("!hook list")).to.contain("Your rooms have no hooks");
      const answer = await ask("!hook add grafana");
      expect(answer).to.contain(`Added the hook grafana: grafana@${DOMAIN} sends its posts to`);
      const url = /https?:\S+/.exec(answer)?.[0] ?? "";
      const { headers, body } = documentationOf(grafana).sample;
      const { status, id } = await post(url, JSON.parse(body) as object, headers);
      expect(status).to.equal(200);
      const heard = await client.next((stanza) => stanza.attrs.id === id);
      expect(heard.attrs.from).to.equal(`${room}/grafana`);
      expect(await ask("!hook list")).to.equal(`grafana → ${room}`);
      expect(await ask("！hook show grafana"))
        .to.contain("format: grafana")
        .and.not.contain(url.slice(-20));
      expect(await ask("!hook test grafana")).to.contain("Posted a test to the hook grafana");
      const shown = await operate(running(), "hook", "show", "grafana");
      expect(shown).to.contain(`made by the room's owner: ${client.bareJid}`);
      const changes = await operate(running(), "changes", "list");
      expect(changes).to.match(new RegExp(`${client.bareJid} +chat +hook add`));
      expect(changes).not.to.contain(url.slice(-20));
      expect(running().log).not.to.contain(url.slice(-20));
      expect(await ask("!hook remove grafana")).to.equal(
        "The hook grafana was removed with 1 open alert, which nobody can take any more.",
      );
      expect((await post(url, { title: "t" })).status).to.equal(404);
    });

    it("reaches neither another's room, nor an operator's hook or bot, nor more hooks than there may be", async () => {
      const [owner, other] = [await owned(), await owned()];
      const ask = (text: string): Promise<string> => says(owner.client, text);
      expect(await ask(`!hook add one ${other.room}`)).to.contain("is no room that you own");
      await operate(running(), "hook", "add", "official", "--to", owner.room, "--as", "bot");
      expect(await ask("!hook add bot")).to.contain("there is a bot bot already: choose another name");
      for (const verb of ["show", "test", "remove"])
        expect(await ask(`!hook ${verb} official`), verb).to.contain("there is no hook official");
      expect(await says(other.client, "!hook add theirs")).to.contain("Added the hook theirs");
      expect(await ask("!hook remove theirs")).to.contain("there is no hook theirs");
      expect(await ask("!hook rotate official")).to.contain("hook rotate is for operators");
      for (const name of ["one", "two"]) expect(await ask(`!hook add ${name}`)).to.contain("Added");
      expect(await ask("!hook add three")).to.contain("the limit (hooks.per_room): remove one first");
      const guest = await stage.client("guest");
      expect(await says(guest, "!hook add four")).to.contain("You own no room here");
    });

    it("who isn't one any more can't reach the hook, which stays", async () => {
      const owner = await owned();
      const heir = await stage.client("heir");
      expect(await says(owner.client, "!hook add lasting")).to.contain("Added");
      await operate(running(), "room", "owner", owner.room, heir.bareJid);
      await operate(running(), "room", "member", owner.room, owner.client.bareJid);
      expect(await says(owner.client, "!hook remove lasting")).to.contain("You own no room here");
      expect(await says(heir, "!hook list")).to.equal(`lasting → ${owner.room}`);
      const shown = await operate(running(), "hook", "show", "lasting");
      expect(shown).to.contain(owner.client.bareJid);
    });

    it("sees the commands for hooks, and adds, lists, shows, tests and removes one by forms", async () => {
      const { client, room } = await owned();
      const nodes = async (of: Client): Promise<(string | undefined)[]> =>
        (await of.iq("get", ITEMS, DOMAIN))
          .getChild("query")
          ?.getChildren("item")
          .map(({ attrs }) => attrs.node) ?? [];
      const guest = await stage.client("guest");
      const own = ["add", "list", "show", "test", "remove"].map((verb) => `hooks#${verb}`);
      expect(await nodes(client)).to.include.members(own);
      expect((await nodes(guest)).filter((node) => own.includes(node ?? ""))).to.eql([]);
      const added = await commands(client, "add", { name: "formed", to: room });
      const url = /https?:\/\/[^\s<]+\/hooks\/[^\s<]+/.exec(added)?.[0] ?? "";
      const { id } = await post(url, { text: "by a form" });
      expect((await client.next((stanza) => stanza.attrs.id === id)).attrs.from).to.equal(`${room}/formed`);
      const [columns, ...hooks] = tableIn(await runs(client, "list"));
      expect(columns?.slice(0, 4)).to.eql(["name", "receiver", "sender", "format"]);
      expect(hooks.map((hook) => hook.slice(0, 4))).to.eql([["formed", room, `formed@${DOMAIN}`, "auto"]]);
      expect(await commands(client, "show", { name: "formed" }))
        .to.contain(client.bareJid)
        .and.not.contain(url.slice(-20));
      expect(await commands(client, "test", { name: "formed" })).to.contain(
        "Posted a test to the hook formed",
      );
      const changes = await operate(running(), "changes", "list");
      expect(changes).to.match(new RegExp(`${client.bareJid} +xmpp +hook add`));
      const other = await owned();
      for (const [verb, given, refusal] of [
        ["add", { name: "intruder", to: room }, "is no room that you own"],
        ["show", { name: "formed" }, "there is no hook formed"],
        ["test", { name: "formed" }, "there is no hook formed"],
        ["remove", { name: "formed" }, "there is no hook formed"],
      ] as const)
        expect(await commands(other.client, verb, given), verb).to.contain(refusal);
      expect(await commands(other.client, "list")).not.to.contain(room);
      expect(await commands(guest, "add", { name: "intruder", to: room })).to.contain("forbidden");
      expect(await commands(client, "remove", { name: "formed" })).to.contain("The hook formed was removed");
      expect((await post(url, { text: "gone" })).status).to.equal(404);
    });
  });

  onServer("prosody", {}, (stage) => {
    const running = ownComponentOn(stage);
    it("is told to ask an operator if the service lets only operators make hooks", async () => {
      const { client } = await ownerOn(stage, running());
      expect(await says(client, "!hook add grafana")).to.contain("ask an operator for one (hooks.by_owners)");
    });
  });
});
