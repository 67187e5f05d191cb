/** What the doctor measures, on a server whose clock, answers and software the tests choose. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { Gate } from "../../../scripts/lab/gate.js";
import { CommandLine } from "../../support/command-line.js";
import { FaultServer } from "../../support/fault-server.js";
import { DOMAIN, HOST, visit, type Visit } from "./visit.js";

const FEATURES = ["jabber:iq:roster", "msgoffline", "urn:xmpp:carbons:2", "vcard-temp", "jabber:iq:last"];

describe("The doctor's figures", () => {
  let server: FaultServer;
  let clockOffset = 0;
  beforeEach(async () => {
    server = await FaultServer.start(DOMAIN, "SECRET");
    clockOffset = 0;
    server.faults.onStanza = (stanza, connection) => {
      const [payload] = stanza.getChildElements();
      if (stanza.name !== "iq" || stanza.attrs.type !== "get" || payload === undefined) return;
      const utc = new Date(Date.now() + clockOffset).toISOString();
      const answers: Record<string, string> = {
        "http://jabber.org/protocol/disco#info": `<identity category="server" type="im" name="ejabberd"/>${FEATURES.map((name) => `<feature var="${name}"/>`).join("")}`,
        "http://jabber.org/protocol/disco#items": `<item jid="${DOMAIN}"/>`,
        "urn:xmpp:time": `<tzo>+00:00</tzo><utc>${utc}</utc>`,
        "jabber:iq:version": `<name>ejabberd</name><version>24.12</version>`,
      };
      const { id = "", to = "" } = stanza.attrs;
      const ns = payload.getNS() ?? "";
      const content = `<${payload.name} xmlns="${ns}">${answers[ns] ?? ""}</${payload.name}>`;
      connection.send(`<iq type="result" from="${to}" to="${DOMAIN}" id="${id}">${content}</iq>`);
    };
  });
  afterEach(() => server.hideAway());

  const examine = (service = server.service, xmpp: Record<string, unknown> = {}): Promise<Visit> =>
    visit({ component: () => ({ service, domain: DOMAIN, password: "SECRET" }) }, xmpp);

  it("compare the server's clock with this machine's", async () => {
    clockOffset = 3_000;
    expect((await examine()).text).to.contain("✔ the clocks of the server and the component agree");
    for (const offset of [600_000, -600_000]) {
      clockOffset = offset;
      const { doubtful, text } = await examine();
      expect(doubtful, text).to.include("the clocks of the server and the component differ by 600 s");
    }
  });

  it("find answers that take long", async () => {
    const slow = await Gate.before(Number(new URL(server.service).port), 45);
    await slow.open();
    const { doubtful, text } = await examine(slow.service);
    slow.end();
    expect(doubtful.join(), text).to.match(/the round trip through the server takes \d{2,}\.\d ms/);
    expect(text).to.contain("Each call takes at least this long; the server is busy or far away.");
  });
});

describe("The doctor, of a running component", () => {
  const metrics = [
    `qtalk_component_info{domain="${DOMAIN}",service="xmpp://127.0.0.1:1",hosts="${HOST}"} 1`,
    "qtalk_link_up 0",
    "qtalk_ack_seconds_sum 4",
    "qtalk_ack_seconds_count 100",
    "qtalk_multicast_services 1",
    "qtalk_outbox_dead_letters_total 2",
    "",
  ].join("\n");

  /** Visits a component that answers this at /readyz and /metrics. */
  const look = async (readiness: object, shown: string): Promise<Visit> => {
    const component = createServer((request, response) =>
      response.end(request.url === "/readyz" ? JSON.stringify(readiness) : shown),
    );
    await once(component.listen(0, "127.0.0.1"), "listening");
    const http = { listen: `127.0.0.1:${(component.address() as AddressInfo).port}` };
    const access = { service: "xmpp://127.0.0.1:1", domain: DOMAIN, password: "SECRET" };
    const seen = await visit({ component: () => access }, {}, { http });
    component.close();
    return seen;
  };

  it("reads its acknowledgement times, multicast services and dead letters", async () => {
    const { text, doubtful } = await look({ ready: true }, metrics);
    expect(text).to.contain("✔ the component runs with this configuration's domain, service and hosts");
    expect(text).to.contain("✔ its rooms send to many receivers at once");
    expect(doubtful, text).to.deep.equal([
      "the server acknowledges stanzas within 40.0 ms on average",
      "the server rejected 2 stanzas since the component started (dead letters)",
    ]);
    const others = { "_sum 4": "_sum 1", "total 2": "total 0", "services 1": "services 0" };
    const shown = Object.entries(others).reduce((all, [before, now]) => all.replace(before, now), metrics);
    const better = await look({ ready: true }, shown);
    expect(better.doubtful, better.text).to.deep.equal([]);
    expect(better.text).to.contain("✔ the server acknowledges stanzas within 10.0 ms on average");
    expect(better.text).to.contain("✔ its rooms send each receiver a stanza of its own");
  });

  it("says that it isn't ready, and why; and how parked stanzas are sent at once", async () => {
    const reason = "the disk is full: nothing can be stored";
    const shown = `${metrics}qtalk_outbox_parked_stanzas 3\n`;
    const { text, wrong, doubtful } = await look({ ready: false, reason }, shown);
    expect(wrong.at(-1), text).to.match(/but it isn't ready: the disk is full: nothing can be stored$/);
    expect(doubtful).to.deep.equal(["parked until the server permits it: 3 stanzas in users' names"]);
    expect(text).to.contain("run systemctl reload qtalk-component: it then tries again at once");
  });
});

describe("doctor", () => {
  it("exits with 69 if a step fails, and counts the failures", async () => {
    const line = new CommandLine({ xmpp: { domain: DOMAIN, password: "S", hosts: [HOST] } });
    const options = ["--xmpp.service", "xmpp://127.0.0.1:1", "--http.listen", "127.0.0.1:1"];
    const { code, stdout, stderr } = await line.run("doctor", ...options);
    expect(stdout).to.contain("✘ xmpp://127.0.0.1:1 can't be reached: nothing listens on that port");
    expect(stderr).to.match(/^1 step failed: /);
    expect(code).to.equal(69);
    line.remove();
  });
});
