/** The addresses that policies are asked about, and the names that policies may have for them. */
import { createHash } from "node:crypto";
import { expect } from "chai";
import { DomainAliases } from "../../component/domain-aliases.js";
import { ConfiguredCaller } from "../../http/caller.js";
import { httpConfig } from "../../http/config.js";
import { resolver } from "../../http/resolve.js";

const hash = (token: string): string => createHash("sha256").update(token).digest("hex");

describe("The addresses that policies are asked about", () => {
  const domain = "groups.example.org";
  const resolve = resolver(
    new DomainAliases({
      xmpp: { domain, hosts: ["example.org"], host_aliases: { qtalk: "example.org" } },
      rooms: { aliases: ["conference.example.org"] },
    }),
  );

  it("are those that the operations read: normalised, with the default hosts, aliases meant for ours", () => {
    expect(resolve({ id: "Admin" }, "sender")).to.equal("admin@example.org");
    expect(resolve({ id: "admin@example.org/phone", host: "x.org" }, "sender")).to.equal("admin@example.org");
    expect(resolve({ id: "admin", host: "x.org" }, "sender")).to.equal("admin@x.org");
    expect(resolve({ id: "hr" }, "room")).to.equal(`hr@${domain}`);
    expect(resolve({ id: "hr", host: "Conference.example.org" }, "room")).to.equal(`hr@${domain}`);
    expect(resolve({ id: "a b" }, "sender")).to.equal(undefined);
    expect(resolve({ id: "robot@qtalk" }, "sender")).to.equal("robot@example.org");
    expect(resolve({ id: "robot", host: "QTalk" }, "sender")).to.equal("robot@example.org");
  });

  it("are the same whichever of a domain's names a policy is written with", () => {
    const config = {
      name: "x",
      token_sha256: hash("x"),
      senders: ["robot-*@qtalk"],
      rooms: ["hr-*@conference.example.org"],
    };
    const [entry] = httpConfig.parse({ callers: [config] }).callers;
    const caller = new ConfiguredCaller(entry!, resolve);
    const refusal = (sender: string, room: string): string | undefined =>
      caller.refuseScope(() => ({ senders: [{ id: sender }], rooms: [{ id: room }] }))?.message;
    expect(refusal("robot-1", "hr-1")).to.equal(undefined);
    expect(refusal("robot-1@qtalk", "hr-1@conference.example.org")).to.equal(undefined);
    expect(refusal("robot-1@example.org", `hr-1@${domain}`)).to.equal(undefined);
    expect(refusal("robot-1@elsewhere.org", "hr-1")).to.contain("may not act as");
    expect(refusal("robot-1", "it-1")).to.contain("may not manage");
  });
});
