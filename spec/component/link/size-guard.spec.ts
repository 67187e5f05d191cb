import { expect } from "chai";
import { SizeGuard } from "../../../component/link/size-guard.js";
import { Metrics } from "../../../component/metrics.js";
import { xml } from "../../../component/xml/builder.js";
import { serialise } from "../../../component/xml/serialise.js";
import { inOneWrite, type WireText } from "../../../component/xml/wire-text.js";
import { LogLines } from "../../support/log-lines.js";

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
});
