/** Rooms' stanzas to many occupants through the server's multicast service (XEP-0033), and faults of the service. */
import { Metrics } from "../../../component/metrics.js";
import { Multicast } from "../../../component/outbox/multicast.js";
import { LogLines } from "../../support/log-lines.js";
import { expect } from "chai";
import { SERVICE } from "../../support/fault-multicast.js";
import { ids, message, until, type SenderOptions } from "../../support/sender.js";
import { connect, onFaultServer, sender, server } from "./fault-stage.js";

const ROOM = "room@conference.qtalk.test.org";
const OCCUPANTS = ids("user", 30).map((id) => `${id}@qtalk.test.org/desk`);

describe("A room's message to many occupants", () => {
  onFaultServer();
  beforeEach(() => void (server.faults.multicast = "send"));

  const start = async (options: Partial<SenderOptions> = {}): Promise<void> => {
    connect({ multicast: true, ...options });
    if (options.isWaiting !== true) await inUse();
  };
  const services = (): Promise<number> => sender.count("qtalk_multicast_services");
  const inUse = (): Promise<void> =>
    until("the service is in use", () => sender.outbox.isReady && sender.multicast?.isInUse === true);
  const toAll = (id: string, recipients = OCCUPANTS, room = ROOM) => ({
    stanza: `<message from="${room}/nick" id="${id}" type="groupchat"><body>${id}</body></message>`,
    recipients,
    acceptedAt: Date.now(),
  });
  const toOne = (id: string, to: string) => message(id, { from: `${ROOM}/nick`, to });
  /** Returns the ids of the stanzas that a receiver got, each once, in order. */
  const receivedBy = (receiver: string): string[] => [
    ...new Set(server.routed.filter(({ attrs }) => attrs.to === receiver).map(({ attrs }) => attrs.id ?? "")),
  ];

  it("is sent to the service once, and confirmed when the service has forwarded it", async () => {
    await start();
    expect(await services()).to.equal(1);
    server.faults.multicast = "hold";
    const { got } = server.multicast;
    let answered = false;
    const status = sender.accept(toAll("m")).finally(() => (answered = true));
    const { ackRequests } = server.connection;
    await server.until(
      "both ack requests",
      () => server.multicast.got - got === 3 && server.connection.ackRequests > ackRequests,
    );
    // A user's later messages are routed meanwhile, and acked on the stream.
    const before = server.connection.ackRequests;
    void sender.send("later");
    await server.until("the ack request behind it", () => server.connection.ackRequests > before);
    void sender.send("last");
    await server.routedIds(2);
    expect(answered).to.equal(false);
    expect(server.ids).to.deep.equal(["later", "last"]);
    server.multicast.serve(Infinity);
    expect(await status).to.deep.equal({ delivery: "confirmed" });
    expect(server.routed.slice(2).map(({ attrs }) => attrs.to)).to.deep.equal(OCCUPANTS);
    await sender.drained();
    expect(await sender.count("qtalk_stanzas_multicast_total")).to.equal(OCCUPANTS.length);
    expect(await sender.count("qtalk_stanzas_acknowledged_total")).to.equal(OCCUPANTS.length + 2);
    expect(await sender.count("qtalk_outbox_accepted_total")).to.equal(OCCUPANTS.length + 2);
  });

  it("is split by the service's limit of receivers, 20 unless the service states one", async () => {
    await start();
    const { got } = server.multicast;
    const fifty = ids("u", 50).map((id) => `${id}@qtalk.test.org`);
    await sender.accept(toAll("m", fifty));
    // An ack request follows.
    expect(server.multicast.got - got).to.equal(3 + 1);
    expect(server.routed).to.have.length(50);
  });

  it("is sent directly to occupants of other servers, to few occupants, and if a user is the sender", async () => {
    await start();
    const { got } = server.multicast;
    await sender.accept(toAll("few", OCCUPANTS.slice(0, 2)));
    await sender.accept(toAll("notify", OCCUPANTS, "alice@qtalk.test.org"));
    const far = ids("u", 9).map((id) => `${id}@elsewhere.test/r`);
    await sender.accept(toAll("far", far));
    expect(server.multicast.got).to.equal(got);
    const mixed = [...OCCUPANTS.slice(0, 5), "a@elsewhere.test/r", ...OCCUPANTS.slice(5, 9)];
    await sender.accept(toAll("mixed", mixed));
    expect(server.multicast.got).to.equal(got + 2);
    const received = server.routed.filter(({ attrs }) => attrs.id === "mixed").map(({ attrs }) => attrs.to);
    expect(received.sort()).to.deep.equal([...mixed].sort());
  });

  it("is sent to each occupant if the server has no such service", async () => {
    server.faults.multicast = "none";
    await start({ isWaiting: true });
    sender.start();
    await sender.ready();
    await sender.accept(toAll("m"));
    expect(server.routed.filter(({ name }) => name === "message")).to.have.length(OCCUPANTS.length);
    expect(await services()).to.equal(0);
  });

  it("is sent to each occupant if the service refuses the component from the start", async () => {
    server.faults.multicast = "refuse";
    await start({ isWaiting: true });
    sender.start();
    await until("the log line", () => sender.log.about("refuses", "warn").length === 1);
    expect(sender.log.about("mod_multicast", "warn")).to.have.length(1);
    expect(await sender.accept(toAll("m"))).to.deep.equal({ delivery: "confirmed" });
    expect(server.routed.map(({ attrs }) => attrs.to)).to.deep.equal(OCCUPANTS);
  });

  it("is sent to each occupant, in order, if the service refuses it", async () => {
    await start();
    await sender.accept(toAll("before"));
    const { got } = server.multicast;
    server.faults.multicast = "hold";
    const fourth = OCCUPANTS[3] ?? "";
    const answers = [sender.accept(toAll("a"), message("x"), toAll("b")), sender.accept(toOne("c", fourth))];
    await server.until("the stanzas and an ack request", () => server.multicast.got - got >= 5);
    server.faults.multicast = "refuse";
    server.multicast.serve(Infinity);
    for (const answer of await Promise.all(answers)) expect(answer).to.deep.equal({ delivery: "confirmed" });
    for (const occupant of OCCUPANTS) {
      expect(receivedBy(occupant)).to.deep.equal(["before", "a", "b", ...(occupant === fourth ? ["c"] : [])]);
    }
    expect(server.connections).to.have.length(1);
    expect(sender.log.about("refuses", "warn")).to.have.length(1);
    expect(await services()).to.equal(0);
    expect(server.routed).to.have.length(3 * OCCUPANTS.length + "xx".length + "c".length);
  });

  it("is sent to each occupant for an hour if the service stops responding", async () => {
    await start({ outbox: { times: { keepAlive: 100, silence: 1_500 } } });
    server.faults.multicast = "swallow";
    await sender.accept(toAll("m"));
    await sender.drained();
    expect(receivedBy(OCCUPANTS[9] ?? "")).to.deep.equal(["m"]);
    expect(server.connections).to.have.length(2);
    expect(sender.log.about("fell silent", "warn")).to.have.length(1);
  });

  it("goes through the service again when the pause ends, on the same stream", async () => {
    await start({ multicastPause: 300, outbox: { times: { keepAlive: 100, silence: 1_500 } } });
    for (const fault of ["swallow", "refuse"] as const) {
      server.faults.multicast = fault;
      await sender.accept(toAll(fault));
      await sender.drained();
      await sender.ready();
      const { length } = server.connections;
      server.faults.multicast = "send";
      await inUse();
      expect(server.connections, fault).to.have.length(length);
      const { got } = server.multicast;
      expect(await sender.accept(toAll(`after ${fault}`))).to.deep.equal({ delivery: "confirmed" });
      expect(server.multicast.got).to.be.greaterThan(got);
    }
    expect(receivedBy(OCCUPANTS[9] ?? "")).to.have.length(4);
  });

  it("is sent to each occupant for an hour if the server closed three streams because of multicasts", async () => {
    await start();
    server.faults.rejection = ({ attrs }) =>
      attrs.to === SERVICE && attrs.id?.startsWith("m-") === true
        ? { condition: "policy-violation" }
        : undefined;
    for (const id of ids("m", 3)) {
      await inUse();
      await sender.accept(toAll(id));
      await sender.drained();
    }
    expect(server.connections).to.have.length(4);
    await sender.ready();
    await sender.accept(toAll("m-3"));
    await sender.drained();
    expect(sender.log.about("For 60 minutes", "warn")).to.have.length(1);
    expect(server.connections).to.have.length(4);
    expect(sender.deadLetters.count).to.equal(0);
    for (const occupant of OCCUPANTS) expect(receivedBy(occupant)).to.deep.equal(ids("m", 4));
  });
});

describe("The multicast service", () => {
  it("stays in use if streams were closed because of it long ago", () => {
    const log = new LogLines();
    const none = { domain: "c.test", hosts: [], stanzaBytes: 1, requests: {}, acks: {} };
    const multicast = new Multicast({ ...none, log: log.logger, metrics: new Metrics() } as never);
    const now = performance.now.bind(performance);
    for (const hours of [0, 2, 4, 4]) {
      performance.now = () => now() + hours * 3_600_000;
      multicast.end("closed");
    }
    performance.now = now;
    expect(log.about("For 60 minutes", "warn")).to.have.length(0);
  });
});
