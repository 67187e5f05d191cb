/** A hook that is removed while its post waits for the room's turn. */
import { expect } from "chai";
import { hookOf } from "../../../component/hooks/hook.js";
import { Posting } from "../../../component/hooks/posting.js";
import { HookMessages } from "../../../storage/hook-messages.js";
import { storedHook } from "../../support/stored-hook.js";
import { DOMAIN } from "../muc/play.js";
import { Stage } from "../muc/stage.js";
import { hookDependencies } from "./hook-dependencies.js";
import { coven, everybody } from "../../plays/component.js";
import { crone } from "../../plays/people.js";

describe("A hook that is removed while its post waits", () => {
  it("takes nothing of others with it: what they say in the room at that time is stored, too", async () => {
    const play = await new Stage({}).ready();
    await play.acts([coven.meets()]);
    await play.acts([everybody.hush()]);
    const dependencies = hookDependencies(play.db, { domain: DOMAIN });
    const nobody = { has: () => false, hasLeft: () => false, nickOf: () => undefined };
    const posting = new Posting({
      ...dependencies,
      context: play.context,
      remote: { ...nobody, post: () => Promise.resolve(undefined) },
      alerts: { sentBy: () => undefined } as never,
      messages: new HookMessages(play.db),
    });
    // It is no longer in the database.
    const hook = hookOf(storedHook({ receiver: `coven@${DOMAIN}`, bot: "ops" }), dependencies);
    const rendered = { text: "late", files: [], reading: { view: {} } };
    const sent = posting.send(hook, rendered, { fingerprint: undefined, request: "r" });
    const said = play.says(crone.address, "hello");
    expect(await sent).to.have.property("delivery");
    await said;
    await play.acts([crone.notices`hello`]);
    expect(play.db.prepare("SELECT count(*) FROM archive").pluck().get()).to.equal(2);
    play.close();
  });
});
