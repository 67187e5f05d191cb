/** The doctor names a fault of ejabberd with mod_privilege: requests to its own services are dropped. */
import { expect } from "chai";
import type { IqAnswer } from "../../../component/inbound/iq-requests.js";
import { ownServices } from "../../../scripts/doctor/own-services.js";
import type { Examined } from "../../../scripts/doctor/probes.js";

/** A server whose host lists two services, of which some don't answer. */
function examined(server: Examined["server"], ...silent: readonly string[]): Examined {
  const session = {
    domain: "groups.x.test",
    items: () => Promise.resolve(["groups.x.test", "conference.x.test", "elsewhere.test"]),
    ask: (name: string): Promise<IqAnswer> =>
      Promise.resolve(silent.includes(name) ? { kind: "silence" } : { kind: "result", payload: undefined }),
    next: () => Promise.resolve(undefined),
  };
  return { server, answering: ["x.test"], session } as unknown as Examined;
}

const found = async (...about: Parameters<typeof examined>): Promise<string[]> =>
  [await ownServices(examined(...about))].flat().map(({ text, todo }) => `${text} ${JSON.stringify(todo)}`);

describe("doctor, of the server's own services", () => {
  it("finds nothing if all answer, on other servers, or of other domains", async () => {
    expect(await found("ejabberd")).to.deep.equal([]);
    expect(await found("prosody", "conference.x.test")).to.deep.equal([]);
    expect(await found("ejabberd", "elsewhere.test")).to.deep.equal([]);
  });

  it("names the fault of ejabberd if one doesn't answer, and what to do", async () => {
    const [finding = ""] = await found("ejabberd", "conference.x.test");
    expect(finding).to.match(/^conference.x.test doesn't answer .* bots can't enter its rooms/);
    expect(finding).to.include("#4472").and.include("Component seems disconnected");
  });
});
