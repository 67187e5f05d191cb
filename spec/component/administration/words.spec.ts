/** The words of administrators' operations, which help, console and forms show. */
import { expect } from "chai";
import { allOperations } from "../../../component/administration/operation-families.js";
import { argumentsOf, resultFieldsOf, type Field } from "../../../component/administration/fields.js";
import type { Translated } from "../../../component/translated.js";
import { ALL_FAMILIES } from "../../../http/admin/run.js";

const CHINESE = /\p{Script=Han}/u;

describe("The words of operations", () => {
  it("are English and Chinese, each where it belongs; Chinese ones may be terms of both", async () => {
    const wrong: string[] = [];
    for (const operation of await allOperations(ALL_FAMILIES)) {
      const fields = [...argumentsOf(operation), ...resultFieldsOf(operation)];
      const texts = [operation.summary, ...fields.flatMap(textsOf)];
      for (const { en, zh } of texts)
        if (!/^[a-z]/i.test(en) || !(CHINESE.test(zh) || zh.toLowerCase().includes(en)))
          wrong.push(`${operation.name}: ${en} / ${zh}`);
    }
    expect(wrong).to.eql([]);
  });

  it("name lists as things, and say by a sentence that a list is empty", async () => {
    const operations = await allOperations(ALL_FAMILIES);
    const fields = operations.flatMap((operation) => [
      ...argumentsOf(operation),
      ...resultFieldsOf(operation),
    ]);
    const lists = fields.filter(({ none }) => none !== undefined && none.en !== "");
    expect(lists).not.to.eql([]);
    for (const { name, label, none } of lists) {
      expect(label.en + label.zh, name).not.to.match(/[.:。：]/);
      expect(none?.en, name).to.match(/[.:]/);
      expect(none?.zh, name).to.match(/[。：]/);
    }
  });
});

function textsOf({ label, none, items = [] }: Field): Translated[] {
  return [label, ...(none?.en ? [none] : []), ...items.flatMap(textsOf)];
}
