/** What takes a message back, and what only a moderator's word may say (XEP-0424, XEP-0425, in both forms). */
import { expect } from "chai";
import { isModeration, retractedIn } from "../../../../component/muc/archive/retraction.js";
import { MUC } from "../../../../component/muc/wire/ns.js";
import { read } from "../told.js";

describe("a message's child", () => {
  const retracted = (child: string): string | undefined => retractedIn(read(child));

  it("takes back the message that it names, in today's form or in the old one", () => {
    expect(retracted(`<retract xmlns="${MUC.retract}" id="1"/>`)).to.equal("1");
    const old = `<retract xmlns="${MUC.oldRetract}"/>`;
    expect(retracted(`<apply-to xmlns="${MUC.fasten}" id="1">${old}</apply-to>`)).to.equal("1");
  });

  it("takes nothing back where it is something else", () => {
    for (const other of [
      `<retracted xmlns="${MUC.retract}" id="1"/>`,
      `<retract xmlns="urn:other" id="1"/>`,
      `<apply-to xmlns="${MUC.fasten}" id="1"><retract xmlns="urn:other"/></apply-to>`,
      `<apply-to xmlns="urn:other" id="1"><retract xmlns="${MUC.oldRetract}"/></apply-to>`,
      `<attach-to xmlns="${MUC.fasten}" id="1"><retract xmlns="${MUC.oldRetract}"/></attach-to>`,
    ])
      expect(retracted(other), other).to.equal(undefined);
  });

  it("is a moderator's word by its name, or by what is in it, in each of the namespaces", () => {
    for (const xmlns of [MUC.moderate, MUC.oldModerate, MUC.retract, MUC.oldRetract, MUC.fasten]) {
      for (const child of [
        `<moderated xmlns="${xmlns}"/>`,
        `<retracted xmlns="${xmlns}"/>`,
        `<apply-to xmlns="${xmlns}"><moderated/></apply-to>`,
      ])
        expect(isModeration(read(child)), child).to.equal(true);
      expect(isModeration(read(`<retract xmlns="${xmlns}"/>`)), xmlns).to.equal(false);
    }
    for (const child of [
      `<moderated xmlns="urn:other"/>`,
      `<x xmlns="urn:other"><moderated/></x>`,
      "<body/>",
    ])
      expect(isModeration(read(child)), child).to.equal(false);
  });
});
