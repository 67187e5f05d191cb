/** The labels of forms, which are the console's own words. */
import { expect } from "chai";
import { allOperations } from "../../../component/administration/operation-families.js";
import { argumentsOf } from "../../../component/administration/fields.js";
import { ALL_FAMILIES } from "../../../http/admin/run.js";

/** The page's files aren't compiled. */
const FILE = new URL("../../../../http/console/page/labels.js", import.meta.url).href;
const MOST_CHARACTERS = 28;

describe("The console's forms", () => {
  it("have a short label, in both languages, for each argument of operations that change something", async () => {
    const { LABELS } = (await import(FILE)) as {
      LABELS: Readonly<Record<string, readonly [string, string]>>;
    };
    const operations = (await allOperations(ALL_FAMILIES)).filter(({ effect }) => effect !== "read");
    const used = new Set(operations.flatMap((operation) => argumentsOf(operation).map(({ name }) => name)));
    expect(Object.keys(LABELS)).to.have.members([...used]);
    for (const [name, [en, zh]] of Object.entries(LABELS)) {
      expect(en, name).to.match(/^[A-Z][a-zA-Z' ]+$/);
      expect(en.length, name).to.be.at.most(MOST_CHARACTERS);
      // A contributor may leave the Chinese to others.
      if (zh !== en) expect(zh, name).to.match(/\p{Script=Han}/u);
    }
  });
});
