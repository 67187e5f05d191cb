/** What one calling program may do, by its configuration alone. */
import { expect } from "chai";
import { ANYBODY, ConfiguredCaller, type Resolve } from "../../http/caller.js";
import { callerConfig } from "../../http/caller-config.js";
import { hostIn } from "../../http/host-check.js";

/** The original's domain is another name for this one. */
const resolve: Resolve = ({ id, host = "people.test" }) =>
  id.includes("@") ? id : `${id}@${host === "qtalk" ? "people.test" : host}`;

describe("A caller", () => {
  const callerOf = (config: object): ConfiguredCaller =>
    new ConfiguredCaller(callerConfig.parse({ name: "hr", addresses: ["10.0.0.1"], ...config }), resolve);
  const refusal = (config: object, id: string, host?: string): string | undefined =>
    callerOf(config).refuseScope(() => ({ senders: [{ id, host }], rooms: [] }))?.message;

  it("tells everybody something only where the configuration lets it", () => {
    expect(callerOf({}).mayTellEveryone).to.equal(false);
    expect(callerOf({ everyone: true }).mayTellEveryone).to.equal(true);
    expect(ANYBODY.mayTellEveryone).to.equal(false);
  });

  it("calls as often as it likes where no rate is configured, else so many times at once", () => {
    const free = callerOf({});
    for (let count = 0; count < 100; count++) expect(free.admit()).to.equal(undefined);
    const slow = callerOf({ rate: 2 });
    const answers = [1, 2, 3].map(() => slow.admit()?.message);
    expect(answers.slice(0, 2)).to.deep.equal([undefined, undefined]);
    expect(answers[2]).to.contain("2 times a second");
  });

  it("acts as those whom its patterns mean, by whichever name of the domain", () => {
    for (const pattern of ["hr-*@qtalk", "hr-*@people.test", "hr-*@*.test", "hr-*"])
      expect(refusal({ senders: [pattern] }, "hr-1", "qtalk"), pattern).to.equal(undefined);
    for (const pattern of ["hr-*@other.test", "qtalk", "@qtalk", "hr@qtalk"])
      expect(refusal({ senders: [pattern] }, "qtal", "qtalk"), pattern).to.contain("may not act");
  });

  it("is told whom it may not act as: an address as it is, and no more of it than anybody reads", () => {
    const named = (id: string, host?: string): string =>
      /act as (\S+)/.exec(refusal({}, id, host) ?? "")![1]!;
    expect(named("bob", "people.test")).to.equal('"bob@people.test"');
    expect(named("bob@people.test", "other.test")).to.equal('"bob@people.test"');
    expect(named("bob")).to.equal('"bob"');
    expect(named("b".repeat(80))).to.equal(`"${"b".repeat(80)}"`);
    expect(named("b".repeat(81))).to.equal(`"${"b".repeat(80)}…"`);
  });

  it("names the host that it calls in whatever case, with a port or without; what is no name is none", () => {
    for (const [header, host] of [
      ["IM.example.org:80", "im.example.org"],
      ["im.example.org.", "im.example.org"],
      ["[FE80::1]:80", "fe80::1"],
      ["[evil.com]", ""],
      ["a:b:c", ""],
    ] as const)
      expect(hostIn(header), header).to.equal(host);
  });
});
