/** Telling many at once through the server's multicast service (XEP-0033), and what may go wrong with it. */
import { expect } from "chai";
import { FaultServer } from "../../support/fault-server.js";
import { SERVICE } from "../../support/fault-multicast.js";
import { ids, message, Sender, until, type SenderOptions } from "../../support/sender.js";

const ROOM = "room@conference.qtalk.test.org";
const INSIDE = ids("user", 30).map((id) => `${id}@qtalk.test.org/desk`);

describe("What a room tells many", () => {
  let server: FaultServer;
  let sender: Sender;

  const start = async (options: Partial<SenderOptions> = {}): Promise<void> => {
    sender = new Sender({ service: server.service, multicast: true, ...options });
    if (options.isWaiting !== true) await inUse();
  };
  const services = (): Promise<number> => sender.count("qtalk_multicast_services");
  const inUse = (): Promise<void> =>
    until("the service is in use", () => sender.outbox.isReady && sender.multicast?.isInUse === true);
  const says = (id: string, recipients = INSIDE, room = ROOM) => ({
    stanza: `<message from="${room}/nick" id="${id}" type="groupchat"><body>${id}</body></message>`,
    recipients,
    acceptedAt: Date.now(),
  });
  const aside = (id: string, to: string) => message(id, { from: `${ROOM}/nick`, to });
  /** The ids that a receiver got, each counted once, in order. */
  const heardBy = (who: string): string[] => [
    ...new Set(server.routed.filter(({ attrs }) => attrs.to === who).map(({ attrs }) => attrs.id ?? "")),
  ];

  beforeEach(async () => {
    server = await FaultServer.start();
    server.faults.multicast = "send";
  });
  afterEach(async () => {
    await sender.stop();
    await server.hideAway();
  });

  it("goes to the service once, and is confirmed when that has sent it on", async () => {
    await start();
    expect(await services()).to.equal(1);
    server.faults.multicast = "hold";
    const { got } = server.multicast;
    let answered = false;
    const status = sender.accept(says("m")).finally(() => (answered = true));
    const { ackRequests } = server.connection;
    await server.until(
      "both ack requests",
      () => server.multicast.got - got === 3 && server.connection.ackRequests > ackRequests,
    );
    // A user's, accepted later, is routed meanwhile, and the ack requests behind both have come back.
    const before = server.connection.ackRequests;
    void sender.send("later");
    await server.until("the ack request behind it", () => server.connection.ackRequests > before);
    void sender.send("last");
    await server.routedIds(2);
    expect(answered).to.equal(false);
    expect(server.ids).to.deep.equal(["later", "last"]);
    server.multicast.serve(Infinity);
    expect(await status).to.deep.equal({ delivery: "confirmed" });
    expect(server.routed.slice(2).map(({ attrs }) => attrs.to)).to.deep.equal(INSIDE);
    await sender.drained();
    expect(await sender.count("qtalk_stanzas_multicast_total")).to.equal(INSIDE.length);
    expect(await sender.count("qtalk_stanzas_acknowledged_total")).to.equal(INSIDE.length + 2);
    expect(await sender.count("qtalk_outbox_accepted_total")).to.equal(INSIDE.length + 2);
  });

  it("goes in slices of as many as the service takes: twenty if it doesn't say", async () => {
    await start();
    const { got } = server.multicast;
    await sender.accept(
      says(
        "m",
        ids("u", 50).map((id) => `${id}@qtalk.test.org`),
      ),
    );
    const ackRequests = 1;
    expect(server.multicast.got - got).to.equal(3 + ackRequests);
    expect(server.routed).to.have.length(50);
  });

  it("goes straight to those at other servers, to a few, and to a user's receivers", async () => {
    await start();
    const { got } = server.multicast;
    await sender.accept(says("few", INSIDE.slice(0, 2)));
    await sender.accept(says("notify", INSIDE, "alice@qtalk.test.org"));
    await sender.accept(
      says(
        "far",
        ids("u", 9).map((id) => `${id}@elsewhere.test/r`),
      ),
    );
    expect(server.multicast.got).to.equal(got);
    const mixed = [...INSIDE.slice(0, 5), "a@elsewhere.test/r", ...INSIDE.slice(5, 9)];
    await sender.accept(says("mixed", mixed));
    expect(server.multicast.got).to.equal(got + 2);
    const heard = server.routed.filter(({ attrs }) => attrs.id === "mixed").map(({ attrs }) => attrs.to);
    expect(heard.sort()).to.deep.equal([...mixed].sort());
  });

  it("is never overtaken by what the room tells one of them, or a few, alone", async () => {
    await start();
    server.faults.multicast = "hold";
    const [first = "", second = ""] = INSIDE;
    void sender.accept(says("all"), says("two", [first, second]), message("other"), aside("one", second));
    void sender.accept(message("behind"));
    await server.until("what is free to go", () => server.ids.includes("other"));
    expect(server.ids).to.deep.equal(["other"]);
    server.multicast.serve(Infinity);
    await server.until("the rest", () => server.ids.includes("behind"));
    expect(heardBy(first)).to.deep.equal(["all", "two"]);
    expect(heardBy(second)).to.deep.equal(["all", "two", "one"]);
    server.multicast.serve(Infinity);
    await sender.drained();
  });

  it("goes to each of them if there is no such service, or nobody answers", async () => {
    server.faults.multicast = "none";
    await start({ isWaiting: true });
    sender.start();
    await sender.ready();
    await sender.accept(says("m"));
    expect(server.routed.filter(({ name }) => name === "message")).to.have.length(INSIDE.length);
    expect(await services()).to.equal(0);
  });

  it("goes to each of them if the service refuses the component from the start", async () => {
    server.faults.multicast = "refuse";
    await start({ isWaiting: true });
    sender.start();
    await until("it says so", () => sender.log.about("refuses", "warn").length === 1);
    expect(sender.log.about("mod_multicast", "warn")).to.have.length(1);
    expect(await sender.accept(says("m"))).to.deep.equal({ delivery: "confirmed" });
    expect(server.routed.map(({ attrs }) => attrs.to)).to.deep.equal(INSIDE);
  });

  it("is not lost, and stays in order, if the service refuses it: it is written again to each", async () => {
    await start();
    await sender.accept(says("before"));
    const { got } = server.multicast;
    server.faults.multicast = "hold";
    const fourth = INSIDE[3] ?? "";
    const answers = [sender.accept(says("a"), message("x"), says("b")), sender.accept(aside("c", fourth))];
    await server.until("it has all and an ack request", () => server.multicast.got - got >= 5);
    server.faults.multicast = "refuse";
    server.multicast.serve(Infinity);
    for (const answer of await Promise.all(answers)) expect(answer).to.deep.equal({ delivery: "confirmed" });
    for (const who of INSIDE) {
      expect(heardBy(who)).to.deep.equal(["before", "a", "b", ...(who === fourth ? ["c"] : [])]);
    }
    expect(server.connections).to.have.length(1);
    expect(sender.log.about("refuses", "warn")).to.have.length(1);
    expect(await services()).to.equal(0);
    expect(server.routed).to.have.length(3 * INSIDE.length + "xx".length + "c".length);
  });

  it("goes to each of them for an hour if the service falls silent; nothing is lost", async () => {
    await start({ outbox: { times: { keepAlive: 50, silence: 400 } } });
    server.faults.multicast = "swallow";
    await sender.accept(says("m"));
    await sender.drained();
    expect(heardBy(INSIDE[9] ?? "")).to.deep.equal(["m"]);
    expect(server.connections).to.have.length(2);
    expect(sender.log.about("fell silent", "warn")).to.have.length(1);
  });

  it("goes to each of them for an hour if the server closes the stream for it again and again", async () => {
    await start();
    server.faults.poison = ({ attrs }) =>
      attrs.to === SERVICE && attrs.id?.startsWith("m-") === true
        ? { condition: "policy-violation" }
        : undefined;
    for (const id of ids("m", 3)) {
      await inUse();
      await sender.accept(says(id));
      await sender.drained();
    }
    expect(server.connections).to.have.length(4);
    await sender.ready();
    await sender.accept(says("m-3"));
    await sender.drained();
    expect(sender.log.about("For an hour", "warn")).to.have.length(1);
    expect(server.connections).to.have.length(4);
    expect(sender.deadLetters.isEmpty).to.equal(true);
    for (const who of INSIDE) expect(heardBy(who)).to.deep.equal(ids("m", 4));
  });
});
