import { expect } from "chai";
import { looksOf } from "../../../component/addresses/lookalikes.js";
import { nickKeyOf } from "../../../component/addresses/nick.js";

describe("names that look alike", () => {
  it("look the same in any script", () => {
    for (const [one, other] of [
      ["Наg", "Hag"],
      ["сrоnе", "crone"],
      ["ΑΝΝΑ", "ANNA"],
      ["ロ口", "口口"],
      ["王ニ", "王二"],
      ["ｃrone", "crone"],
      ["AIertmanager", "Alertmanager"],
      ["A1ertmanager", "Alertmanager"],
      ["Alert manager", "Alertmanager"],
      ["R0B0T", "Robot"],
      ["ІІ", "ll"],
    ] as const) {
      expect(looksOf(one), one).to.equal(looksOf(other));
    }
  });

  it("don't look the same if they are different names", () => {
    for (const [one, other] of [
      ["Вася", "Bacia"],
      ["张伟", "张玮"],
      ["crone1", "crone2"],
      ["Наташа", "Natasha"],
    ] as const) {
      expect(looksOf(one), one).not.to.equal(looksOf(other));
    }
    for (const name of ["张伟", "Crone", "Жюль", "محمد"])
      expect(looksOf(name), name).to.equal(nickKeyOf(name));
  });
});
