import { readFileSync, statSync } from "node:fs";
import { expect } from "chai";
import { parse } from "yaml";
import { configKeys } from "../../scripts/config/keys.js";
import { parseConfig } from "../../scripts/config/config.js";
import { README, withReference } from "../../scripts/write-readme.js";

const readme = readFileSync(README, "utf8");

describe("The README", () => {
  it("describes every configuration key as it is now (npm run readme writes it)", () => {
    for (const { path } of configKeys()) expect(readme).to.contain(`| \`${path}\` `);
    expect(unpadded(readme)).to.equal(unpadded(withReference(readme)));
  });

  it("shows a configuration of the component that is right", () => {
    const [example] = codeBlocks("yaml").filter((text) => text.startsWith("xmpp:"));
    const config = parseConfig(parse(example ?? "") as Record<string, unknown>);
    expect(config.http.listen.text).to.equal("127.0.0.1:10050");
    expect(config.xmpp.hosts).to.deep.equal(["example.org"]);
  });

  it("names only commands that package.json has", () => {
    const { scripts } = JSON.parse(
      readFileSync(new URL("../../../package.json", import.meta.url), "utf8"),
    ) as {
      scripts: Record<string, string>;
    };
    for (const [, name] of readme.matchAll(/npm run ([a-z]+)/g)) expect(scripts).to.have.property(name ?? "");
  });

  it("shows pictures that are there, and small", () => {
    const pictures = [...readme.matchAll(/!\[[^\]]+\]\(([^)]+)\)/g)].map(([, path]) => path ?? "");
    expect(pictures).to.have.length(3);
    for (const path of pictures) {
      const { size } = statSync(new URL(`../../../${path}`, import.meta.url));
      expect(size, path).to.be.within(1, 80 * 1024);
    }
  });
});

function codeBlocks(language: string): string[] {
  return [...readme.matchAll(new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``, "g"))].map(
    (match) => match[1] ?? "",
  );
}

/** The formatter pads tables; that changes nothing for a reader. */
function unpadded(text: string): string {
  return text.replace(/ +\|/g, " |").replace(/-{3,}/g, "---");
}
