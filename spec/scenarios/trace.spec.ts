/** An operator follows one call from its HTTP answer to its end. */
import { expect } from "chai";
import { operate } from "../support/command-line.js";
import { componentOn, onServer } from "../support/servers.js";

describe("Following a call", () => {
  onServer("prosody", {}, (stage) => {
    const component = componentOn(stage);

    const trace = (id: string): Promise<string> => operate(component(), "outbox", "trace", id);
    const send = async (to: string): Promise<string> => {
      const message = `<message type='chat' id='m-1'><body msgType='1'>hello</body></message>`;
      const call = { from: `alerts@${stage.server.host}`, to, message };
      const response = await component().post("send_thirdmessage", call);
      expect(await response.json()).to.deep.include({ ret: true });
      return response.headers.get("x-request-id") ?? "";
    };

    it("tells by the answer's X-Request-Id that it was accepted and routed", async () => {
      const romeo = await stage.client("romeo");
      const id = await send(romeo.bareJid);
      await romeo.next((stanza) => stanza.attrs.id === "m-1");
      let told = "";
      await component().until(async () => {
        // The trace is written a little later than the message.
        told = await trace(id).catch(() => "");
        return told.includes("acknowledged");
      }, "done with it");
      const [, accepted, confirmed, ...more] = told.trim().split("\n");
      expect(accepted).to.match(/ {2}accepted from caller at 127\.0\.0\.1.*: 1 stanza$/);
      expect(confirmed).to.match(/ {2}acknowledged by the server$/);
      expect(more).to.deep.equal([]);
    });

    it("warns with the call's id if the receiver doesn't exist, and traces the bounce", async () => {
      const id = await send(`nobody@${stage.server.host}`);
      const isTold = (line: string): boolean => line.includes("Bounced: ") && line.includes(id);
      await component().until(() => component().log.split("\n").some(isTold), "logged");
      expect(component().log.split("\n").find(isTold)).to.contain("warn");
      await component().until(async () => (await trace(id)).includes("bounced: "), "done with it");
      expect(await trace(id)).to.match(/bounced: service-unavailable from nobody@/);
    });
  });
});
