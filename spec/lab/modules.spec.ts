/** Private servers that lack a part of what they are asked for. */
import { expect } from "chai";
import { createServer } from "../../scripts/lab/create.js";
import { NoServer } from "../../scripts/lab/find.js";

describe("A private Prosody without a module that it needs", () => {
  it("says what to install, instead of going on without", async () => {
    const lacking = createServer("prosody", {
      extra: 'VirtualHost "nowhere.test"\n  modules_enabled = { "nowhere" }',
    });
    const fault: unknown = await lacking.start().catch((error: unknown) => error);
    expect(fault).to.be.instanceOf(NoServer);
    expect((fault as NoServer).message)
      .to.include("mod_nowhere")
      .and.include("prosody-modules");
  });
});
