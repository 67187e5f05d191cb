/** The lines that the README and the guide have for servers, on these servers. */
import { expect } from "chai";
import { parse } from "yaml";
import { parseConfig } from "../../../scripts/config/config.js";
import { diagnose } from "../../../scripts/doctor/doctor.js";
import type { Finding } from "../../../scripts/doctor/finding.js";
import * as remedies from "../../../scripts/doctor/remedies.js";
import { freePort } from "../../../scripts/lab/ports.js";
import { codeBlocks, guidePage, readme, type Document } from "../../support/documents.js";
import { onServer } from "../../support/servers.js";

const PORT = await freePort();
const OPTIONS = { hosts: ["example.org"], components: [] };
const setup = guidePage("setup");

const here = (text: string): string => text.replaceAll("5347", String(PORT));
const ejabberdLines = (document: Document): string[] =>
  codeBlocks(document, "yaml").filter((text) => /^(?:listen|acl):/.test(text));

/** What the doctor finds with the component's own lines. */
async function findings(document: Document): Promise<{ wrong: string[]; fine: string }> {
  const [lines = ""] = codeBlocks(document, "yaml").filter((text) => text.startsWith("xmpp:"));
  const tree = parse(here(lines)) as Record<string, unknown>;
  const config = parseConfig({ ...tree, http: { listen: `127.0.0.1:${await freePort()}` } });
  const said: Finding[] = [];
  for await (const finding of diagnose(config)) said.push(finding);
  const of = (...states: string[]): string[] =>
    said.filter(({ state }) => states.includes(state)).map(({ text }) => text);
  return { wrong: of("wrong", "doubtful"), fine: of("fine").join("\n") };
}

describe("The lines for a server", () => {
  onServer("ejabberd", { ...OPTIONS, extra: here(ejabberdLines(readme)[0] ?? "") }, () => {
    it("are sufficient", async () => {
      const { wrong, fine } = await findings(readme);
      expect(wrong).to.deep.equal([]);
      expect(fine).to.contain("example.org");
    });
  });

  onServer("ejabberd", { ...OPTIONS, extra: here(ejabberdLines(setup).join("")) }, () => {
    it("make rooms tell many at once", async () => {
      const { wrong, fine } = await findings(setup);
      expect(wrong).to.deep.equal([]);
      expect(fine).to.contain(
        "rooms send to many receivers at once through multicast.example.org, up to 500 per stanza",
      );
    });
  });

  const [listener = ""] = ejabberdLines(setup);
  const permission = codeBlocks(setup, "yaml").filter((text) => text.startsWith("modules:"));
  const checked = listener.replace("check_from: false", "check_from: true");
  onServer("ejabberd", { ...OPTIONS, extra: here([checked, ...permission].join("")) }, () => {
    it("permit messages in users' names", async () => {
      const { fine } = await findings(setup);
      expect(fine).to.contain(
        "the component may send as users of example.org, with its permission (XEP-0356)",
      );
    });
  });

  onServer("prosody", { ...OPTIONS, extra: here(codeBlocks(readme, "lua").join("\n")) }, () => {
    it("are sufficient, each in its section", async () => {
      const { wrong, fine } = await findings(readme);
      expect(wrong).to.deep.equal([]);
      expect(fine).to.contain(
        "the component may send as users of example.org, with its permission (XEP-0356)",
      );
    });
  });

  it("are those that doctor advises for multicast", () => {
    const { ejabberd } = remedies.multicast("groups.example.org");
    const [lines = ""] = codeBlocks(setup, "yaml").filter((text) => text.includes("mod_multicast"));
    expect(parse(ejabberd?.lines.join("\n") ?? "")).to.deep.equal(parse(lines));
  });

  it("are the same in the README and in the guide", () => {
    expect(codeBlocks(setup, "lua")).to.deep.equal(codeBlocks(readme, "lua"));
    expect(ejabberdLines(setup)).to.include(ejabberdLines(readme)[0]);
  });
});
