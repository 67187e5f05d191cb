/**
 * The first line of each post in http/docs/formats, which is all that a lock screen shows: first-lines.txt has them on one page
 * to read, and a line that changes must change there, too.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { parseAllDocuments } from "yaml";
import { HookFault } from "../../../component/hooks/fault.js";
import type { Format, Headers, Payload } from "../../../component/hooks/formats/format.js";
import { FORMATS } from "../../../component/hooks/formats/formats.js";
import { samplePayload } from "../../../http/docs/formats.js";
import { rawPost } from "./raw-post.js";
import { said } from "./said.js";

interface Post {
  readonly it: string;
  readonly headers?: Headers;
  readonly json?: object;
  readonly text?: string;
  readonly post?: string;
}

/** Durations of alerts are up to this time. */
const NOW = Date.parse("2026-12-03T08:00:00Z");
const ROOT = new URL("../../../../", import.meta.url);
const read = (path: string): string => readFileSync(fileURLToPath(new URL(path, ROOT)), "utf8");

async function payloadOf({ post, headers = {}, json: value, text }: Post): Promise<Payload> {
  if (post !== undefined) return await rawPost(post);
  return text === undefined ? { headers, json: { value } } : { headers, text };
}

/** Returns the first lines of a format: that of its sample, and those of its posts. */
async function linesOf({ name, suffixes }: Pick<Format, "name" | "suffixes">): Promise<string[]> {
  const sample = samplePayload({ name });
  if (sample instanceof HookFault) throw new Error(`${name}: ${sample.message}`);
  const [, posts] = parseAllDocuments(read(`http/docs/formats/${name}.yml`));
  const all = ((posts?.toJS() ?? []) as readonly Post[]).map(
    async (post) => [post.it, await payloadOf(post)] as const,
  );
  const [suffix] = suffixes ?? [];
  return [["sample", { ...sample, suffix }] as const, ...(await Promise.all(all))].map(([what, payload]) => {
    const [taken, first = taken] = said(payload, name);
    return `  ${(first ?? "").padEnd(88)}  ${what}`.trimEnd();
  });
}

describe("The first lines of messages", () => {
  const { now } = Date;
  before(() => (Date.now = () => NOW));
  after(() => (Date.now = now));

  const written = read("spec/component/hooks/first-lines.txt");

  for (const format of FORMATS)
    it(`of the format ${format.name} are those that are listed`, async () => {
      const [, listed = ""] = written.split(`\n${format.name}\n`);
      expect(listed.split("\n\n")[0]?.trimEnd()).to.equal((await linesOf(format)).join("\n"));
    });

  it("are listed of no other format, tell what happened in one line, and have nothing encoded or said twice", () => {
    const names = written.split("\n").filter((line) => /^[a-z]/.test(line));
    expect(names.sort()).to.deep.equal(FORMATS.map(({ name }) => name).sort());
    let format = "";
    for (const line of written.split("\n")) {
      if (/^[a-z]/.test(line)) format = line;
      expect(line).not.to.match(/%[0-9A-F]{2}/);
      expect(line).not.to.match(/^ {2}[🔴🟠🔵✅⚠❌]\ufe0f? ?[🔴🟠🔵✅❌]/u);
      // Slack's titles are links, which are bold so that they are told from their URL.
      if (!["slack", "rocketchat"].includes(format)) expect(line).not.to.match(/^ {2}[🔴🟠🔵✅] \*/u);
    }
  });
});
