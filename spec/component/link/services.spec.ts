/** If the server has several addresses, the link takes the next one when one fails (design: delivery, point 15). */
import { expect } from "chai";
import { Services } from "../../../component/link/services.js";
import { FaultServer } from "../../support/fault-server.js";
import { Sender, until, type SenderOptions } from "../../support/sender.js";

const srv = (name: string, port: number, priority = 0, weight = 0) => ({ name, port, priority, weight });

describe("The addresses of a server's nodes", () => {
  it("are looked up in DNS by priority; the last result is used while DNS fails", async () => {
    const asked: string[] = [];
    let isSilent = false;
    const services = new Services(["xmpp-srv://example.org", "xmpp://b:2"], (name) => {
      asked.push(name);
      if (isSilent) return Promise.reject(Object.assign(new Error("no"), { code: "ETIMEOUT" }));
      return Promise.resolve([srv("late", 1, 20), srv("b", 2, 10), srv("early", 3, 1), srv(".", 0)]);
    });
    const all = ["xmpp://early:3", "xmpp://b:2", "xmpp://late:1"];
    expect(await services.inOrder()).to.deep.equal({ addresses: all });
    expect(asked).to.deep.equal(["_xmpp-component._tcp.example.org"]);
    isSilent = true;
    expect(await services.inOrder()).to.deep.equal({ addresses: all });
  });

  it("of one priority are chosen by weight", async () => {
    const services = new Services(["xmpp-srv://x"], () =>
      Promise.resolve([srv("light", 1, 0, 10), srv("heavy", 2, 0, 90)]),
    );
    let heavy = 0;
    for (let round = 0; round < 400; round++) {
      const { addresses } = await services.inOrder();
      expect(addresses).to.have.length(2);
      if (addresses[0] === "xmpp://heavy:2") heavy += 1;
    }
    expect(heavy).to.be.within(300, 399);
  });
});

describe("The link to a cluster", () => {
  let nodes: FaultServer[];
  let sender: Sender;

  const start = (options: Partial<SenderOptions> = {}): void => {
    sender = new Sender({ service: nodes.map(({ service }) => service).join(","), ...options });
  };

  beforeEach(async () => (nodes = await Promise.all([FaultServer.start(), FaultServer.start()])));
  afterEach(async () => {
    await sender.stop();
    await Promise.all(nodes.map((node) => node.hideAway()));
  });

  it("continues with another node after a failure, loses nothing, and stays there", async () => {
    const [a, b] = nodes as [FaultServer, FaultServer];
    start();
    await sender.ready();
    const peer = a.service.replace("xmpp://", "");
    expect(sender.link.reached).to.deep.equal({ service: a.service, peer, isAnother: false, failures: 0 });
    expect(await sender.send("one")).to.deep.equal({ delivery: "confirmed" });
    a.faults.messagesToSelf = "swallow";
    const two = sender.send("two");
    await a.routedIds(2);
    await a.hideAway();
    await two;
    await sender.drained();
    expect(b.ids).to.deep.equal(["two"]);
    expect(sender.link.reached).to.include({ service: b.service, isAnother: true });
    expect(await sender.count("qtalk_link_failovers_total")).to.equal(1);
    expect(await sender.count("qtalk_link_service", b.service)).to.equal(1);
    expect(await sender.count("qtalk_link_service", a.service)).to.equal(0);
    a.heal();
    await a.listen();
    b.connection.destroy();
    await until("the link is gone", () => !sender.outbox.isReady);
    await sender.ready();
    expect(sender.link.reached).to.include({ service: b.service, isAnother: false });
    expect(a.connections).to.have.length(1);
  });

  it("doesn't wait long for a node that doesn't respond, even the last one", async () => {
    const [a, b] = nodes as [FaultServer, FaultServer];
    start({ handshakeTimeout: 60_000 });
    await sender.ready();
    a.faults.handshake = "ignore";
    a.connection.destroy();
    await b.until("a try", () => b.connections.length === 1);
    expect(b.connection.madeAt - a.connections[1]!.madeAt).to.be.within(990, 50_000);
  });

  it("logs the error of each node once, and is refused if one node refuses it", async () => {
    const [a, b] = nodes as [FaultServer, FaultServer];
    a.faults.handshake = "not-authorized";
    await b.hideAway();
    start();
    await a.until("four attempts", () => a.connections.length >= 4);
    const isRefusedByOne = (): boolean => {
      const { state } = sender.link;
      return state.kind === "refused" && state.reason.includes(`no link to ${b.service}`);
    };
    await until("all were tried", isRefusedByOne);
    expect(sender.log.about("Compare the secret", "error")).to.have.length(1);
    expect(sender.log.about(`No link to ${b.service}`, "warn")).to.have.length(1);
    await b.listen();
    await sender.ready();
    expect(sender.link.reached?.service).to.equal(b.service);
  });

  it("uses SRV records, logs their absence once, and looks them up again", async () => {
    let records: ReturnType<typeof srv>[] = [];
    const [, b] = nodes as [FaultServer, FaultServer];
    start({ service: "xmpp-srv://cluster.test", lookup: () => Promise.resolve(records) });
    await until("it is told", () => sender.log.about("list no server", "warn").length > 0);
    expect(sender.link.state).to.deep.include({ kind: "away" });
    records = [srv("127.0.0.1", Number(b.service.split(":")[2]))];
    await sender.ready();
    expect(sender.log.about("list no server")).to.have.length(1);
    expect(sender.link.reached?.service).to.equal(b.service);
  });

  it("can be stopped during a DNS lookup", async () => {
    let found: (() => void) | undefined;
    const lookup = (): Promise<never[]> => new Promise((resolve) => (found = () => resolve([])));
    start({ service: "xmpp-srv://cluster.test", lookup });
    await sender.link.stop();
    found?.();
    await new Promise((resolve) => setImmediate(resolve));
    expect(sender.link.state.kind).to.equal("stopped");
  });
});
