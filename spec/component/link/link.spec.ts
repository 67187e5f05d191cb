/** The link reconnects by itself, and logs what prevents it (design: delivery, points 7 and 9). */
import { expect } from "chai";
import { xml } from "../../../component/xml/builder.js";
import { serialise } from "../../../component/xml/serialise.js";
import { ids, message, lapse, Sender, until } from "../../support/sender.js";
import { connect, onFaultServer, sender, server } from "../outbox/fault-stage.js";

describe("The link", () => {
  onFaultServer();

  const advice = {
    "not-authorized": "xmpp.password",
    "host-unknown": "doesn't know the component conference.qtalk.test.org",
    conflict: "Another connection serves",
  };
  for (const [condition, words] of Object.entries(advice)) {
    it(`that is refused with ${condition} logs the remedy once, and retries`, async () => {
      server.faults.handshake = condition;
      connect();
      await server.until("four attempts", () => server.connections.length >= 4);
      expect(sender.link.state.kind).to.equal("refused");
      expect(sender.log.about(words, "error")).to.have.length(1);
      expect(sender.log.lines.filter(({ level }) => level !== "debug")).to.have.length(1);
      server.heal();
      await sender.ready();
      expect(await sender.send("works")).to.deep.equal({ delivery: "confirmed" });
    });
  }

  it("that may not send as users logs it once, even if the server's error is lost, and makes no dead letter", async () => {
    let closes = 0;
    server.faults.rejection = () => (closes++ % 2 === 0 ? { condition: "invalid-from" } : {});
    connect();
    await sender.ready();
    expect(await sender.send("one")).to.deep.equal({ delivery: "queued" });
    await server.until("six attempts", () => server.connections.length >= 6);
    await until("the link is down", () => !sender.link.isUp);
    expect(sender.link.state.kind).to.equal("refused");
    expect(sender.log.about("check_from: false", "error")).to.have.length(1);
    expect(sender.deadLetters.count).to.equal(0);
    server.heal();
    await sender.drained();
    expect(server.ids).to.deep.equal(["one"]);
  });

  it("to an absent server logs it once, and reconnects", async () => {
    await server.hideAway();
    connect();
    await until("it is away", () => sender.link.state.kind === "away");
    expect(await sender.send("meanwhile")).to.deep.equal({ delivery: "queued" });
    expect(sender.link.write(serialise(xml("nothing")))).to.equal(false);
    await server.listen();
    await sender.drained();
    expect(server.ids).to.deep.equal(["meanwhile"]);
    expect(sender.log.about("nothing listens on that port", "warn")).to.have.length(1);
  });

  it("to an ejabberd that lost its port in a reload logs that", async () => {
    connect();
    await sender.ready();
    await server.hideAway();
    await until("it says so", () => sender.log.about("address already in use", "warn").length === 1);
    await server.listen();
    await sender.ready();
  });

  it("waits for the handshake up to its timeout", async () => {
    server.faults.handshake = "ignore";
    connect({ handshakeTimeout: 2_600 });
    await server.until("an attempt", () => server.connections.length === 1);
    const [first] = server.connections;
    await server.until("another attempt", () => server.connections.length === 2);
    expect(server.connections[1]!.madeAt - first!.madeAt).to.be.at.least(2_500);
  });

  it("uses pings as ack requests if the server doesn't return messages", async () => {
    server.faults.messagesToSelf = "swallow";
    connect({ outbox: { times: { negotiation: 40 } } });
    await sender.ready();
    expect(await sender.send("one")).to.deep.equal({ delivery: "confirmed" });
    server.heal();
    server.connection.destroy();
    server.faults.pings = "swallow";
    await server.until("a new connection", () => server.connections.length === 2);
    await sender.ready();
    expect(await sender.send("two")).to.deep.equal({ delivery: "confirmed" });
  });

  it("waits for a slow server, but not without limit", async () => {
    server.faults.messagesToSelf = "hold";
    server.faults.pings = "hold";
    connect({ outbox: { times: { negotiation: 20, silence: 30_000 } } });
    await server.until(
      "the negotiation of the ack request",
      () => server.connections.length === 1 && server.connection.ackRequests === 2,
    );
    await lapse(60);
    server.release();
    await sender.ready();
    expect(server.connections).to.have.length(1);
    await sender.stop();
    connect({ outbox: { times: { negotiation: 20, silence: 100 } } });
    await server.until("given up", () => server.connections.length >= 3);
    expect(sender.log.about("neither a message nor a ping", "warn")).to.have.length(1);
  });

  for (const kind of ["idle", "busy"]) {
    it(`finds a half-open connection while it is ${kind}`, async () => {
      connect({ outbox: { times: { keepAlive: 40, silence: 1_000 } } });
      await sender.ready();
      server.connection.stall();
      if (kind === "busy") expect(await sender.send("one")).to.deep.equal({ delivery: "queued" });
      await server.until("a new connection", () => server.connections.length === 2);
      if (kind === "busy") await server.routedIds(1);
      expect(sender.log.about("silent", "warn")).to.have.length(1);
    });
  }

  it("keeps a slow server's connection while anything comes back", async () => {
    connect({ outbox: { times: { silence: 3_000 } } });
    await sender.ready();
    server.faults.messagesToSelf = "hold";
    const sent = ids("m", 300).map((id) => sender.send(id));
    await server.routedIds(300);
    for (let round = 0; round < 4; round++) {
      server.connection.release(1);
      await lapse(1_000);
      void sender.send(`more-${round}`);
    }
    server.heal();
    server.release();
    await Promise.all(sent);
    expect(server.connections).to.have.length(1);
  });

  it("doesn't buffer for a server that doesn't read, and continues when it reads", async () => {
    connect({ outbox: { confirmTimeout: 300, times: { silence: 15_000 } } });
    await sender.ready();
    server.connection.stall();
    const body = "x".repeat(64 * 1024);
    const all = ids("big", 400);
    const statuses = await Promise.all(all.map((id) => sender.accept(message(id, { body }))));
    for (const status of statuses) expect(status).to.deep.equal({ delivery: "queued" });
    server.connection.resume();
    await sender.drained();
    expect(server.ids).to.deep.equal(all);
  });

  it("waits for the ack when it is stopped, closes the stream, and refuses new calls", async () => {
    connect();
    await sender.ready();
    server.faults.messagesToSelf = "hold";
    const status = sender.send("last");
    const stopped = sender.outbox.flush(2_000);
    expect(await sender.send("too late")).to.deep.include({ errcode: 5 });
    await server.routedIds(1);
    await server.until("its ack request", () => server.connection.ackRequests >= 3);
    server.release();
    expect(await stopped).to.equal(true);
    expect(await status).to.deep.equal({ delivery: "confirmed" });
    await sender.link.stop();
    expect(server.connection.saidGoodbye).to.equal(true);
    expect(sender.link.state.kind).to.equal("stopped");
  });

  it("can be stopped during a stream error, and between two attempts", async () => {
    connect();
    await sender.ready();
    server.connection.end({ condition: "system-shutdown" });
    await new Promise((resolve) => setImmediate(resolve));
    await sender.link.stop();
    expect(sender.link.state.kind).to.equal("stopped");
    const { length } = server.connections;
    // Another, with the same patience, is back again meanwhile.
    const other = new Sender({ service: server.service });
    await other.ready();
    server.connection.end({ condition: "system-shutdown" });
    await until("its link is gone", () => !other.outbox.isReady);
    await other.ready();
    await other.stop();
    expect(server.connections).to.have.length(length + 2);
  });
});
