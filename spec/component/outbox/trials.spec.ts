/** What is in quarantine is tried by itself, and doesn't hold up what others send. */
import { expect } from "chai";
import type { StreamEnd } from "../../../component/link/stream-end.js";
import { ids, message, withOrigin } from "../../support/sender.js";
import { OutboxStage } from "./outbox-stage.js";

const RESET: StreamEnd = { cause: "network", text: "reset" };

describe("What is in quarantine", () => {
  const now = performance.now.bind(performance);
  let stage: OutboxStage;
  /** The server closes the stream over this, to so many receivers, without a word. */
  const begin = async (id: string, receivers: number): Promise<void> => {
    stage = await new OutboxStage().up();
    stage.endings.set(id, RESET);
    const stanza = `<message from="alice@qtalk.test.org" id="${id}" type="chat"/>`;
    const recipients = ids("bob", receivers).map((name) => `${name}@qtalk.test.org`);
    void stage.outbox.accept([withOrigin({ stanza, recipients, acceptedAt: Date.now() })]);
    await stage.exchange();
    // Of several the first is found out.
    if (receivers > 1) await stage.up();
  };
  afterEach(() => {
    performance.now = now;
    stage.close();
  });
  /** Somebody else sends this. */
  const others = (id: string): void =>
    void stage.outbox.accept([message(id, { from: "carol@qtalk.test.org" })]);
  /** A new stream, on which the trial is written. */
  const open = async (): Promise<void> => {
    stage.link.open();
    await stage.settle();
    stage.link.receive(Infinity);
    stage.link.giveBack(Infinity);
    await stage.settle();
  };

  it("is tried with nothing else in flight, so nobody else's is written twice over it", async () => {
    await begin("bad", 1);
    others("other");
    await open();
    expect(stage.written).to.deep.equal(["bad", "bad"]);
    for (let times = 0; times < 8; times++) await stage.up();
    expect([stage.routed, stage.deadLetters.list().length]).to.deep.equal([["other"], 1]);
    expect(stage.written.filter((id) => id === "other")).to.have.length(1);
  });

  it("leaves twice the time of a trial to others, where there are any", async () => {
    let clock = 1_000;
    performance.now = () => clock;
    await begin("slow", 2);
    stage.endings.clear();
    others("one");
    await open();
    clock += 50;
    await stage.exchange();
    clock += 99;
    others("two");
    await stage.exchange();
    expect(stage.routed).to.deep.equal(["slow", "one", "two"]);
    clock += 1;
    others("three");
    await stage.exchange();
    expect(stage.routed.slice(3)).to.deep.equal(["slow", "three"]);
  });
});
