/** Outgoing webhooks: messages in rooms and to bots, and the bots' replies. */
import { spawn, type ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { xml, type Client, type Element } from "../../scripts/lab/client.js";
import { freePort } from "../../scripts/lab/ports.js";
import { componentOn, onServer } from "../support/servers.js";
import { addHook, command } from "./hooks-world.js";
import { Program, type Event } from "./program.js";
import { call, Person } from "./rooms-people.js";

const SAID = 40;

describe("An outgoing webhook", () => {
  onServer("prosody", {}, (stage) => {
    const running = componentOn(stage);
    const domain = (): string => stage.domain;
    let program: Program;
    let url: string;
    beforeEach(async () => {
      program = new Program();
      url = await program.open();
    });
    afterEach(() => program.close());

    /** Creates a room by a call. @returns its owner, who is inside */
    const inRoom = async (muc_id: string, client: Client): Promise<Person> => {
      const muc_owner = client.username;
      await call(running(), "create_muc", { muc_id, muc_owner, muc_domain: domain(), system: "test" });
      const person = new Person(client, `${muc_id}@${domain()}`, "Juliet");
      await person.enters();
      return person;
    };
    const hookOf = (name: string, ...options: readonly string[]): Promise<string> =>
      addHook(running(), name, "--deliver-to", url, "--allow-inner", "127.0.0.1", ...options);
    const saidBy = (client: Client, text: string): Promise<Element> =>
      client.next((stanza) => stanza.is("message") && stanza.getChildText("body") === text);

    it("gets a room's messages in order, though the program fails twice, and its bot sends the replies", async () => {
      const juliet = await inRoom("told", await stage.client("juliet"));
      program.answer = ({ data }) => (data.body === "!ping" ? { text: "pong" } : {});
      const name = "ping";
      program.secret = await hookOf(name, "--on", "room-message", "--room", juliet.room, "--title", "Ping");
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
      expect(program.events[0]?.data).to.include({
        room: juliet.room,
        sender: juliet.client.bareJid,
        nick: "Juliet",
      });
      // If its bot has no voice, replies are dropped, and deliveries continue.
      await juliet.administers({ jid: `${name}@${domain()}`, affiliation: "outcast" });
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
      program.secret = await hookOf(name, "--on", "message,bounce");
      const bot = `${name}@${domain()}`;
      await romeo.send(xml("message", { to: bot, type: "chat", id: "d1" }, xml("body", {}, "hello")));
      expect((await saidBy(romeo, "heard hello")).attrs.from).to.equal(bot);
      const lost = await addHook(running(), `lost-${name}`, "--to", `nobody@${stage.server.host}`);
      await fetch(lost, { method: "POST", body: "hi" });
      const bounced = (): Event | undefined => program.events.find(({ type }) => type === "bounce");
      await running().until(() => bounced() !== undefined, "notified of the bounce");
      expect(bounced()?.data).to.include({ receiver: `nobody@${stage.server.host}` });
      expect((await command(running(), "hook", "list")).stdout)
        .to.contain(url)
        .and.not.contain(program.secret);
      await command(running(), "hook", "remove", name, "--yes");
      await romeo.send(xml("message", { to: bot, type: "chat", id: "d2" }, xml("body", {}, "hello?")));
      const refusal = await romeo.next((stanza) => stanza.attrs.id === "d2");
      expect(refusal.attrs.type).to.equal("error");
    });

    it("may have ten lines, as the guide has them", async () => {
      const [, source = ""] =
        /```python\n([^]*?)```/.exec(readFileSync("http/docs/guide/bots.md", "utf8")) ?? [];
      const lines = source.split("\n").filter((line) => line.trim() !== "");
      expect(lines.length).to.be.within(1, 10);
      const port = await freePort();
      const bot: ChildProcess = spawn("/usr/bin/python3", ["-c", source.replace("8000", String(port))], {
        stdio: "ignore",
      });
      try {
        const juliet = await inRoom("echo", await stage.client("juliet"));
        const inner = ["--deliver-to", `http://127.0.0.1:${port}/`, "--allow-inner", "127.0.0.1"];
        const name = "echo-bot";
        await addHook(running(), name, ...inner, "--on", "room-message", "--match", "!*");
        await running().until(async () => (await command(running(), "hook", "test", name)).code === 0, "up");
        await juliet.says("!roll");
        expect((await saidBy(juliet.client, "You said: !roll")).attrs.from).to.equal(
          `${juliet.room}/${name}`,
        );
      } finally {
        bot.kill();
        // It is in all rooms, also in those of later suites.
        await command(running(), "hook", "remove", "echo-bot", "--yes");
      }
    });

    it("misses nothing, and repeats events only under the same id, if the component is killed", async () => {
      const component = running();
      const juliet = await inRoom("killed", await stage.client("juliet"));
      program.answer = ({ data }) => ({ text: `re ${data.body ?? ""}` });
      program.secret = await hookOf("killed-bot", "--on", "room-message", "--room", juliet.room);
      const speak = async (n: number): Promise<void> => {
        const told = {
          from: juliet.client.bareJid,
          to: juliet.room,
          message: `<message type="groupchat" id="k${n}"><body>${n}</body></message>`,
        };
        for (;;) {
          const answered = await call(component, "send_thirdmessage", told).catch(() => undefined);
          if (answered !== undefined) return;
          await sleep(20);
        }
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
      const answers = juliet.client.received.filter((stanza) =>
        stanza.getChildText("body")?.startsWith("re "),
      );
      expect(new Set(answers.map(({ attrs }) => attrs.id)).size).to.equal(byId.size);
    });
  });
});
