/** Modules that a server lacks, by the features that its host announces. */
import { expect } from "chai";
import { missingModules } from "../../../scripts/doctor/modules.js";
import { NS, xml } from "../../../component/xml/builder.js";

describe("The host's announced features", () => {
  const found = (server: "ejabberd" | "prosody", ...features: string[]): string =>
    missingModules(
      "example.org",
      xml("query", NS.discoInfo, ...features.map((feature) => xml("feature", { var: feature }))),
      server,
    )
      .map(({ text }) => text)
      .join();

  const ALL = ["msgoffline", "urn:xmpp:carbons:2", "vcard-temp", "jabber:iq:last"];

  it("don't tell whether ejabberd has contact lists, as it never announces them", () => {
    expect(found("ejabberd", ...ALL)).to.equal("");
    expect(found("prosody", ...ALL)).to.contain("contact lists (jabber:iq:roster)");
    expect(found("prosody", ...ALL, "jabber:iq:roster")).to.equal("");
  });

  it("tell what is missing on both", () => {
    for (const server of ["ejabberd", "prosody"] as const)
      expect(found(server, ...ALL.slice(1))).to.contain("messages to offline users (msgoffline)");
  });
});
