/** Messages in rooms of other services go to outgoing webhooks, and their bots reply there. */
import { expect } from "chai";
import { xml, type Element } from "../../scripts/lab/client.js";
import { LongRounds, PROBED } from "../../scripts/lab/processes.js";
import { command } from "../support/command-line.js";
import { componentOn, onEachServer } from "../support/servers.js";
import { addHook, post } from "./hooks-world.js";
import { Program } from "./program.js";
import { CROWD, listed, owner, STEWARDS, withRooms } from "./remote-world.js";
import { MUC, Person, USER } from "./rooms-people.js";

/** Occupants, each of whom gets the presence of all others. */
const MANY = 300;
/** How many of them come or go at once. */
const TOGETHER = 20;
/** Bytes of resident memory, for 180,000 presences. */
const MOST_GROWTH = 64 * 1024 * 1024;
const MEMORY = "process_resident_memory_bytes";
/** The longest round of the event loop, in milliseconds, on a busy machine. */
const MOST_BLOCK_MS = 500;

describe("An outgoing webhook for rooms of other services", () => {
  onEachServer((stage) => {
    const running = componentOn(stage);
    let program: Program;
    beforeEach(async () => (program = await Program.open()));
    afterEach(() => program.close());

    const tell = (name: string, ...options: readonly string[]): Promise<void> =>
      program.isTold(running(), name, "--on", "room-message", ...options);
    const hears = (body: string): Promise<void> =>
      running().until(() => program.texts.includes(body), `notified of ${body}`);

    it("gets what other occupants write, not the history, nor bots' messages, and its bot replies", async () => {
      const juliet = await owner(stage, "hearing");
      await juliet.says("before");
      await tell("echo", "--room", juliet.room, "--title", "Echo");
      const url = await addHook(running(), "alerts", "--to", juliet.room);
      await juliet.sees("Echo");
      program.answer = ({ data }) => (data.body === "hello" ? { text: "Hello, Juliet" } : {});
      expect((await post(url, "an alert")).delivery).to.equal("confirmed");
      const said = await juliet.says("hello");
      expect(await juliet.hears("Hello, Juliet")).to.equal("Echo");
      await juliet.says("bye");
      await hears("bye");
      expect(program.texts).to.deep.equal(["hello", "bye"]);
      const [first] = program.events;
      expect(first?.data).to.include({ room: juliet.room, nick: "Juliet", id: said.attrs.id });
      expect(first?.data.stanza_id).to.be.a("string");
    });

    for (const [whois, isShown] of [
      ["moderators", false],
      ["anyone", true],
    ] as const)
      it(`believes the room, not an occupant's claims, if it shows addresses to ${whois}`, async () => {
        const juliet = await owner(stage, `shows-${whois}`, { whois });
        await tell(`notary-${whois}`, "--room", juliet.room);
        await juliet.sees(`notary-${whois}`);
        const claims = (): Element[] => [
          xml("x", { xmlns: USER }, xml("item", { jid: "admin@qtalk.test.org" })),
          xml("occupant-id", { xmlns: "urn:xmpp:occupant-id:0", id: "forged" }),
          xml("stanza-id", { xmlns: "urn:xmpp:sid:0", by: juliet.room, id: "forged" }),
          xml("stanza-id", { xmlns: "urn:xmpp:sid:0", by: "x.test", id: "forged" }),
        ];
        await juliet.client.send(xml("presence", { to: juliet.address }, ...claims()));
        const said = [xml("body", {}, "who?"), ...claims()];
        await juliet.client.send(xml("message", { to: juliet.room, type: "groupchat" }, ...said));
        await hears("who?");
        const { data } = program.events[0] ?? {};
        expect(data?.sender).to.equal(isShown ? juliet.client.bareJid : undefined);
        expect([data?.occupant_id, data?.stanza_id]).to.not.include("forged");
        expect(data?.stanza_id).to.be.a("string");
      });

    it("gets only mentions of its bot with --only mentions", async () => {
      const juliet = await owner(stage, "mentions");
      await tell("helper", "--room", juliet.room, "--title", "Helper", "--only", "mentions");
      await juliet.sees("Helper");
      for (const body of ["helpers help", "Helper: disk?", "and you, HELPER"]) await juliet.says(body);
      await hears("and you, HELPER");
      expect(program.texts).to.deep.equal(["Helper: disk?", "and you, HELPER"]);
    });

    it("gets messages of a room that its bot enters by an operator's command, until it leaves", async () => {
      const juliet = await owner(stage, "chosen");
      await tell("lurker");
      const { stdout } = await command(running(), "bot", "enter", "lurker", juliet.room);
      expect(stdout).to.include(`is in ${juliet.room} as lurker`);
      await juliet.says("inside");
      await hears("inside");
      await command(running(), "bot", "leave", "lurker", juliet.room);
      await juliet.sees("lurker", "unavailable");
      expect((await command(running(), "bot", "list")).stdout).to.not.include(juliet.room);
    });

    it("doesn't reply to itself without end", async () => {
      const juliet = await owner(stage, "loop");
      await tell("parrot", "--room", juliet.room);
      await juliet.sees("parrot");
      program.answer = ({ data }) => ({ text: `you said ${data.body?.length ?? 0}` });
      const romeo = new Person(await stage.client("romeo"), juliet.room, "Romeo");
      await romeo.enters();
      // Another user's bot, which answers ours.
      for (let n = 0; n < 12; n += 1) void romeo.says(`again ${n}`);
      await running().until(() => program.events.length >= 12, "notified of all");
      await running().until(() => running().log.includes("it seems to answer itself"), "noticing the loop");
      const answers = juliet.heard.filter(({ attrs }) => attrs.from === `${juliet.room}/parrot`);
      expect(answers.filter((each) => each.name === "message").length).to.be.lessThan(12);
    });

    if (stage.server.kind === "ejabberd") return;

    it("gets messages in order, and posts arrive in order, while 300 others come and go, in bounded memory and time", async function () {
      this.timeout(1_200_000);
      const component = await stage.start(STEWARDS, { node: PROBED });
      await component.ready();
      const juliet = await owner(stage, "crowd");
      const alerts = await addHook(component, "alerts", "--to", juliet.room);
      await program.isTold(component, "steward", "--on", "room-message", "--room", juliet.room);
      for (const nick of ["alerts", "steward"]) await juliet.sees(nick);
      const before = await component.metric(MEMORY);
      const rounds = new LongRounds(component);
      rounds.take();
      const crowd = await stage.component(CROWD);
      const said: string[] = [];
      const alerted: string[] = [];
      for (const type of [undefined, "unavailable"])
        for (let n = 0; n < MANY; n += 1) {
          const [from, to] = [`p${n}@${CROWD}/x`, `${juliet.room}/Person ${n}`];
          crowd.write(xml("presence", { from, to, type }, xml("x", { xmlns: MUC })).toString());
          if (n % TOGETHER !== TOGETHER - 1) continue;
          // The server is asked for no more than it does in time.
          const isOwn = ({ attrs }: Element): boolean =>
            attrs.from === to && attrs.to === from && attrs.type === type;
          await crowd.next(isOwn, 600_000);
          said.push(`${type ?? "available"} ${n}`);
          await juliet.says(said.at(-1) ?? "");
          alerted.push((await post(alerts, said.at(-1) ?? "")).id);
        }
      await component.until(() => program.texts.length === said.length, "given all messages", 300_000);
      const isLast = ({ attrs }: Element): boolean => attrs.id === alerted.at(-1);
      await juliet.client.next(isLast, 300_000);
      const connects = await component.metric("qtalk_link_connects_total");
      expect(connects, "a lost link loses what is said").to.equal(1);
      const heard = juliet.client.received.filter(
        ({ name, attrs }) => name === "message" && attrs.from === `${juliet.room}/alerts`,
      );
      expect([program.texts, heard.map(({ attrs }) => attrs.id)]).to.deep.equal([said, alerted]);
      await listed(component, "steward", juliet.room, / inside /);
      expect((await component.metric(MEMORY)) - before).to.be.below(MOST_GROWTH);
      expect(Math.max(0, ...rounds.take())).to.be.below(MOST_BLOCK_MS);
    });
  }, withRooms);
});
