/** Which service tells many at once (XEP-0033): what is asked, and what counts as one. */
import { mock } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { expect } from "chai";
import type { IqAnswer, IqRequest } from "../../../component/iq-requests.js";
import { Metrics } from "../../../component/metrics.js";
import { Barrier } from "../../../component/outbox/barrier.js";
import { findMulticast } from "../../../component/outbox/multicast-discovery.js";
import { MulticastServices } from "../../../component/outbox/multicast-services.js";
import { NS, xml, type Element } from "../../../component/xml/builder.js";
import { LogLines } from "../../support/log-lines.js";

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
  readonly ask: (request: IqRequest) => Promise<IqAnswer>;
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
  return { asked, ask: (request) => Promise.resolve(answer(request)) };
}

describe("A server's multicast service", () => {
  const find = (world: World) => findMulticast(server(world), "h", DOMAIN, 1_000);

  it("is the host itself where that offers it, and nobody else is asked", async () => {
    const { asked, ask } = server({ h: { items: ["m.h"], service: {} }, "m.h": { service: {} } });
    const found = await findMulticast({ ask }, "h", DOMAIN, 1_000);
    expect(found).to.deep.equal({ jid: "h", most: { message: 20, presence: 20 } });
    expect(asked).to.deep.equal(["h"]);
  });

  it("is the first of the host's items that offers it: a domain, asked once, and not the component's own", async () => {
    const items = [DOMAIN, "h", "user@h", "x.h/r", undefined, "no.h", "no.h", "m.h", "n.h"];
    const world: World = {
      h: { items },
      ...{ [DOMAIN]: { service: {} }, "user@h": { service: {} }, "x.h/r": { service: {} } },
      ...{ "no.h": {}, "m.h": { service: { message: "100", presence: "infinite" } }, "n.h": { service: {} } },
    };
    const { asked, ask } = server(world);
    expect(await findMulticast({ ask }, "h", DOMAIN, 1_000)).to.deep.equal({
      jid: "m.h",
      most: { message: 100, presence: Infinity },
    });
    expect(asked).to.deep.equal(["h", "no.h", "m.h", "n.h"]);
  });

  it("takes twenty where it says nothing that can be read", async () => {
    const found = await find({ h: { service: { message: "many", presence: "12345678901" } } });
    expect(found).to.deep.equal({ jid: "h", most: { message: 20, presence: 20 } });
  });

  it("takes twenty where it has no form", async () => {
    const info = xml("query", {}, xml("feature", { var: NS.address }));
    const ask = (): Promise<IqAnswer> => Promise.resolve({ kind: "result", payload: info });
    const found = await findMulticast({ ask }, "h", DOMAIN, 1_000);
    expect(found).to.deep.equal({ jid: "h", most: { message: 20, presence: 20 } });
  });

  it("is of no use where it takes fewer than four of either", async () => {
    for (const limits of [{ message: "3" }, { presence: "3" }])
      expect(await find({ h: { service: limits } })).to.equal("none");
    expect(await find({ h: { service: { message: "4", presence: "4" } } })).to.have.property("jid", "h");
  });

  it("isn't there where all have answered, be it with an error, and isn't known where one was silent", async () => {
    expect(await find({ h: { items: ["a.h", "b.h"] }, "a.h": {}, "b.h": "error" })).to.equal("none");
    expect(await find({ h: "error" })).to.equal("none");
    expect(await find({ h: { items: ["a.h", "b.h"] }, "a.h": {} })).to.equal("unknown");
    expect(await find({})).to.equal("unknown");
  });

  it("is there though others are silent", async () => {
    expect(await find({ h: { items: ["a.h", "b.h"] }, "b.h": { service: {} } })).to.have.property(
      "jid",
      "b.h",
    );
  });

  it("is looked for among fifty items", async () => {
    const items = Array.from({ length: 60 }, (_, at) => `s${at}.h`);
    const last: World = { "s50.h": { service: {} } };
    const world: World = { ...Object.fromEntries(items.map((jid) => [jid, {}])), ...last, h: { items } };
    expect(await find(world)).to.equal("none");
  });
});

describe("The multicast services in use", () => {
  const barrier = new Barrier(DOMAIN, "h");
  const realNow = performance.now.bind(performance);
  let clock = 0;
  let log: LogLines;
  let services: MulticastServices;
  let written: string[] = [];

  const start = (world: World, hosts: readonly string[] = ["h", "i"]): void => {
    log = new LogLines();
    const parts = { domain: DOMAIN, hosts, requests: server(world), barrier, metrics: new Metrics() };
    services = new MulticastServices({ ...parts, log: log.logger });
  };
  /** The stream is up: what is written then. */
  const up = async (): Promise<string[]> => {
    written = [];
    services.begin((text) => written.push(text));
    for (let times = 0; times < 5; times++) await turn();
    return written.map((text) => / to="([^"]*)"/.exec(text)?.[1] ?? "");
  };
  const ids = (): string[] => written.map((text) => /id="([^"]*)"/.exec(text)?.[1] ?? "");
  const refusal = (attrs: object = {}, name = "message"): Element =>
    xml(name, { type: "error", from: "m.h", to: DOMAIN, id: ids()[0], ...attrs });
  const ONE: World = { h: { items: ["m.h"] }, "m.h": { service: {} }, i: {} };

  beforeEach(() => {
    clock = 1_000_000;
    performance.now = () => clock;
    mock.timers.enable({ apis: ["setTimeout"] });
    start(ONE);
  });
  afterEach(() => {
    services.end();
    mock.timers.reset();
    performance.now = realNow;
  });

  it("are used once a barrier has come back through them, by all hosts that have none of their own", async () => {
    expect(await up()).to.deep.equal(["m.h"]);
    expect(services.isInUse).to.equal(false);
    expect(services.consume("another")).to.equal(false);
    expect(services.consume(ids()[0] ?? "")).to.equal(true);
    expect([services.isInUse, services.serviceFor("h")?.jid, services.serviceFor("i")?.jid]).to.deep.equal([
      ...[true, "m.h", "m.h"],
    ]);
    expect(services.serviceFor("elsewhere")).to.equal(undefined);
    expect(services.consume(ids()[0] ?? ""), "once").to.equal(false);
    mock.timers.tick(10_000);
    expect(log.about("doesn't return", "warn")).to.deep.equal([]);
    expect(
      log.about("Rooms tell many at once through m.h, up to 20 receivers a stanza", "info"),
    ).to.have.length(1);
    expect(await up(), "asked again").to.deep.equal([]);
  });

  it("say the smaller number that they take, and nothing of it where they take any", async () => {
    start({ h: { service: { message: "100", presence: "30" } }, i: {} });
    await up();
    services.consume(ids()[0] ?? "");
    expect(log.about("through h, up to 30 receivers", "info")).to.have.length(1);
    start({ h: { service: { message: "infinite", presence: "infinite" } }, i: {} });
    await up();
    services.consume(ids()[0] ?? "");
    expect(log.about("through h (XEP-0033)", "info")).to.have.length(1);
  });

  it("are each host's own, and nobody's who may have one that wasn't heard of", async () => {
    start({ h: { service: {} }, i: { service: {} } }, ["h", "i", "silent"]);
    expect(await up()).to.deep.equal(["h", "i"]);
    for (const id of ids()) services.consume(id);
    const used = ["h", "i", "silent"].map((host) => services.serviceFor(host)?.jid);
    expect(used).to.deep.equal(["h", "i", undefined]);
  });

  it("are said to be none where there is none", async () => {
    start({ h: {}, i: {} });
    expect(await up()).to.deep.equal([]);
    expect(log.about("has no multicast service", "info")).to.have.length(1);
  });

  it("aren't used where the barrier doesn't come back in time; that is said once, however often it happens", async () => {
    for (let times = 0; times < 2; times++) {
      expect(await up()).to.deep.equal(["m.h"]);
      const [id = ""] = ids();
      mock.timers.tick(4_999);
      mock.timers.tick(1);
      expect([services.consume(id), services.isInUse]).to.deep.equal([false, false]);
      expect(log.about("doesn't return the component's messages", "warn")).to.have.length(1);
      services.end();
    }
  });

  it("aren't used any more on a stream on which one has refused something", async () => {
    await up();
    services.consume(ids()[0] ?? "");
    for (const other of [
      refusal({ type: "chat" }),
      refusal({}, "iq"),
      refusal({ from: "h" }),
      refusal({ from: undefined }),
    ])
      expect(services.refusedBy(other)).to.equal(undefined);
    expect(services.isInUse).to.equal(true);
    expect(services.refusedBy(refusal({ id: "m1" }))).to.equal("m.h");
    expect(services.isInUse).to.equal(false);
    expect(log.about("refuses the component's stanzas", "warn")).to.have.length(1);
  });

  it("aren't waited for any more where one has refused the barrier itself", async () => {
    await up();
    expect(services.refusedBy(refusal())).to.equal("m.h");
    expect(services.consume(ids()[0] ?? "")).to.equal(false);
    mock.timers.tick(10_000);
    expect(log.about("doesn't return", "warn")).to.deep.equal([]);
  });

  it("are forgotten with the stream, and looked for on the next", async () => {
    await up();
    services.consume(ids()[0] ?? "");
    services.end();
    expect([services.isInUse, services.refusedBy(refusal())]).to.deep.equal([false, undefined]);
    await up();
    const [id = ""] = ids();
    services.end();
    expect(services.consume(id)).to.equal(false);
    mock.timers.tick(10_000);
    expect(log.about("doesn't return", "warn")).to.deep.equal([]);
    const late = up();
    services.end();
    expect(await late, "the stream was lost meanwhile").to.deep.equal([]);
    expect(await up()).to.deep.equal(["m.h"]);
    services.end();
    const early: string[] = [];
    services.begin((text) => early.push(text));
    services.end();
    expect(await up()).to.deep.equal(["m.h"]);
    expect(early, "that stream is gone").to.deep.equal([]);
  });

  it("aren't used for an hour where they fell silent", async () => {
    services.lost(true);
    expect(log.about("the multicast service fell silent", "warn")).to.have.length(1);
    clock += 3_599_999;
    expect(await up()).to.deep.equal([]);
    services.end();
    clock += 1;
    expect(await up()).to.deep.equal(["m.h"]);
  });

  it("aren't used for an hour where three streams were lost over them within ten minutes", async () => {
    const lost = async (): Promise<boolean> => {
      services.lost(false);
      services.end();
      return (await up()).length === 0;
    };
    expect([await lost(), await lost()]).to.deep.equal([false, false]);
    clock += 600_000;
    expect([await lost(), await lost()]).to.deep.equal([false, false]);
    expect(await lost()).to.equal(true);
    expect(log.about("streams were lost again and again", "warn")).to.have.length(1);
    clock += 3_600_000;
    expect([await lost(), await lost()], "it counts anew").to.deep.equal([false, false]);
  });
});
