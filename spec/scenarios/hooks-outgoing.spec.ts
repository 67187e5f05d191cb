/** Outgoing webhooks: messages in rooms and to bots, and the bots' replies. */
import { spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { xml, type Client, type Element } from "../../scripts/lab/client.js";
import { freePort } from "../../scripts/lab/ports.js";
import { command } from "../support/command-line.js";
import { codeBlocks, guidePage } from "../support/documents.js";
import { componentOn, onServer } from "../support/servers.js";
import { addHook, inRoom } from "./hooks-world.js";
import { Program, type Event } from "./program.js";
import { call } from "./rooms-people.js";

const SAID = 40;

describe("An outgoing webhook", () => {
  onServer("prosody", {}, (stage) => {
    const running = componentOn(stage);
    let program: Program;
    beforeEach(async () => (program = await Program.open()));
    afterEach(() => program.close());

    const saidBy = (client: Client, text: string): Promise<Element> =>
      client.next((stanza) => stanza.is("message") && stanza.getChildText("body") === text);

    it("gets a room's messages in order, though the program fails twice, and its bot sends the replies", async () => {
      const juliet = await inRoom(stage, running(), "told");
      program.answer = ({ data }) => (data.body === "!ping" ? { text: "pong" } : {});
      const name = "ping";
      const options = ["--on", "room-message", "--room", juliet.room, "--title", "Ping"];
      await program.isTold(running(), name, ...options);
      program.refuses(2);
      const texts = ["one", "!ping", "three"];
      for (const text of texts) await juliet.says(text);
      for (const refusals of [1, 2]) {
        await running().until(() => program.refused === refusals, "refused");
        const retried = await command(running(), "hook", "retry", name, "--all");
        expect(retried.stdout).to.match(/^\d dead letters? (?:was|were) put back into the queue\.\n$/);
      }
      const answer = await saidBy(juliet.client, "pong");
      expect(answer.attrs.from).to.equal(`${juliet.room}/Ping`);
      await juliet.says("four");
      await running().until(() => program.events.length >= 4, "notified of all");
      // Its bot's own messages aren't delivered.
      expect(program.texts).to.deep.equal([...texts, "four"]);
      expect(answer.attrs.id).to.equal(program.events[1]?.id);
      const { room, client } = juliet;
      expect(program.events[0]?.data).to.include({ room, sender: client.bareJid, nick: "Juliet" });
      // If its bot has no voice, replies are dropped, and deliveries continue.
      await juliet.administers({ jid: `${name}@${stage.domain}`, affiliation: "outcast" });
      for (const text of ["!ping", "five"]) await juliet.says(text);
      await running().until(() => program.texts.includes("five"), "notified of the last");
      expect(program.events).to.have.length(6);
      const unsaid = `A reply of the hook ${name} was refused`;
      await running().until(() => running().log.includes(unsaid), `heard to say ${unsaid}`);
      expect(running().log).not.to.contain(program.secret);
    });

    it("hears what is written to its bot, and what came back", async () => {
      const romeo = await stage.client("romeo");
      const name = "bot";
      program.answer = ({ type, data }) => (type === "message" ? { text: `heard ${data.body ?? ""}` } : {});
      await program.isTold(running(), name, "--on", "message,bounce");
      const bot = `${name}@${stage.domain}`;
      await romeo.send(xml("message", { to: bot, type: "chat", id: "d1" }, xml("body", {}, "hello")));
      expect((await saidBy(romeo, "heard hello")).attrs.from).to.equal(bot);
      const lost = await addHook(running(), `lost-${name}`, "--to", `nobody@${stage.server.host}`);
      await fetch(lost, { method: "POST", body: "hi" });
      const bounced = (): Event | undefined => program.events.find(({ type }) => type === "bounce");
      await running().until(() => bounced() !== undefined, "notified of the bounce");
      expect(bounced()?.data).to.include({ receiver: `nobody@${stage.server.host}` });
      expect((await command(running(), "hook", "list")).stdout)
        .to.contain(program.url)
        .and.not.contain(program.secret);
      await command(running(), "hook", "remove", name, "--yes");
      await romeo.send(xml("message", { to: bot, type: "chat", id: "d2" }, xml("body", {}, "hello?")));
      const refusal = await romeo.next((stanza) => stanza.attrs.id === "d2");
      expect(refusal.attrs.type).to.equal("error");
    });

    it("may have ten lines, as the guide has them", async () => {
      const [source = ""] = codeBlocks(guidePage("bots"), "python");
      const lines = source.split("\n").filter((line) => line.trim() !== "");
      expect(lines.length).to.be.within(1, 10);
      const port = await freePort();
      const code = source.replace("8000", String(port));
      const bot = spawn("/usr/bin/python3", ["-c", code], { stdio: "ignore" });
      try {
        const juliet = await inRoom(stage, running(), "echo");
        const inner = ["--deliver-to", `http://127.0.0.1:${port}/`, "--allow-inner", "127.0.0.1"];
        const name = "echo-bot";
        await addHook(running(), name, ...inner, "--on", "room-message", "--match", "!*");
        await running().until(async () => (await command(running(), "hook", "test", name)).code === 0, "up");
        await juliet.says("!roll");
        expect(await juliet.hears("You said: !roll")).to.equal(name);
      } finally {
        bot.kill();
        // It is in all rooms, also in those of later suites.
        await command(running(), "hook", "remove", "echo-bot", "--yes");
      }
    });

    it("misses nothing, and repeats events only under the same id, if the component is killed", async () => {
      const component = running();
      const juliet = await inRoom(stage, running(), "killed");
      program.answer = ({ data }) => ({ text: `re ${data.body ?? ""}` });
      await program.isTold(component, "killed-bot", "--on", "room-message", "--room", juliet.room);
      const speak = async (n: number): Promise<void> => {
        const { bareJid: from } = juliet.client;
        const message = `<message type="groupchat" id="k${n}"><body>${n}</body></message>`;
        const says = () => call(component, "send_thirdmessage", { from, to: juliet.room, message });
        while ((await says().catch(() => undefined)) === undefined) await sleep(20);
      };
      for (let n = 0; n < SAID; n++) {
        if (n === SAID / 2) {
          // In the middle: some are delivered and answered, some wait.
          await component.end("SIGKILL");
          component.launch();
        }
        await speak(n);
      }
      await component.ready();
      await component.until(() => program.texts.includes(String(SAID - 1)), "notified of the last");
      const byId = new Map(program.events.map(({ id, data }) => [id, data.body]));
      const bodies = [...new Set(program.texts)];
      expect(bodies.map(Number)).to.deep.equal(Array.from({ length: SAID }, (_, n) => n));
      for (const { id, data } of program.events) expect(byId.get(id)).to.equal(data.body);
      await saidBy(juliet.client, `re ${SAID - 1}`);
      const isAnswer = (stanza: Element) => stanza.getChildText("body")?.startsWith("re ");
      const answers = new Set(juliet.heard.filter(isAnswer).map(({ attrs }) => attrs.id));
      expect(answers.size).to.equal(byId.size);
    });
  });
});
