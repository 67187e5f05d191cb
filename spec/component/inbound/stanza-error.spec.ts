import { expect } from "chai";
import { conditionOf } from "../../../component/inbound/stanza-error.js";
import { INHERITED } from "../../support/inherited-names.js";
import { read } from "../muc/play.js";

const error = (inner: string): ReturnType<typeof read> =>
  read(`<message type="error"><error type="cancel">${inner}</error></message>`);
const STANZAS = "urn:ietf:params:xml:ns:xmpp-stanzas";

describe("The condition of an error stanza", () => {
  it("is one that RFC 6120 defines", () => {
    const text = `<text xmlns="${STANZAS}">gone</text>`;
    expect(conditionOf(error(`${text}<conflict xmlns="${STANZAS}"/>`))).to.equal("conflict");
    expect(conditionOf(error(`<e:conflict xmlns:e="${STANZAS}"/>`))).to.equal("conflict");
    expect(conditionOf(error('<conflict xmlns="urn:other"/>'))).to.equal("undefined-condition");
  });

  for (const name of INHERITED) {
    it(`is undefined-condition if the error says ${name}`, () => {
      expect(conditionOf(error(`<${name} xmlns="${STANZAS}"/>`))).to.equal("undefined-condition");
    });
  }
});
