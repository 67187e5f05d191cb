/** By which text a stored message is found (XEP-0431). */
import { expect } from "chai";
import { storedText } from "../../../../component/muc/archive/stored-text.js";

describe("a stored message is found", () => {
  const rawOf = (stanza: string): string => storedText.rawOf(stanza);
  const textOf = (stanza: string): string => storedText.textOf(stanza);

  it("by its body, in whatever languages it has one, and by nothing else of it", () => {
    const bodies = `<body>cauldron</body><body xml:lang="de">Kessel &amp; Kröte</body>`;
    const message = `<message from="a@b/c"><thread>t</thread>${bodies}<x xmlns="urn:x">bubble</x></message>`;
    expect(textOf(message)).to.equal("cauldron\nKessel & Kröte");
    expect(rawOf(message)).to.equal(bodies.replace(/<\/body>$/, ""));
    expect(textOf(`<message><body xmlns="urn:x">foreign</body></message>`)).to.equal("");
  });

  it("by nothing where it has no body, or can't be read", () => {
    const subject = "<message><subject>s</subject></message>";
    for (const other of ["<message/>", subject, "<message><body>broken</body>"])
      expect(textOf(other), other).to.equal("");
    expect(rawOf(subject)).to.equal("");
  });
});
