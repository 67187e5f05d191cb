/** Clients name an alert's message, or its latest correction, when a person reacts: both are the same message. */
import { expect } from "chai";
import type { StoredAlert } from "../../../../storage/alerts-store.js";
import { AlertWorld } from "./alert-world.js";

for (const room of ["here", "elsewhere"] as const)
  describe(`A reaction to a correction in a room ${room}`, () => {
    let world: AlertWorld;
    beforeEach(async () => {
      world = await AlertWorld.open({ room });
      await world.posts("DiskFull", "firing");
    });
    afterEach(() => world.ends());

    const alert = (): StoredAlert => world.find("DiskFull")!;
    const reacts = async (...signs: readonly string[]): Promise<string> => {
      await world.reacts("juliet", alert(), signs, true);
      await world.idle();
      return world.said.at(-1)?.text ?? "";
    };

    it("is one to the message: what was done by an earlier one is undone", async () => {
      expect(await reacts("👀")).to.match(/^👀 juliet/);
      expect(await reacts("👀", "🔕")).to.match(/^👀 juliet .*🔕 until/);
      expect(await reacts("👀")).to.match(/^👀 juliet [\d:]+ · firing/);
      expect(world.silenceOf(alert())).to.equal(undefined);
      expect(await reacts()).to.match(/^firing DiskFull/);
      expect(alert().state).to.equal("open");
    });
  });
