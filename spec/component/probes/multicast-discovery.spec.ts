/** Finding the server's multicast service (XEP-0033). */
import { expect } from "chai";
import type { IqAnswer, IqRequest } from "../../../component/inbound/iq-requests.js";
import { findMulticast } from "../../../component/probes/multicast-discovery.js";
import { NS, xml, type Element } from "../../../component/xml/builder.js";
import type { Settled } from "../../../component/settled.js";
import { settledAnswer } from "../../support/settled-answer.js";

const DOMAIN = "rooms.h";
type Limits = Readonly<Record<string, string>>;
/** What is said of each address: its items, or its limits where it is a service; absent: it is silent. */
type World = Readonly<
  Record<string, { items?: readonly (string | undefined)[]; service?: Limits } | "error">
>;

const field = (name: string, value: string): Element => xml("field", { var: name }, xml("value", {}, value));

/** A server, and whom it was asked about. */
function server(world: World): {
  readonly asked: string[];
  readonly ask: (request: IqRequest) => Settled<IqAnswer>;
} {
  const asked: string[] = [];
  const answer = ({ to, payload }: IqRequest): IqAnswer => {
    const one = world[to.text];
    if (one === undefined) return { kind: "silence" };
    if (one === "error") return { kind: "error", condition: "service-unavailable" };
    if (payload.attrs.xmlns === NS.discoItems)
      return {
        kind: "result",
        payload: xml("query", {}, ...(one.items ?? []).map((jid) => xml("item", { jid }))),
      };
    asked.push(to.text);
    const limits = Object.entries(one.service ?? {}).map(([name, value]) => field(name, value));
    const form = xml("x", NS.data, field("FORM_TYPE", NS.address), ...limits);
    const other = xml("x", NS.data, field("FORM_TYPE", "other"), field("message", "7"));
    const features = [xml("feature", { var: NS.ping }), one.service && xml("feature", { var: NS.address })];
    return { kind: "result", payload: xml("query", {}, ...features, other, one.service && form) };
  };
  return { asked, ask: (request) => settledAnswer(answer(request)) };
}

describe("A server's multicast service", () => {
  const find = (world: World) => findMulticast(server(world), "h", DOMAIN, 1_000);

  it("is the host if it offers one, without further requests", async () => {
    const { asked, ask } = server({ h: { items: ["m.h"], service: {} }, "m.h": { service: {} } });
    const found = await findMulticast({ ask }, "h", DOMAIN, 1_000);
    expect(found).to.deep.equal({ jid: "h", most: { message: 20, presence: 20 } });
    expect(asked).to.deep.equal(["h"]);
  });

  it("is the first of the host's other domains that offers one", async () => {
    const items = [DOMAIN, "h", "user@h", "x.h/r", undefined, "no.h", "no.h", "m.h", "n.h"];
    const world: World = {
      h: { items },
      [DOMAIN]: { service: {} },
      "user@h": { service: {} },
      "x.h/r": { service: {} },
      "no.h": {},
      "m.h": { service: { message: "100", presence: "infinite" } },
      "n.h": { service: {} },
    };
    const { asked, ask } = server(world);
    expect(await findMulticast({ ask }, "h", DOMAIN, 1_000)).to.deep.equal({
      jid: "m.h",
      most: { message: 100, presence: Infinity },
    });
    expect(asked).to.deep.equal(["h", "no.h", "m.h", "n.h"]);
  });

  it("has a limit of twenty if it advertises none", async () => {
    const found = await find({ h: { service: { message: "many", presence: "12345678901" } } });
    expect(found).to.deep.equal({ jid: "h", most: { message: 20, presence: 20 } });
  });

  it("isn't used if it accepts fewer than four receivers", async () => {
    for (const limits of [{ message: "3" }, { presence: "3" }])
      expect(await find({ h: { service: limits } })).to.equal("none");
    expect(await find({ h: { service: { message: "4", presence: "4" } } })).to.have.property("jid", "h");
  });

  it("is missing if all have answered, and unknown if one has not", async () => {
    expect(await find({ h: { items: ["a.h", "b.h"] }, "a.h": {}, "b.h": "error" })).to.equal("none");
    expect(await find({ h: "error" })).to.equal("none");
    expect(await find({ h: { items: ["a.h", "b.h"] }, "a.h": {} })).to.equal("unknown");
    expect(await find({})).to.equal("unknown");
  });

  it("is searched among fifty items", async () => {
    const items = Array.from({ length: 60 }, (_, at) => `s${at}.h`);
    const last: World = { "s50.h": { service: {} } };
    const world: World = { ...Object.fromEntries(items.map((jid) => [jid, {}])), ...last, h: { items } };
    expect(await find(world)).to.equal("none");
  });
});
