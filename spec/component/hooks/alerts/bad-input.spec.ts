/** What can't be done is answered where it was asked, with what to do, and stands in the history of `alert show`. */
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { AlertWorld } from "./alert-world.js";

const WORDS = /!take, !drop, 🔕 !silence 2h, !unsilence, !resolve/;

for (const room of ["here", "elsewhere"] as const)
  describe(`In a room ${room}`, () => {
    let world: AlertWorld;
    beforeEach(async () => {
      world = await AlertWorld.open({ room });
      await world.posts("DiskFull", "firing");
    });
    afterEach(() => world.ends());

    const said = (): string[] => world.said.map(({ text }) => text);
    const answers = async (word: string, nick = "juliet"): Promise<string | undefined> => {
      await world.answers(nick, world.find("DiskFull")!, word);
      await world.idle();
      return said().at(-1);
    };
    const says = async (word: string, nick = "juliet"): Promise<string | undefined> => {
      await world.room.hears(nick, `<body>${word}</body>`);
      await world.idle();
      return said().at(-1);
    };

    it("an unknown word is answered with the words, once a minute at most", async () => {
      expect(await answers("!frobnicate"))
        .to.match(/^I don't know !frobnicate\. /)
        .and.match(WORDS);
      expect(world.historyOf("DiskFull").at(-1)).to.match(/^not done: I don't know !frobnicate\. /);
      for (const word of ["!xyzzy", "!plugh"]) await answers(word, "romeo");
      expect(said().filter((text) => text.startsWith("I don't know"))).to.have.length(1);
    });

    for (const duration of [
      "tomorrow",
      "bis morgen",
      "2 fortnights",
      "-1h",
      "0m",
      "1h and a bit",
      "99999999d",
    ])
      it(`the duration "${duration}" is no silence`, async () => {
        const answer = await answers(`!silence ${duration}`);
        expect(answer).to.match(/no duration that I understand: write one such as 30m, 2h or 1d; at most 7d/);
        expect(world.historyOf("DiskFull").at(-1)).to.equal(`not done: ${answer ?? ""}`);
        expect(world.silenceOf(world.find("DiskFull")!)).to.equal(undefined);
      });

    for (const duration of ["2h", "2 hours", "1h30m", "90 min", "1 day", "2小时", ""])
      it(`the duration "${duration}" is a silence`, async () => {
        expect(await answers(`!silence ${duration}`)).to.match(
          /^🔕 until (?:2026-01-02 )?\d\d:\d\d · firing DiskFull/,
        );
      });

    it("whoever takes an alert twice, drops what they haven't, or ends no silence, is told", async () => {
      await answers("!take");
      expect(await answers("!take")).to.equal("You have taken DiskFull already.");
      expect(await answers("!drop", "romeo")).to.equal("You haven't taken DiskFull.");
      expect(await answers("!unsilence")).to.equal("DiskFull isn't silenced.");
      expect(await answers("!take", "romeo")).to.match(/^👀 juliet, romeo /);
      await answers("!resolve");
      expect(await answers("!take")).to.equal("DiskFull is resolved already.");
    });

    it("a word names an alert by number or title, and never takes another one", async () => {
      await world.posts("HostDown", "firing");
      expect(await says("!take router")).to.match(/no open alert here whose number or title is "router"/);
      expect(await says("!take disk")).to.match(/^👀 juliet .*DiskFull/);
      expect(await says("!open")).to.match(/^2 open alerts:\n• #1 👀 juliet .*DiskFull.*\n• #2 HostDown/);
      expect(await says("!take #2", "romeo")).to.match(/^👀 romeo .*HostDown/);
      expect(await says("!drop 1")).to.match(/^↩ juliet dropped it, it is open again · DiskFull/);
    });
  });

describe("A source that can't silence an alert", () => {
  let server: Server;
  let world: AlertWorld;
  let answer: readonly [status: number, body: string] | "nothing";

  beforeEach(async () => {
    server = createServer((request, response) => {
      if (answer === "nothing") request.socket.destroy();
      else response.writeHead(answer[0]).end(answer[1]);
    });
    await once(server.listen(0, "127.0.0.1"), "listening");
    world = await AlertWorld.open({
      silenceAt: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    });
    await world.posts("DiskFull", "firing");
  });
  afterEach(async () => {
    server.closeAllConnections();
    server.close();
    await world.ends();
  });

  for (const [what, given, said] of [
    ["401", [401, '{"message":"Unauthorized"}'], /HTTP 401: Unauthorized\. .*--silence-token-file FILE/],
    ["404", [404, "page not found"], /HTTP 404: page not found\. .*hook set h --silence-at URL/],
    ["500", [500, '"the disk is full"'], /HTTP 500: the disk is full\. Look into its log/],
    ["garbage", [200, "<html>Log in"], /isn't Alertmanager's: <html>Log in\. .*hook set h --silence-at URL/],
    ["nothing", "nothing", /Check that it runs, and that this machine reaches it/],
  ] as const)
    it(`as it answers ${what}, is named with what to do, in the room and in the history; the alert is muted here`, async () => {
      answer = given;
      await world.answers("juliet", world.find("DiskFull")!, "!silence 1h");
      const text = await world.says(/^The source did not silence it: /);
      expect(text)
        .to.match(said)
        .and.match(/It is muted here instead, until \d/);
      expect(world.historyOf("DiskFull").find((line) => line.startsWith("not silenced"))).to.match(said);
      expect(world.silenceOf(world.find("DiskFull")!))
        .to.be.an("object")
        .that.does.not.have.property("source");
      expect(world.find("DiskFull")?.state).to.equal("open");
    });
});
