/** What is unacknowledged: by which acks it is acknowledged, and how much may be. */
import { mock } from "node:test";
import { expect } from "chai";
import type { OutboxLink } from "../../../component/link/link.js";
import { Metrics } from "../../../component/metrics.js";
import { AckRequests } from "../../../component/outbox/ack-requests.js";
import { InFlight, type Flight, type Part } from "../../../component/outbox/in-flight.js";
import type { OutboxRow } from "../../../component/outbox/row-stanzas.js";
import { NS, xml } from "../../../component/xml/builder.js";
import { asStored } from "../../../component/xml/wire-text.js";

const [DOMAIN, HOST] = ["rooms.test", "x.test"];
const TIMES = { silence: 1_000, keepAlive: 100 } as never;

describe("What is unacknowledged", () => {
  let now: number;
  let acks: AckRequests;
  let inFlight: InFlight;
  let metrics: Metrics;
  let written: string[];
  let abandoned: string[];
  let resets: number;

  beforeEach(() => {
    now = 10_000;
    mock.method(performance, "now", () => now);
    [written, abandoned, resets] = [[], [], 0];
    acks = new AckRequests(DOMAIN, HOST);
    metrics = new Metrics();
    const link = {
      write: (text: string) => written.push(text) > 0,
      abandon: (why: string) => void abandoned.push(why),
      resetBackoff: () => (resets += 1),
    };
    inFlight = new InFlight(link as unknown as OutboxLink, acks, metrics);
  });
  afterEach(() => mock.restoreAll());

  const row = (rowId: number, more: Partial<OutboxRow> = {}): OutboxRow =>
    ({ rowId, stanzas: 9, call: rowId, ...more }) as OutboxRow;
  const part = (rowId: number, start = 0, end = 1, more: Partial<Part> = {}): Part => {
    return { row: row(rowId), start, end, kind: "written", ...more };
  };
  const flight = (more: Partial<Flight> = {}): Flight => {
    return { parts: [], stanzas: 1, multicasts: [], size: 10, ...more };
  };
  const room = (service: string, ...receivers: string[]) => ({ service, room: `a@${DOMAIN}`, receivers });
  const idsIn = (text = ""): string[] => [...text.matchAll(/ id="(ack-[^"]+)"/g)].map(([, id = ""]) => id);
  const write = (more: Partial<Flight> = {}): string[] => {
    inFlight.write([asStored("<m/>")], flight(more));
    return idsIn(written.at(-1));
  };
  const ackedRows = (id: string): number[] =>
    inFlight.ack(id).flatMap(({ parts }) => parts.map(({ row: { rowId } }) => rowId));

  it("is acknowledged by its ack, and by any later one, in order", () => {
    const [first] = write({ parts: [part(1)] });
    const [second] = write({ parts: [part(2)] });
    write({ parts: [part(3)] });
    expect(ackedRows(second!)).to.deep.equal([1, 2]);
    expect(ackedRows(first!), "an ack that comes late").to.deep.equal([]);
    expect(inFlight.isEmpty).to.equal(false);
    expect(ackedRows(second!), "twice").to.deep.equal([]);
    expect(ackedRows("ack-forged-1")).to.deep.equal([]);
    expect(inFlight.written.map(({ row: { rowId } }) => rowId)).to.deep.equal([3]);
  });

  it("needs the ack of its multicast service, too, and holds up what was written later", () => {
    const [service, stream] = write({ parts: [part(1)], multicasts: [room("m.test", "u")] });
    const [later] = write({ parts: [part(2)] });
    expect([...inFlight.services]).to.deep.equal(["m.test"]);
    expect(written[0]).to.match(/<m\/>.*<message to="m\.test".*<message to="rooms\.test"/s);
    expect(inFlight.isServiceAwaited).to.equal(false);
    expect(ackedRows(stream!)).to.deep.equal([]);
    expect(inFlight.isServiceAwaited).to.equal(true);
    expect(ackedRows(later!)).to.deep.equal([]);
    expect(ackedRows(service!)).to.deep.equal([1, 2]);
    expect([inFlight.isEmpty, inFlight.isServiceAwaited, inFlight.services.size]).to.deep.equal([
      true,
      false,
      0,
    ]);
  });

  it("is counted with its size and its services, until it is acknowledged or forgotten", async () => {
    const [id] = write({
      stanzas: 3,
      size: 40,
      multicasts: [room("m.test", "u", "v"), room("n.test", "w")],
    }).slice(-1);
    expect([inFlight.stanzas, inFlight.room]).to.deep.equal([3, 1_021]);
    for (const each of idsIn(written[0]).slice(0, 2)) inFlight.ack(each);
    inFlight.ack(id!);
    expect(inFlight.stanzas).to.equal(0);
    const value = async (name: string): Promise<unknown> =>
      (await metrics.registry.getSingleMetricAsString(name)).split(" ").at(-1);
    expect(await value("qtalk_stanzas_out_total").catch(() => "none")).to.match(/3|none/);
    expect(resets).to.equal(1);
    write({ stanzas: 5, size: 4 * 1024 * 1024 - 1 });
    expect(inFlight.room).to.equal(inFlight.window - 5);
    write({ stanzas: 1, size: 1 });
    expect(inFlight.room, "however few stanzas there are").to.equal(0);
    inFlight.clear();
    expect([inFlight.isEmpty, inFlight.stanzas, inFlight.room]).to.deep.equal([true, 0, inFlight.window]);
  });

  it("has no part that was only passed, or whose last stanza became a dead letter", () => {
    write({
      parts: [
        part(1),
        part(2, 0, 1, { kind: "expired" }),
        part(3, 0, 1, { kind: "parked" }),
        part(4, 5, 5),
        part(5, 4, 6),
      ],
    });
    expect(inFlight.written.map(({ row: { rowId } }) => rowId)).to.deep.equal([1, 5]);
  });

  it("tells which receivers a room's multicasts have", () => {
    write({ multicasts: [room("m.test", "u", "v")] });
    const also = [room("m.test", "w")];
    const has = (of: string, receiver?: string, more: typeof also = []): boolean =>
      inFlight.hasMulticasts(of, receiver, more);
    expect([has(`a@${DOMAIN}`), has(`b@${DOMAIN}`)]).to.deep.equal([true, false]);
    expect([has(`a@${DOMAIN}`, "v"), has(`a@${DOMAIN}`, "w"), has(`a@${DOMAIN}`, "w", also)]).to.deep.equal([
      true,
      false,
      true,
    ]);
  });

  it("grows what may follow if acks are quick, and halves it after a silence", () => {
    const [id] = write({ stanzas: 600 });
    now += 100;
    inFlight.ack(id!);
    expect(inFlight.window).to.equal(1_624);
    const [slow] = write({ stanzas: 600 });
    now += 200;
    inFlight.ack(slow!);
    expect(inFlight.window).to.equal(812);
    write({ stanzas: 100 });
    inFlight.clear(true);
    expect(inFlight.window).to.equal(50);
    write({ stanzas: 10 });
    inFlight.clear(true);
    expect(inFlight.window, "the least").to.equal(32);
    inFlight.clear();
    expect(inFlight.window).to.equal(32);
  });

  it("is asked for when the link is idle, through its services, too", () => {
    now += 99;
    write({ multicasts: [room("m.test", "u")] });
    const [service, stream] = idsIn(written[0]);
    now += 99;
    inFlight.check(TIMES);
    expect(written).to.have.length(1);
    now += 1;
    inFlight.check(TIMES);
    expect(written).to.have.length(2);
    expect(idsIn(written[1])).to.have.length(2);
    expect(inFlight.quiet).to.equal(0);
    for (const id of [service, stream, ...idsIn(written[1])]) inFlight.ack(id!);
    expect(resets, "an ack of nothing proves nothing").to.equal(1);
    now += 100;
    inFlight.check(TIMES);
    expect(idsIn(written[2]), "no service is in use any more").to.have.length(1);
  });

  it("ends the link if no ack comes for too long, and names who was silent", () => {
    const [, stream] = write({ multicasts: [room("m.test", "u")] });
    now += 1_000;
    inFlight.check(TIMES);
    expect(abandoned).to.deep.equal([]);
    now += 1;
    inFlight.check(TIMES);
    expect(abandoned).to.deep.equal(["the server was silent for 1 s"]);
    inFlight.ack(stream!);
    now += 2_500;
    inFlight.check(TIMES);
    expect(abandoned[1]).to.equal("the server's multicast service was silent for 4 s");
    inFlight.clear();
    write();
    now += 900;
    const [second] = write();
    now += 90;
    inFlight.ack(second!);
    write();
    now += 999;
    inFlight.check(TIMES);
    expect(abandoned, "an ack is a sign of life").to.have.length(2);
  });

  it("is marked to be sent again from the first refused stanza on", () => {
    const parts = [part(7, 0, 3), part(7, 3, 6), part(7, 6, 9), part(8, 0, 1)];
    write({ parts: parts.slice(0, 2) });
    write({ parts: parts.slice(2) });
    expect(inFlight.refuse(7, 4)).to.equal(true);
    expect(parts.map(({ refusedAt }) => refusedAt)).to.deep.equal([undefined, 4, 4, undefined]);
    inFlight.refuse(7, 5);
    expect(parts[1]?.refusedAt, "an earlier one counts").to.equal(4);
    inFlight.refuse(7, 3);
    expect(parts.map(({ refusedAt }) => refusedAt)).to.deep.equal([undefined, 3, 3, undefined]);
    expect(inFlight.refuse(9, 0), "it is acknowledged").to.equal(false);
  });

  it("is sent in the other mode if the first one is refused", () => {
    const omitted = (rowId: number, more: Partial<OutboxRow>): Part => {
      return { row: row(rowId, more), start: 2, end: 9, kind: "omitted" };
    };
    const parts = [
      part(7, 0, 3),
      omitted(8, { call: 7, mode: "direct" }),
      omitted(9, { call: 7 }),
      omitted(10, { call: 6, mode: "direct" }),
    ];
    write({ parts });
    inFlight.refuse(7, 0);
    expect(parts.map(({ refusedAt }) => refusedAt)).to.deep.equal([0, 2, undefined, undefined]);
  });
});

describe("An ack request", () => {
  const acks = new AckRequests(DOMAIN, HOST);

  it("is a message to the component, or a ping, and is known when it returns", () => {
    const message = acks.make();
    expect(message.text).to.equal(
      `<message to="${DOMAIN}" from="${DOMAIN}" id="${message.id}"><no-store xmlns="urn:xmpp:hints"/></message>`,
    );
    const ping = acks.make("ping");
    expect(ping.text).to.contain(
      `<iq to="${HOST}" from="${DOMAIN}" id="${ping.id}" type="get"><ping xmlns="${NS.ping}"/>`,
    );
    expect(acks.through("m.test").text)
      .to.contain('<message to="m.test"')
      .and.contain(`type="bcc" jid="${DOMAIN}"`);
    const { id } = message;
    for (const [name, attrs, isAck] of [
      ["message", { from: DOMAIN, to: DOMAIN }, true],
      ["message", { from: HOST, to: DOMAIN }, false],
      ["message", { from: DOMAIN, to: `a@${DOMAIN}` }, false],
      ["presence", { from: DOMAIN, to: DOMAIN }, false],
      ["iq", { from: HOST, to: DOMAIN, type: "result" }, true],
      ["iq", { from: HOST, to: DOMAIN, type: "error" }, true],
      ["iq", { from: HOST, to: DOMAIN, type: "get" }, false],
      ["iq", { from: DOMAIN, to: DOMAIN, type: "result" }, false],
    ] as const)
      expect(acks.idOf(xml(name, { id, ...attrs })), JSON.stringify([name, attrs])).to.equal(
        isAck ? id : undefined,
      );
    expect(acks.idOf(xml("message", { from: DOMAIN, to: DOMAIN, id: "ack-1" }))).to.equal(undefined);
    expect(acks.idOf(xml("message", { from: DOMAIN, to: DOMAIN }))).to.equal(undefined);
    expect(new AckRequests(DOMAIN, HOST).make().id.slice(0, -1), "nobody can guess it").to.not.equal(
      id.slice(0, -1),
    );
  });
});
