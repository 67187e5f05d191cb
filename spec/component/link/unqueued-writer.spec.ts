import { EventEmitter } from "node:events";
import { setImmediate as turn } from "node:timers/promises";
import { expect } from "chai";
import { UnqueuedWriter } from "../../../component/link/unqueued-writer.js";
import { Metrics } from "../../../component/metrics.js";
import { asStored } from "../../../component/xml/wire-text.js";

/** A link that records what is written. */
class RecordingLink extends EventEmitter {
  isUp = true;
  readonly domain = "conference.x.test";
  buffered = 0;
  readonly written: string[] = [];

  /** @param isWide false: the link is full after each stanza, until it says otherwise */
  constructor(private readonly isWide = false) {
    super();
  }

  write(text: string): boolean {
    this.written.push(text);
    return this.isWide;
  }
}

describe("Stanzas that bypass the outbox", () => {
  it("wait for the link in order, and are made no earlier", async () => {
    const link = new RecordingLink();
    const unqueued = new UnqueuedWriter(link, new Metrics());
    let made = 0;
    const answers = ["<a/>", "<b/>", "<c/>"].map((text) =>
      unqueued.whenFree("juliet", () => {
        made += 1;
        unqueued.write(asStored(text));
        return text;
      }),
    );
    expect([link.written, made]).to.deep.equal([["<a/>"], 1]);
    link.emit("drain");
    await turn();
    expect([link.written, made]).to.deep.equal([["<a/>", "<b/>"], 2]);
    link.isUp = false;
    link.emit("drain");
    await turn();
    expect(made, "the link is down").to.equal(2);
    link.isUp = true;
    link.emit("up");
    expect(await answers[2]).to.equal("<c/>");
    expect([link.written, made]).to.deep.equal([["<a/>", "<b/>", "<c/>"], 3]);
  });

  it("are limited in number, and to half of it per account", () => {
    const unqueued = new UnqueuedWriter(new RecordingLink(), new Metrics());
    unqueued.write(asStored("<full/>"));
    let taken = 0;
    while (taken < 20_000 && unqueued.whenFree("juliet", () => undefined) !== undefined) taken += 1;
    expect(taken).to.equal(5_000);
    expect(unqueued.whenFree("romeo", () => undefined)).not.to.equal(undefined);
  });

  it("are dropped and counted if the server doesn't read, long ones first", async () => {
    const link = new RecordingLink(true);
    const metrics = new Metrics();
    const unqueued = new UnqueuedWriter(link, metrics);
    const long = asStored("x".repeat(10_000));
    const short = asStored("<short/>");
    link.buffered = 9 * 1024 * 1024;
    expect([unqueued.write(long), unqueued.write(short)]).to.deep.equal([false, true]);
    link.buffered = 17 * 1024 * 1024;
    expect(unqueued.write(short)).to.equal(false);
    link.buffered = 0;
    expect(unqueued.write(long)).to.equal(true);
    expect(link.written).to.deep.equal([short, long]);
    expect((await metrics.dropped.get()).values[0]?.value).to.equal(2);
  });
});
