/** Long answers leave others' stanzas a place on the stream. */
import { setImmediate as turn } from "node:timers/promises";
import { expect } from "chai";
import { UnqueuedWriter } from "../../../../component/link/unqueued-writer.js";
import { Metrics } from "../../../../component/metrics.js";
import { AnswerWriter } from "../../../../component/muc/limits/answer-writer.js";
import { AckRequests } from "../../../../component/outbox/ack-requests.js";
import { xml } from "../../../../component/xml/builder.js";
import { serialise } from "../../../../component/xml/serialise.js";
import { MemoryLink } from "../memory-link.js";

const PIECE = 16 * 1024;

const answer = (to: string, pieces: number) =>
  Array.from({ length: pieces }, () => serialise(xml("message", { to }, "x".repeat(PIECE - 100))));

describe("Long answers", () => {
  let link: MemoryLink;
  let answers: AnswerWriter;
  let acked = 0;
  beforeEach(() => {
    link = Object.assign(new MemoryLink(), { confirms: false });
    acked = 0;
    const unqueued = new UnqueuedWriter(link, new Metrics());
    answers = new AnswerWriter(unqueued, new AckRequests(link.domain, "x.test"), link);
  });
  /** The server acknowledges only now, until so many pieces are written. */
  const ack = async (pieces: number, look = (): unknown => undefined): Promise<void> => {
    while (link.written.length < pieces) {
      look();
      acked = link.written.length;
      link.giveBack();
      for (let n = 0; n < 10; n += 1) await turn();
    }
  };

  it("wait for the server: little of them is unacknowledged", async () => {
    const done = answers.write(answer("large", 100));
    const unacked: number[] = [];
    await ack(100, () => unacked.push(link.written.slice(acked).join("").length));
    expect(await done).to.equal(true);
    expect(Math.max(...unacked)).to.be.below(1.2 * 1024 * 1024);
    expect(unacked[0]).to.be.below(200 * 1024);
  });

  it("let a small answer through behind one piece of each", async () => {
    const large = ["a", "b", "c"].map((to) => answers.write(answer(to, 100)));
    const before = link.written.length;
    const small = answers.write(answer("small", 1));
    await ack(301);
    expect(link.written.findIndex(({ attrs }) => attrs.to === "small") - before).to.be.within(0, 20);
    expect(await Promise.all([small, ...large])).not.to.include(false);
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
    await ack(62);
    expect(await all).to.not.include(false);
  });

  it("are dropped if the link goes down", async () => {
    const done = answers.write(answer("large", 100));
    link.isUp = false;
    link.emit("down", { cause: "closed", text: "" });
    expect(await done).to.equal(false);
  });
});
