import { expect } from "chai";
import { InboundQueue } from "../../../component/inbound/inbound-queue.js";
import { xml } from "../../../component/xml/builder.js";

describe("Inbound stanzas", () => {
  it("are handled in order, a few per turn, while reading is paused", async () => {
    const reads: boolean[] = [];
    const handled: string[] = [];
    const turns = new Set<number>();
    let turn = 0;
    const handle = (id: string): void => {
      const until = performance.now() + 2;
      while (performance.now() < until);
      turns.add(turn);
      handled.push(id);
    };
    const inbound = new InboundQueue({ setReading: (isOn) => reads.push(isOn) }, ({ attrs }) =>
      handle(attrs.id ?? ""),
    );
    const ids = Array.from({ length: 20 }, (_, i) => String(i));
    for (const id of ids) inbound.enqueue(xml("message", { id }));
    expect(handled.length).to.be.within(1, 4);
    while (handled.length < ids.length) {
      turn += 1;
      await new Promise(setImmediate);
    }
    expect(handled).to.deep.equal(ids);
    expect(turns.size).to.be.greaterThan(4);
    expect(reads).to.deep.equal([false, true]);
  });
});
