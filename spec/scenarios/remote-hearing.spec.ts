/** What is said in rooms of other services goes to programs, and their bots answer there. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { expect } from "chai";
import { componentOn, onEachServer } from "../support/servers.js";
import { addHook, command, post } from "./hooks-world.js";
import { CROWD, listed, owner, withRooms } from "./remote-world.js";
import { MUC, Person } from "./rooms-people.js";

/** Each of them is told of all. */
const MANY = 60;

type Data = Readonly<Record<string, string>>;

/** A program that is told of events. */
class Program {
  readonly heard: Data[] = [];
  answer: (data: Data) => string | undefined = () => undefined;
  readonly #server: Server = createServer((request, response) => {
    void text(request).then((body) => {
      const { data } = JSON.parse(body) as { data: Data };
      this.heard.push(data);
      response.end(JSON.stringify({ text: this.answer(data) }));
    });
  });

  async open(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/told`;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

describe("A program that is told of rooms of other services", () => {
  onEachServer((stage) => {
    const running = componentOn(stage);
    let program: Program;
    beforeEach(() => {
      program = new Program();
    });
    afterEach(() => program.close());

    const tell = async (name: string, ...options: readonly string[]): Promise<void> => {
      const url = await program.open();
      const inner = ["--allow-inner", "127.0.0.1", "--on", "room-message"];
      await addHook(running(), name, "--deliver-to", url, ...inner, ...options);
    };
    const hears = (body: string): Promise<void> =>
      running().until(() => program.heard.some((data) => data.body === body), `told: ${body}`);

    it("is told what others say there, not the history, nor what bots say, and its bot answers", async () => {
      const juliet = await owner(stage, "hearing");
      await juliet.says("before");
      await tell("echo", "--room", juliet.room, "--title", "Echo");
      const url = await addHook(running(), "alerts", "--to", juliet.room);
      await juliet.sees("Echo");
      program.answer = ({ body }) => (body === "hello" ? "Hello, Juliet" : undefined);
      expect((await post(url, "an alert")).delivery).to.equal("confirmed");
      const said = await juliet.says("hello");
      expect(await juliet.hears("Hello, Juliet")).to.equal("Echo");
      await juliet.says("bye");
      await hears("bye");
      expect(program.heard.map(({ body }) => body)).to.deep.equal(["hello", "bye"]);
      const [first] = program.heard;
      expect(first).to.include({ room: juliet.room, nick: "Juliet", id: said.attrs.id });
      expect(first?.stanza_id).to.be.a("string");
    });

    it("is told only of what names its bot, if it wants no more", async () => {
      const juliet = await owner(stage, "mentions");
      await tell("helper", "--room", juliet.room, "--title", "Helper", "--only", "mentions");
      await juliet.sees("Helper");
      for (const body of ["helpers help", "Helper: disk?", "and you, HELPER"]) await juliet.says(body);
      await hears("and you, HELPER");
      expect(program.heard.map(({ body }) => body)).to.deep.equal(["Helper: disk?", "and you, HELPER"]);
    });

    it("is told of a room that an operator has its bot enter, until it leaves", async () => {
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

    it("isn't answered for ever: three answers within a second", async () => {
      const juliet = await owner(stage, "loop");
      await tell("parrot", "--room", juliet.room);
      await juliet.sees("parrot");
      program.answer = ({ body }) => `you said ${body?.length ?? 0}`;
      const romeo = new Person(await stage.client("romeo"), juliet.room, "Romeo");
      await romeo.enters();
      // Somebody else's bot, which answers ours.
      for (let n = 0; n < 12; n += 1) void romeo.says(`again ${n}`);
      await running().until(() => program.heard.length >= 12, "told all");
      await running().until(() => running().log.includes("it seems to answer itself"), "noticing the loop");
      const answers = juliet.heard.filter(({ attrs }) => attrs.from === `${juliet.room}/parrot`);
      expect(answers.filter((each) => each.name === "message").length).to.be.lessThan(12);
    });

    it("is told while very many others come and go", async function () {
      this.timeout(300_000);
      const juliet = await owner(stage, "crowd");
      await tell("steward", "--room", juliet.room);
      await juliet.sees("steward");
      const crowd = await stage.component(CROWD);
      const goes = (n: number, type = ""): void =>
        crowd.write(
          `<presence from="p${n}@${CROWD}/x" to="${juliet.room}/Person ${n}"${type}><x xmlns="${MUC}"/></presence>`,
        );
      for (const type of ["", ' type="unavailable"', ""]) for (let n = 0; n < MANY; n += 1) goes(n, type);
      const last = `${juliet.room}/Person ${MANY - 1}`;
      for (let times = 0; times < 2; times += 1)
        await crowd.next(({ attrs }) => attrs.from === last && attrs.type === undefined, 120_000);
      await juliet.says("a full house");
      await hears("a full house");
      await listed(running(), "steward", juliet.room, / inside /);
    });
  }, withRooms);
});
