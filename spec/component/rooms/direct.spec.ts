import { EventEmitter } from "node:events";
import { expect } from "chai";
import { Direct } from "../../../component/rooms/direct.js";

/** A link that is full after each stanza, until it says otherwise. */
class NarrowLink extends EventEmitter {
  isUp = true;
  readonly written: string[] = [];

  write(text: string): boolean {
    this.written.push(text);
    return false;
  }
}

describe("what is written beside the rooms' order", () => {
  it("waits for the link, in the order in which it was asked for, and is made no earlier", async () => {
    const link = new NarrowLink();
    const direct = new Direct(link);
    let made = 0;
    const answers = ["<a/>", "<b/>", "<c/>"].map((text) =>
      direct.whenFree(() => {
        made += 1;
        direct.write(text);
        return text;
      }),
    );
    expect([link.written, made]).to.deep.equal([["<a/>"], 1]);
    link.emit("drain");
    expect([link.written, made]).to.deep.equal([["<a/>", "<b/>"], 2]);
    link.isUp = false;
    link.emit("drain");
    expect(made, "the link is down").to.equal(2);
    link.isUp = true;
    link.emit("up");
    expect(await answers[2]).to.equal("<c/>");
    expect([link.written, made]).to.deep.equal([["<a/>", "<b/>", "<c/>"], 3]);
  });

  it("lets what fails keep nobody else waiting", async () => {
    const direct = new Direct(new NarrowLink());
    const failing = direct.whenFree(() => {
      throw new Error("no");
    });
    expect(await failing?.catch(String)).to.equal("Error: no");
    expect(await direct.whenFree(() => "yes")).to.equal("yes");
  });

  it("takes no more than it can hold", () => {
    const link = new NarrowLink();
    const direct = new Direct(link);
    direct.write("<full/>");
    let taken = 0;
    while (taken < 20_000 && direct.whenFree(() => undefined) !== undefined) taken += 1;
    expect(taken).to.equal(10_000);
  });
});
