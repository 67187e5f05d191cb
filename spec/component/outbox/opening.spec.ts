/** What is asked on a new stream, and what counts as an answer. */
import { mock } from "node:test";
import { expect } from "chai";
import { Barrier, type BarrierKind } from "../../../component/outbox/barrier.js";
import { BarrierNegotiation } from "../../../component/outbox/barrier-negotiation.js";
import { UptimeQuestion } from "../../../component/outbox/uptime-question.js";
import { NS, xml } from "../../../component/xml/builder.js";
import { stanzasOf } from "../../../component/xml/stored.js";

const DOMAIN = "rooms.h";
const idIn = (text: string): string => /id="([^"]*)"/.exec(text)?.[1] ?? "";

describe("A barrier", () => {
  const barrier = new Barrier(DOMAIN, "h");
  const answers = (
    kind: BarrierKind,
    attrs: object,
    name = kind === "message" ? "message" : "iq",
  ): boolean => {
    const { id } = barrier.make(kind);
    const usual =
      kind === "message" ? { from: DOMAIN, to: DOMAIN, id } : { from: "h", to: DOMAIN, id, type: "result" };
    return barrier.idOf(xml(name, { ...usual, ...attrs })) !== undefined;
  };

  it("is a message to the component itself, or a ping to the server", () => {
    const { text } = barrier.make("message");
    expect(text).to.contain("<message").and.to.contain("no-store");
    expect(barrier.make("ping").text).to.contain("<iq").and.to.contain('to="h"').and.to.contain(NS.ping);
    expect(barrier.make().text).to.contain("<message");
  });

  it("is back where the component gets its own message, or the server answers its ping, be it with an error", () => {
    expect(answers("message", {})).to.equal(true);
    expect(answers("ping", {})).to.equal(true);
    expect(answers("ping", { type: "error" })).to.equal(true);
  });

  it("is sent back by nobody else", () => {
    for (const attrs of [{ from: "alice@h" }, { from: undefined }, { to: `room@${DOMAIN}` }, { id: "m1" }])
      expect(answers("message", attrs), JSON.stringify(attrs)).to.equal(false);
    expect(answers("message", {}, "presence")).to.equal(false);
    for (const attrs of [
      { from: DOMAIN },
      { from: "elsewhere" },
      { type: "get" },
      { to: "h" },
      { id: undefined },
    ])
      expect(answers("ping", attrs), JSON.stringify(attrs)).to.equal(false);
    expect(answers("ping", {}, "presence")).to.equal(false);
  });
});

describe("Which barrier the server returns", () => {
  let negotiation: BarrierNegotiation;
  const said: string[] = [];
  let [message, ping] = ["", ""];

  beforeEach(() => {
    mock.timers.enable({ apis: ["setTimeout"] });
    said.length = 0;
    negotiation = new BarrierNegotiation(new Barrier(DOMAIN, "h"), {
      patience: 2_000,
      silence: 18_000,
      onSettled: (kind) => said.push(kind),
      onSilence: () => said.push("silence"),
    });
    [message = "", ping = ""] = stanzasOf(negotiation.text).map(idIn);
  });
  afterEach(() => {
    negotiation.stop();
    mock.timers.reset();
  });

  it("is the message as soon as that is back, whatever the ping does; and then nothing more is waited for", () => {
    expect(negotiation.consume("another")).to.equal(false);
    expect(negotiation.consume(ping)).to.equal(true);
    expect(said).to.deep.equal([]);
    expect(negotiation.consume(message)).to.equal(true);
    mock.timers.tick(20_000);
    expect(said).to.deep.equal(["message"]);
  });

  it("is the ping where the message isn't back in time", () => {
    negotiation.consume(ping);
    mock.timers.tick(1_999);
    expect(said).to.deep.equal([]);
    mock.timers.tick(1);
    expect(said).to.deep.equal(["ping"]);
  });

  it("is whichever is first once it has taken too long", () => {
    mock.timers.tick(2_000);
    expect(said).to.deep.equal([]);
    expect(negotiation.consume(ping)).to.equal(true);
    expect(said).to.deep.equal(["ping"]);
  });

  it("is neither where the server says nothing at all", () => {
    mock.timers.tick(17_999);
    expect(said).to.deep.equal([]);
    mock.timers.tick(1);
    expect(said).to.deep.equal(["silence"]);
  });

  it("isn't waited for any more where the stream has ended", () => {
    negotiation.stop();
    mock.timers.tick(20_000);
    expect(said).to.deep.equal([]);
  });
});

describe("Since when the server runs", () => {
  const said: (number | undefined)[] = [];
  let question: UptimeQuestion;
  let ids: string[] = [];

  const ask = (hosts: readonly string[] = ["h", "i"]): void => {
    const onSettled = (seconds: number | undefined): unknown => said.push(seconds);
    question = new UptimeQuestion({ domain: DOMAIN, hosts, patience: 2_000, onSettled });
    ids = question.text === "" ? [] : stanzasOf(question.text).map(idIn);
  };
  beforeEach(() => {
    mock.timers.enable({ apis: ["setTimeout"] });
    said.length = 0;
    ask();
  });
  afterEach(() => {
    question.stop();
    mock.timers.reset();
  });
  const answer = (attrs: object, seconds: string | undefined = "77", name = "iq"): boolean =>
    question.consume(
      xml(
        name,
        { type: "result", from: "h", to: DOMAIN, id: ids[0], ...attrs },
        xml("query", { xmlns: NS.last, seconds }),
      ),
    );

  it("is what the first host tells that is asked", () => {
    expect(question.text).to.contain('to="h"').and.to.contain('to="i"').and.to.contain(NS.last);
    expect(answer({ from: "i", id: ids[1] })).to.equal(true);
    expect(said).to.deep.equal([77]);
    expect(answer({}), "too late").to.equal(false);
    mock.timers.tick(5_000);
    expect(said).to.deep.equal([77]);
  });

  it("isn't known where none of them tells, once the last has answered", () => {
    expect(answer({ type: "error" })).to.equal(true);
    expect(said).to.deep.equal([]);
    expect(answer({ from: "i", id: ids[1] }, "long")).to.equal(true);
    expect(said).to.deep.equal([undefined]);
  });

  it("isn't known where an answer has no seconds, or an error has some", () => {
    answer({ type: "error" });
    answer({ from: "i", id: ids[1] }, "");
    expect(said).to.deep.equal([undefined]);
  });

  it("isn't known where nobody answers in time", () => {
    mock.timers.tick(1_999);
    expect(said).to.deep.equal([]);
    mock.timers.tick(1);
    expect(said).to.deep.equal([undefined]);
  });

  it("isn't known once it was waited for in a hurry, and that is said once", () => {
    question.hurry(250);
    mock.timers.tick(249);
    expect(said).to.deep.equal([]);
    mock.timers.tick(5_000);
    expect(said).to.deep.equal([undefined]);
  });

  it("is told by nobody who wasn't asked, nor twice", () => {
    for (const attrs of [{ from: "i" }, { from: undefined }, { to: "h" }, { id: "other" }, { type: "get" }])
      expect(answer(attrs), JSON.stringify(attrs)).to.equal(false);
    expect(answer({ id: "other", from: undefined })).to.equal(false);
    expect(answer({}, "77", "message")).to.equal(false);
    expect(said).to.deep.equal([]);
    expect(answer({}, "none")).to.equal(true);
    expect(answer({}, "77"), "once more").to.equal(false);
  });

  it("is asked of eight hosts at most", () => {
    question.stop();
    ask(Array.from({ length: 20 }, (_, at) => `host${at}`));
    expect(ids).to.have.length(8);
  });

  it("isn't waited for any more where the stream has ended", () => {
    question.stop();
    expect(answer({})).to.equal(false);
    mock.timers.tick(5_000);
    expect(said).to.deep.equal([]);
  });
});
