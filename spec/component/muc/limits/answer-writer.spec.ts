/** Long answers leave others' stanzas a place on the stream. */
import { EventEmitter } from "node:events";
import { setImmediate as turn } from "node:timers/promises";
import { expect } from "chai";
import { AnswerWriter } from "../../../../component/muc/limits/answer-writer.js";
import { AckRequests } from "../../../../component/outbox/ack-requests.js";
import { xml, type Element } from "../../../../component/xml/builder.js";
import { parseXml, XmlFault } from "../../../../component/xml/parse.js";
import { serialise } from "../../../../component/xml/serialise.js";

const DOMAIN = "conference.x.test";
const PIECE = 16 * 1024;

/** A server that acknowledges only when it is told to. */
class SlowServer extends EventEmitter {
  isBlocked = false;
  isUp = true;
  /** The authors of what was written, in order, and the unacknowledged characters. */
  readonly authors: string[] = [];
  unacked = 0;
  #requests: Element[] = [];

  write(text: string): boolean {
    if (!this.isUp) return false;
    const all = parseXml(`<stream>${text}</stream>`);
    if (all instanceof XmlFault) throw new Error(all.reason);
    this.unacked += text.length;
    for (const stanza of all.getChildElements()) {
      if (stanza.attrs.id?.startsWith("ack-") === true) this.#requests.push(stanza);
      else this.authors.push(stanza.attrs.to ?? "");
    }
    return true;
  }

  async ack(): Promise<void> {
    this.unacked = 0;
    for (const request of this.#requests.splice(0)) this.emit("stanza", request);
    for (let n = 0; n < 10; n += 1) await turn();
  }
}

const answer = (to: string, pieces: number) =>
  Array.from({ length: pieces }, () => serialise(xml("message", { to }, "x".repeat(PIECE - 100))));

describe("Long answers", () => {
  let server: SlowServer;
  let answers: AnswerWriter;
  beforeEach(() => {
    server = new SlowServer();
    answers = new AnswerWriter(server, new AckRequests(DOMAIN, "x.test"), server);
  });

  it("wait for the server: little of them is unacknowledged", async () => {
    const done = answers.write(answer("large", 100));
    const unacked: number[] = [];
    while (server.authors.length < 100) {
      unacked.push(server.unacked);
      await server.ack();
    }
    expect(await done).to.equal(true);
    expect(Math.max(...unacked)).to.be.below(1.2 * 1024 * 1024);
    expect(unacked[0]).to.be.below(200 * 1024);
  });

  it("let a small answer through behind one piece of each", async () => {
    const large = ["a", "b", "c"].map((to) => answers.write(answer(to, 100)));
    const before = server.authors.length;
    const small = answers.write(answer("small", 1));
    while (!server.authors.includes("small")) await server.ack();
    expect(await small).to.equal(true);
    expect(server.authors.indexOf("small") - before).to.be.below(20);
    while (server.authors.length < 301) await server.ack();
    expect(await Promise.all(large)).to.deep.equal([true, true, true]);
  });

  it("go on however small those before were, and however slow the server is", async () => {
    const small = Array.from({ length: 60 }, () =>
      serialise(xml("message", { to: "small" }, "x".repeat(700))),
    );
    const large = serialise(xml("message", { to: "large" }, "x".repeat(200_000)));
    const all = Promise.all([
      ...small.map((text) => answers.write([text])),
      answers.write([large]),
      answers.write([large]),
    ]);
    for (const until = performance.now() + 120; performance.now() < until;) await turn();
    while (server.authors.length < 62) await server.ack();
    expect(await all).to.not.include(false);
  });

  it("are dropped if the link goes down", async () => {
    const done = answers.write(answer("large", 100));
    server.isUp = false;
    server.emit("down");
    expect(await done).to.equal(false);
  });
});
