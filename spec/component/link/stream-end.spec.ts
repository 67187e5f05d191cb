import { expect } from "chai";
import { blameOf, networkFault, peerOf, type StreamEnd } from "../../../component/link/stream-end.js";
import { xml } from "../../../component/xml/builder.js";

const ended = (condition: string): StreamEnd => ({ cause: "stream-error", condition, text: condition });

describe("The end of a stream", () => {
  it("may be the fault of a stanza, or says that it is, or isn't", () => {
    for (const [end, blame] of [
      [{ cause: "closed", text: "" }, "unknown"],
      [{ cause: "network", text: "" }, "unknown"],
      [{ cause: "unreachable", text: "" }, "none"],
      [{ cause: "silent", text: "" }, "none"],
      [{ cause: "stopped", text: "" }, "none"],
      [ended("system-shutdown"), "none"],
      [ended("invalid-from"), "none"],
      [{ cause: "stream-error", text: "" }, "none"],
      ...[
        "bad-format",
        "bad-namespace-prefix",
        "improper-addressing",
        "invalid-namespace",
        "invalid-xml",
        "not-well-formed",
        "policy-violation",
        "restricted-xml",
        "unsupported-encoding",
        "unsupported-stanza-type",
      ].map((condition) => [ended(condition), "content"] as const),
      ...[
        "internal-server-error",
        "remote-connection-failed",
        "resource-constraint",
        "undefined-condition",
      ].map((condition) => [ended(condition), "unknown"] as const),
    ] as const)
      expect(blameOf(end), JSON.stringify(end)).to.equal(blame);
    expect(blameOf({ ...ended("policy-violation"), cause: "closed" })).to.equal("unknown");
  });

  it("tells which server it was, by its stream id", () => {
    const peer = (attrs: Record<string, string>) => peerOf(xml("stream", attrs));
    const uuid = "0b4d7b1e-5a52-4a0c-9f49-2a4f6b1f5d10";
    for (const [attrs, server, isForClients] of [
      [{ id: "12345678901", xmlns: "jabber:component:accept" }, "ejabberd", false],
      [{ id: "123456789" }, "another", false],
      [{ id: uuid, "xml:lang": "en", xmlns: "jabber:client" }, "prosody", true],
      [{ id: uuid }, "another", false],
      [{ id: "", version: "1.0" }, "prosody", false],
      [{ version: "1.0" }, "prosody", false],
      [{ id: "" }, "another", false],
      [{ id: "abc", version: "1.0" }, "another", false],
    ] as const)
      expect(peer(attrs), JSON.stringify(attrs)).to.deep.equal({ server, isForClients });
  });

  it("before the beginning has words for the usual faults of networks", () => {
    const fault = (code: string, message = "ECODE"): string =>
      networkFault(Object.assign(new Error(message), { code }));
    expect(fault("ECONNREFUSED")).to.equal("nothing listens on that port");
    expect(fault("ENOTFOUND")).to.equal("there is no machine of that name");
    expect(fault("EHOSTUNREACH")).to.equal("there is no route to that machine");
    expect([fault("EOTHER"), fault("EOTHER", ""), fault("constructor", "x")]).to.deep.equal([
      "ECODE",
      "EOTHER",
      "x",
    ]);
  });
});
