/** What the lint forbids, beyond the usual rules. */
import { readFileSync } from "node:fs";
import { ESLint } from "eslint";
import { expect } from "chai";

describe("the lint", () => {
  // The rules that need no types: those are slow to find.
  const eslint = new ESLint({
    overrideConfigFile: ".eslint.config.mjs",
    overrideConfig: { languageOptions: { parserOptions: { project: null } } },
    ruleFilter: ({ ruleId }) => ruleId === "no-restricted-imports" || ruleId === "no-restricted-syntax",
  });
  const faults = async (file: string, line: string): Promise<string[]> => {
    const [result] = await eslint.lintText(`${line}\n${readFileSync(file, "utf8")}`, { filePath: file });
    return result?.messages.flatMap(({ ruleId }) => ruleId ?? []) ?? [];
  };

  it("lets nothing but the metered reader read many messages of rooms", async () => {
    const line = 'import { RoomsArchiveReads as Reads } from "../../../storage/rooms-archive-reads.js";';
    expect(await faults("component/muc/features/history.ts", line)).to.include("no-restricted-imports");
    expect(await faults("component/muc/transaction.ts", line)).not.to.include("no-restricted-imports");
  });

  it("lets no object keep a part of a text, which would keep the whole text in memory", async () => {
    const typed = new ESLint({
      overrideConfigFile: ".eslint.config.mjs",
      // With CI=true in the environment the types of the file on the disk would be used, not those of this text.
      overrideConfig: { languageOptions: { parserOptions: { disallowAutomaticSingleRunInference: true } } },
      ruleFilter: ({ ruleId }) => ruleId === "own/no-kept-view",
    });
    const filePath = "component/people/key-throttle.ts";
    const body = [
      "#set = new Set<string>(); #last = '';",
      "a(text: string) { this.#set.add(text.slice(3)); }",
      "b(text: string) { const [part = ''] = text.split('/'); this.#set.add(part); }",
      "c(text: string) { this.#last = /x(y)/.exec(text)?.[1] ?? text; }",
      "d(text: string) { this.#set.add(ownText(text.slice(3))); this.#last = text; }",
    ];
    const code = `import { ownText } from "../xml/own-texts.js";\nexport class Kept {\n${body.join("\n")}\n}\n`;
    const [result] = await typed.lintText(code, { filePath });
    expect(result?.messages.map(({ ruleId, line }) => `${ruleId} ${line}`)).to.deep.equal(
      [4, 5, 6].map((line) => `own/no-kept-view ${line}`),
    );
  });

  it("lets nothing parse JSON that has no price", async () => {
    const line = "export const parsed = (text: string): unknown => JSON.parse(text);";
    for (const file of ["component/hooks/formats/ntfy.ts", "http/calls.ts"])
      expect(await faults(file, line), file).to.include("no-restricted-syntax");
    expect(await faults("component/muc/room/subject.ts", line)).not.to.include("no-restricted-syntax");
  });

  it("lets nothing normalise a text that has no limit", async () => {
    const line = 'export const plain = (text: string): string => text.normalize("NFC");';
    for (const file of ["component/people/vcard.ts", "http/calls.ts", "storage/text-search.ts"])
      expect(await faults(file, line), file).to.include("no-restricted-syntax");
  });

  it("lets nothing in rooms parse what is stored", async () => {
    const line = 'import { parseXml } from "../../xml/parse.js";';
    for (const file of ["component/muc/features/history.ts", "component/muc/transaction.ts"])
      expect(await faults(file, line), file).to.include("no-restricted-imports");
  });
});
