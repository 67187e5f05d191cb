import { expect } from "chai";
import { GatheredBytes } from "../../../http/mail/gathered-bytes.js";

describe("A mail's bytes", () => {
  it("are the pieces in their order, of whatever sizes", () => {
    const gathered = new GatheredBytes(9_000);
    for (const piece of ["a", "", "bc", "d".repeat(5000), "."]) gathered.add(Buffer.from(piece));
    expect(gathered.take().toString()).to.equal(`abc${"d".repeat(5000)}.`);
    expect(gathered.take()).to.have.length(0);
  });

  it("are copied, so that no piece stays in memory", () => {
    const gathered = new GatheredBytes(9_000);
    const piece = Buffer.from("..\r\n");
    for (let count = 0; count < 3; count++) {
      gathered.add(piece);
      piece.fill("x");
    }
    expect(gathered.take().toString()).to.equal("..\r\nxxxxxxxx");
  });
});
