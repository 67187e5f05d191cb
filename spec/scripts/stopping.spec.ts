/** A clean stop has one deadline, however many of the things that it waits for are slow at once. */
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { connect } from "node:net";
import { expect } from "chai";
import { ComponentProcess } from "../../scripts/lab/component-process.js";
import { freePort } from "../../scripts/lab/ports.js";
import { FaultServer } from "../support/fault-server.js";

/** After so long, the supervisor would end the process (supervision.ts), in milliseconds. */
const SUPERVISOR_MS = 10_000;

describe("A clean stop", () => {
  it("ends within its deadline while the server, a receiver of events, a mail and a caller are silent", async () => {
    const server = await FaultServer.start();
    const silent = createServer(() => undefined).listen(0, "127.0.0.1");
    await once(silent, "listening");
    const mailPort = await freePort();
    const access = { service: server.service, domain: server.domain, password: server.secret };
    const component = await ComponentProcess.start({
      access,
      hosts: ["qtalk.test.org"],
      config: { smtp: { listen: `127.0.0.1:${mailPort}` } },
    });
    try {
      await component.ready();
      await component.command("room", "make", "plaza", "--owner", "juliet@qtalk.test.org");
      const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}/`;
      const addressed = ["--deliver-to", url, "--allow-inner", "127.0.0.1"];
      await component.command("hook", "add", "audit", "--on", "room-message", ...addressed);
      const delivered = once(silent, "connection");
      const say = { from: "juliet", to: "plaza@conference.qtalk.test.org" };
      await component.post("send_thirdmessage", {
        ...say,
        message: "<message type='groupchat'><body>x</body></message>",
      });
      await delivered;
      const mail = connect(mailPort, "127.0.0.1");
      await once(mail, "data");
      mail.write("EHLO romeo\r\n");
      Object.assign(server.faults, { messagesToSelf: "swallow", pings: "swallow" });
      const before = server.routed.length;
      const call = component
        .post("send_thirdmessage", {
          from: "juliet",
          to: "romeo",
          message: "<message><body>y</body></message>",
        })
        .catch(() => undefined);
      await server.until("the stanza", () => server.routed.length > before);
      const began = performance.now();
      expect(await component.end("SIGTERM")).to.equal(0);
      expect(performance.now() - began).to.be.below(SUPERVISOR_MS);
      expect(component.log).to.include("Stopped.");
      await call;
      mail.destroy();
    } finally {
      await component.stop();
      silent.close();
      await server.hideAway();
    }
  });
});
