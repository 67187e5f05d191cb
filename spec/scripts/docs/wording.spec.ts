/** Banned wording is found in what people read, and old words in the code. */
import { expect } from "chai";
import { wordingFaults } from "../../../scripts/docs/wording.mjs";

const GUIDE = "http/docs/guide/hooks.md";
const CODE = "component/outbox/outbox.ts";

describe("The wording check", () => {
  it("names file, line, the words and what to write instead", () => {
    expect(wordingFaults(GUIDE, "# Hooks\n\nWhom hooks tell\n")).to.deep.equal([
      `${GUIDE}:3: instead of "Whom" write the user, program or destination that is meant`,
    ]);
  });

  it("finds banned patterns in texts, and old words in code, whatever they are part of", () => {
    for (const file of ["README.md", GUIDE, "http/console/page/texts.js", "scripts/commands/hook.ts"])
      for (const sentence of [
        "What to do is said by doctor.",
        "A user is no more in it.",
        "A barrier follows.",
      ])
        expect(wordingFaults(file, sentence), `${file}: ${sentence}`).to.have.length(1);
    for (const line of ["const barrierId = 1;", "class PoisonSearch {", "isForging()", "roomRoster("])
      expect(wordingFaults(CODE, line), line).to.have.length(1);
  });

  it("lets the protocol's own words, comments and other files pass", () => {
    for (const line of ['xmlns="jabber:iq:roster"', "// to whom somebody is told"])
      expect(wordingFaults(CODE, line), line).to.deep.equal([]);
    for (const file of ["spec/component/outbox.spec.ts", "http/docs/guide/zh/hooks.md", "CHANGELOG.md"])
      expect(wordingFaults(file, "whom somebody is told, barrier"), file).to.deep.equal([]);
  });
});
