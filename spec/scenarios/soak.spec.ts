/** A short form of the soak (`npm run soak`): crashes of both sides, under load, on both servers. */
import { expect } from "chai";
import { SERVER_NAMES, type ServerKind } from "../../scripts/lab/installed.mjs";
import { fill, grownBetween, type Sizes, type Traffic } from "../../scripts/soak/bounds.js";
import { soak } from "../../scripts/soak/soak.js";

describe("Killed again and again while programs call", () => {
  for (const server of ["ejabberd", "prosody"] satisfies ServerKind[]) {
    it(`the component and ${SERVER_NAMES[server]} lose nothing, and keep the order`, async () => {
      const { lost, refusedButDelivered, outOfOrder, deadLetters, accepted, delivered } = await soak({
        server,
        seconds: 4,
        blows: 3,
        calm: 500,
      });
      expect({ lost, refusedButDelivered, outOfOrder, deadLetters }).to.deep.equal({
        lost: 0,
        refusedButDelivered: 0,
        outOfOrder: 0,
        deadLetters: 0,
      });
      expect(accepted).to.be.greaterThan(100);
      expect(delivered).to.be.at.least(accepted);
    });
  }
});

describe("One kind of traffic alone, with ever-new names", () => {
  for (const only of ["rooms", "calls", "posts", "alerts", "files"] satisfies Traffic[]) {
    it(`leaves every table and map at its bound: ${only}`, async () => {
      const onProgress = (): void => undefined;
      const { acts, grown } = await fill({ server: "prosody", only, minutes: 0.4, pace: 60, onProgress });
      expect(grown).to.deep.equal([]);
      expect(acts).to.be.greaterThan(20);
    });
  }

  it("is judged by how much came lately, as a busy machine is slower at times", () => {
    const sizes = (lately: number, accepted: number): Sizes => ({
      ...{ lately, tables: new Map([["accepted", accepted]]), maps: [], events: [] },
    });
    expect(grownBetween(sizes(290, 295), sizes(450, 456))).to.deep.equal([]);
    expect(grownBetween(sizes(450, 456), sizes(290, 295))).to.deep.equal([]);
    for (const lately of [290, 450, 9000])
      expect(grownBetween(sizes(290, 295), sizes(lately, 1200)), `${lately}`).to.have.length(1);
  });

  it("fills queues of events and dead letters to hooks.queue, and no further", async () => {
    const onProgress = (): void => undefined;
    const given = { server: "prosody", only: "events", minutes: 0.2, pace: 20, queue: 10 } as const;
    const { grown, missed } = await fill({ ...given, onProgress });
    expect({ grown, missed }).to.deep.equal({ grown: [], missed: [] });
  });
});
