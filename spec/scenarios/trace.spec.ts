/** An operator follows one call from its HTTP answer to its end. */
import { expect } from "chai";
import { operate } from "../support/command-line.js";
import { componentOn, onServer } from "../support/servers.js";

describe("Following a call", () => {
  onServer("prosody", {}, (stage) => {
    const component = componentOn(stage);

    const trace = (id: string): Promise<string> => operate(component(), "outbox", "trace", id);
    const send = async (to: string, headers = {}): Promise<string> => {
      const { host } = stage.server;
      const message = `<message type='chat' id='m-1'><body msgType='1'>hello</body></message>`;
      const response = await fetch(`http://127.0.0.1:${component().httpPort}/qtalk/send_thirdmessage`, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body: JSON.stringify({ from: `alerts@${host}`, to, message }),
      });
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

    it("warns with the caller's own id if the receiver doesn't exist, and traces the bounce", async () => {
      const id = await send(`nobody@${stage.server.host}`, { "x-request-id": "job-17" });
      expect(id).to.equal("job-17");
      await component().until(() => component().log.includes("Bounced: "), "logged");
      const line = component()
        .log.split("\n")
        .find((text) => text.includes("Bounced: "));
      expect(line).to.contain("warn").and.to.contain("job-17");
      await component().until(async () => (await trace(id)).includes("bounced: "), "done with it");
      expect(await trace(id)).to.match(/bounced: service-unavailable from nobody@/);
    });
  });
});
