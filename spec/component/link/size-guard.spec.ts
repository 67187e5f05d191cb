import { expect } from "chai";
import { SizeGuard } from "../../../component/link/size-guard.js";
import { Metrics } from "../../../component/metrics.js";
import { xml } from "../../../component/xml/builder.js";
import { serialise } from "../../../component/xml/serialise.js";
import { inOneWrite, type WireText } from "../../../component/xml/wire-text.js";
import { FaultServer } from "../../support/fault-server.js";
import { LogLines } from "../../support/log-lines.js";
import { message as stanza, Sender } from "../../support/sender.js";

function message(text: string): WireText {
  return serialise(xml("message", {}, xml("body", {}, text)));
}

describe("A stanza that is too large for the server", () => {
  it("isn't written, is counted and logged once, and doesn't affect others", async () => {
    const log = new LogLines();
    const metrics = new Metrics();
    const guard = new SizeGuard(1000, log.logger, metrics);
    const small = [message("1"), message("好".repeat(300)), message("2")];
    const [one, two, three] = small;
    const text = inOneWrite([message("好".repeat(400)), ...small, message("x".repeat(1000))]);
    expect(guard.pass(text)).to.equal(`${one}${two}${three}`);
    expect(guard.pass(inOneWrite(small))).to.equal(inOneWrite(small));
    expect(guard.pass(message("x".repeat(1000)))).to.equal("");
    expect((await metrics.stanzasDropped.get()).values[0]?.value).to.equal(3);
    expect(log.about("bytes was not written, as 1000 are allowed", "error")).to.have.length(1);
  });

  it("becomes a dead letter if it was in the outbox", async () => {
    const server = await FaultServer.start();
    const sender = new Sender({ service: server.service });
    try {
      await sender.ready();
      const large = stanza("large", { body: "x".repeat(300_000) });
      expect(await sender.accept(stanza("before"), large, stanza("after"))).to.deep.equal({
        delivery: "queued",
      });
      await server.until("the others came", () => server.ids.length === 2);
      expect(server.ids).to.deep.equal(["before", "after"]);
      expect(await sender.count("qtalk_outbox_dead_letters")).to.equal(1);
    } finally {
      await sender.stop();
      await server.hideAway();
    }
  });
});
