/** An operator follows one call from its HTTP answer to its end. */
import { expect } from "chai";
import { operate } from "../support/command-line.js";
import { componentOn, onServer } from "../support/servers.js";
import { chat } from "./messages.js";

describe("Following a call", () => {
  onServer("prosody", {}, (stage) => {
    const running = componentOn(stage);

    it("warns with the call's id if the receiver doesn't exist, and traces the bounce", async () => {
      const component = running();
      const { host } = stage.server;
      const call = { from: `alerts@${host}`, to: `nobody@${host}`, message: chat("hello") };
      const { headers } = await component.post("send_thirdmessage", call);
      const id = headers.get("x-request-id") ?? "none";
      const isTold = (line: string): boolean => line.includes("Bounced: ") && line.includes(id);
      await component.until(() => component.log.split("\n").some(isTold), "logged");
      expect(component.log.split("\n").find(isTold)).to.contain("warn");
      const trace = (): Promise<string> => operate(component, "outbox", "trace", id);
      await component.until(async () => (await trace()).includes("bounced: "), "done with it");
      expect(await trace()).to.match(
        / {2}accepted from caller anybody.*: 1 stanza\n[^]* {2}bounced: service-unavailable from nobody@/,
      );
    });
  });
});
