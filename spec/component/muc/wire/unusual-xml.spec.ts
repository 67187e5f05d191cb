/** XML of occupants that most clients never send. */
import { expect } from "chai";
import fc from "fast-check";
import { xml, type Element } from "../../../../component/xml/builder.js";
import { anyText, prefixedElement } from "../../xml/arbitrary.js";
import { errorOf, ROOM } from "../play.js";
import { onStage } from "../stage.js";
import { coven } from "../../../plays/component.js";
import { crone, hag } from "../../../plays/people.js";

describe("unusual XML of an occupant", () => {
  const play = onStage({ rooms: { messages_per_second: 1e6 } }, [coven.meets()]);

  /** Sends it in a message. @returns what the sender gets: the message, or an error */
  const sends = async (child: Element): Promise<Element> => {
    await play.sends(
      crone.address,
      xml("message", { to: ROOM, type: "groupchat" }, xml("body", {}, "x"), child),
    );
    const [answer, ...more] = play.hears(crone.address);
    if (answer === undefined || more.length > 0) throw new Error(`${more.length} answers`);
    return answer;
  };

  it("reaches others as well-formed XML, or is refused", async () => {
    const odd = fc
      .tuple(anyText, anyText)
      .map(([text, value]) => xml("a", { xmlns: "urn:a", b: value }, text));
    let good = 0;
    await fc.assert(
      fc.asyncProperty(fc.oneof(prefixedElement, odd), async (child) => {
        // The stage's link parses what is written.
        const answer = await sends(child);
        if (answer.attrs.type === "groupchat") good += 1;
        else expect(errorOf(answer)).to.equal("modify/bad-request");
      }),
      { numRuns: 500 },
    );
    expect(good).to.be.within(50, 450);
  });

  it("keeps its namespaces, but not prefixes that the stanza declares", async () => {
    const attrs = { to: ROOM, type: "groupchat", "xmlns:p": "urn:p" };
    await play.sends(
      crone.address,
      xml("message", attrs, xml("body", {}, "x"), xml("p:x", { "p:y": "1" }, xml("p:z"))),
    );
    const child = play.hears(hag.address)[0]?.getChild("x", "urn:p");
    expect(child?.toString()).to.equal('<x xmlns="urn:p" xmlns:p="urn:p" p:y="1"><z/></x>');
  });

  it("doesn't grow: a long namespace with a short prefix is refused if it would be written often", async () => {
    const namespace = `urn:${"x".repeat(1_000)}`;
    const elements = (count: number): Element[] => Array.from({ length: count }, () => xml("p:b"));
    const attributes = Object.fromEntries(Array.from({ length: 3_000 }, (_, at) => [`p:x${at}`, "1"]));
    expect((await sends(xml("a", { "xmlns:p": namespace }, ...elements(2)))).attrs.type).to.equal(
      "groupchat",
    );
    expect((await sends(xml("a", { "xmlns:p": namespace, ...attributes }))).attrs.type).to.equal("groupchat");
    expect(errorOf(await sends(xml("a", { "xmlns:p": namespace }, ...elements(3_000))))).to.equal(
      "modify/bad-request",
    );
    expect(play.lines(hag.address)).to.have.length(2);
  });

  it("is refused early, with the limit, if it has very many attributes", async () => {
    const many = (count: number): Element =>
      xml("x", {
        xmlns: "urn:x",
        ...Object.fromEntries(Array.from({ length: count }, (_, at) => [`a${at}`, "1"])),
      });
    expect((await sends(many(3_900))).attrs.type).to.equal("groupchat");
    const refused = await sends(many(10_000));
    expect(errorOf(refused)).to.equal("modify/bad-request");
    expect(refused.toString()).to.contain("more than 4000 attributes");
  });
});
