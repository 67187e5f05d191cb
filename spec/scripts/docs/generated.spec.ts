/** What is generated in the documents is as it would be written now. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { parseXml, XmlFault } from "../../../component/xml/parse.js";
import { generated } from "../../../scripts/docs/generated.js";
import { configKeys } from "../../../scripts/config/keys.js";
import { GUIDE, withPart } from "../../../scripts/docs/parts.js";
import { chineseDescriptions, withReference } from "../../../scripts/docs/reference.js";
import { OPTION_ROWS } from "../../../component/muc/options/room-options.js";
import { doap, xepName, XEPS } from "../../../scripts/docs/specifications.js";
import { createProgram } from "../../../scripts/program.js";

describe("The generated parts of the guide", () => {
  it("is as npm run docs writes it", async () => {
    const all = generated((await createProgram("start")).description());
    expect(all).to.have.length(16);
    for (const { file, write } of all) {
      const text = readFileSync(join(GUIDE, file), "utf8");
      expect(unpadded(text), `${file}: npm run docs`).to.equal(unpadded(write(text)));
    }
  });

  it("needs its place in the text", () => {
    const text = "a\n<!-- part: by whom -->\n\nold\n\n<!-- end of the part -->\nb";
    for (const each of [text, "a <!-- part: by whom -->old<!-- end of the part -->."])
      expect(withPart(each, "part", "new $1")).to.equal(each.replace("old", () => "new $1"));
    expect(() => withPart(text, "other", "new")).to.throw("no place for the other");
  });

  it("has a list for every key of the configuration, by its longest name", () => {
    const list = (names: string): string => `<!-- reference: ${names} -->\n`;
    const page = withReference([list("*"), list("log.level rooms.*_per_second")].join("## Heading\n"));
    const [all = "", some = ""] = page.split("## Heading");
    for (const { path } of configKeys()) expect(page.split(`\`${path}\``), path).to.have.length(2);
    expect(some).to.contain("- `log.level` (`info`): ").and.to.contain("- `rooms.messages_per_second`");
    expect(all).to.contain("- `log.file`: ");
    expect(() => withReference(list("xmpp.*"))).to.throw("no list for http.listen");
  });

  it("describes in Chinese only keys of the configuration that there are", () => {
    const described = chineseDescriptions();
    expect(configKeys().map(({ path }) => path)).to.include.members([...described.keys()]);
    for (const [path, text] of described) expect(text, path).to.match(/\p{Script=Han}/u);
  });

  it("names every specification once, in order", () => {
    const numbers = XEPS.map(({ number }) => number);
    expect(numbers).to.deep.equal([...new Set(numbers)].sort((a, b) => a - b));
  });

  it("is a DOAP file that a parser reads, with what XEP-0453 asks for", () => {
    const file = parseXml(
      doap("It's <this> & that")
        .replace(/^<\?.*\?>\n/, "")
        .trim(),
    );
    if (file instanceof XmlFault) throw new Error(file.reason);
    const project = file.getChild("Project");
    expect(project?.getChildText("shortdesc")).to.equal("It's <this> & that");
    const xeps = project?.getChildren("implements").flatMap((each) => each.getChildElements());
    expect(xeps).to.have.length(XEPS.length);
    for (const [index, xep] of (xeps ?? []).entries()) {
      const url = xep.getChild("xep")?.attrs["rdf:resource"] ?? "";
      expect(url).to.contain(xepName(XEPS[index]!).toLowerCase());
      expect(xep.getChildText("status")).to.be.oneOf(["complete", "partial"]);
      expect(xep.getChildText("version")).to.match(/^\d/);
    }
  });

  it("include those of every room option", () => {
    const listed = XEPS.map(({ number }) => number);
    for (const { field, xep } of Object.values(OPTION_ROWS)) expect(listed, field).to.include(xep);
  });
});

/** The formatter pads tables; that changes nothing for a reader. */
function unpadded(text: string): string {
  return text.replace(/ +\|/g, " |").replace(/-{3,}/g, "---");
}
