/** The lines that the README and the guide have for servers, on these servers. */
import { expect } from "chai";
import { parse } from "yaml";
import * as remedies from "../../../scripts/doctor/remedies.js";
import { freePort } from "../../../scripts/lab/ports.js";
import { codeBlocks, guidePage, readme, type Document } from "../../support/documents.js";
import { onServer } from "../../support/servers.js";
import { expectLines, printed } from "../doctor/visit.js";

const PORT = await freePort();
const OPTIONS = { hosts: ["example.org"], components: [] };
const setup = guidePage("setup");

const here = (text: string): string => text.replaceAll("5347", String(PORT));
const ejabberdLines = (document: Document): string[] =>
  codeBlocks(document, "yaml").filter((text) => /^(?:listen|acl):/.test(text));

/** Lets the doctor visit with the component's own lines, and expects what it prints. */
async function visit(document: Document, expected: string): Promise<void> {
  const [lines = ""] = codeBlocks(document, "yaml").filter((text) => text.startsWith("xmpp:"));
  const tree = parse(here(lines)) as Record<string, object>;
  // 5347 is the default, which the README leaves out.
  const xmpp = { service: here("xmpp://127.0.0.1:5347"), ...tree.xmpp };
  expectLines(await printed({ ...tree, xmpp, http: { listen: `127.0.0.1:${await freePort()}` } }), expected);
}

describe("The lines for a server", () => {
  const unpermitted = "✔ the component sends nothing in users' names (xmpp.send_as_users: never)\nnever !";
  const permitted = "✔ the component may send as users of example.org, with its permission (XEP-0356)";

  onServer("ejabberd", { ...OPTIONS, extra: here(ejabberdLines(readme)[0] ?? "") }, () => {
    it("are sufficient for alerts", () => visit(readme, unpermitted));
  });

  onServer("ejabberd", { ...OPTIONS, extra: here(ejabberdLines(setup).join("")) }, () => {
    it("let it send as users, and make rooms tell many at once", () =>
      visit(
        setup,
        `✔ rooms send to many receivers at once through multicast.example.org, up to 500 per stanza
        ✔ the component may send as users of example.org
        never !`,
      ));
  });

  const [listener = ""] = ejabberdLines(setup);
  const permission = codeBlocks(setup, "yaml").filter((text) => text.startsWith("modules:"));
  const checked = listener.replace("check_from: false", "check_from: true");
  onServer("ejabberd", { ...OPTIONS, extra: here([checked, ...permission].join("")) }, () => {
    it("permit messages in users' names", () => visit(setup, permitted));
  });

  onServer("prosody", { ...OPTIONS, extra: here(codeBlocks(readme, "lua").join("\n")) }, () => {
    it("are sufficient for alerts, each in its section", () => visit(readme, unpermitted));
  });

  onServer("prosody", { ...OPTIONS, extra: here(codeBlocks(setup, "lua").join("\n")) }, () => {
    it("let it send as users", () => visit(setup, `${permitted}\nnever !`));
  });

  it("are those that doctor advises for multicast", () => {
    const { ejabberd } = remedies.multicastRemedies("groups.example.org");
    const [lines = ""] = codeBlocks(setup, "yaml").filter((text) => text.includes("mod_multicast"));
    expect(parse(ejabberd?.lines.join("\n") ?? "")).to.deep.equal(parse(lines));
  });

  it("are the same in the README and in the guide, but that the README's permit nothing", () => {
    const permitting = /^.*(?:VirtualHost "|privilege|check_from).*\n/gm;
    const without = (lines: readonly string[]): string => lines.join("").replace(permitting, "");
    expect(without(codeBlocks(setup, "lua"))).to.equal(codeBlocks(readme, "lua").join(""));
    expect(without(ejabberdLines(setup).slice(0, 1))).to.equal(ejabberdLines(readme).join(""));
  });
});
