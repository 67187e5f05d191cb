/** What the doctor measures, on a server whose clock and answers the tests choose. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { Gate } from "../../../scripts/lab/gate.js";
import { CommandLine } from "../../support/command-line.js";
import { FaultServer } from "../../support/fault-server.js";
import { Folder } from "../../support/folder.js";
import { DOMAIN, HOST, visit } from "./visit.js";

const MUC = `muc.${HOST}`;
const FEATURES = ["jabber:iq:roster", "msgoffline", "urn:xmpp:carbons:2", "vcard-temp", "jabber:iq:last"];

describe("The doctor's figures", () => {
  let server: FaultServer;
  let clockOffset = 0;
  /** A service of the server that doesn't answer. */
  let silent: string | undefined;
  beforeEach(async () => {
    server = await FaultServer.start(DOMAIN, "SECRET");
    clockOffset = 0;
    silent = undefined;
    server.faults.onStanza = (stanza, connection) => {
      const [payload] = stanza.getChildElements();
      if (stanza.name !== "iq" || stanza.attrs.type !== "get" || payload === undefined) return;
      const utc = new Date(Date.now() + clockOffset).toISOString();
      const answers: Record<string, string> = {
        "http://jabber.org/protocol/disco#info": `<identity category="server" type="im" name="ejabberd"/>${FEATURES.map((name) => `<feature var="${name}"/>`).join("")}`,
        "http://jabber.org/protocol/disco#items": [DOMAIN, MUC, "elsewhere.test"]
          .map((jid) => `<item jid="${jid}"/>`)
          .join(""),
        "urn:xmpp:time": `<tzo>+00:00</tzo><utc>${utc}</utc>`,
        "jabber:iq:version": `<name>ejabberd</name><version>24.12</version>`,
      };
      const { id = "", to = "" } = stanza.attrs;
      if (to === silent || to === "elsewhere.test") return;
      const ns = payload.getNS() ?? "";
      const content = `<${payload.name} xmlns="${ns}">${answers[ns] ?? ""}</${payload.name}>`;
      connection.send(`<iq type="result" from="${to}" to="${DOMAIN}" id="${id}">${content}</iq>`);
    };
  });
  afterEach(() => server.hideAway());

  const examine = (expected: string, service = server.service): Promise<string> =>
    visit(
      { component: () => ({ service, domain: DOMAIN, password: "SECRET" }) },
      `${expected}\n✘ the server drops the element that carries QTalk's attributes`,
    );

  it("compare the server's clock with this machine's", async () => {
    clockOffset = 3_000;
    await examine("✔ the clocks of the server and the component agree");
    for (clockOffset of [600_000, -600_000])
      await examine("! the clocks of the server and the component differ by 600 s");
  });

  it("name one of ejabberd's own services that doesn't answer, but no other", async () => {
    await examine("never doesn't answer");
    silent = MUC;
    await examine(
      `! ${MUC} doesn't answer the component's requests, but the host does: bots can't enter its rooms
      #4472 … Component seems disconnected
      never elsewhere.test`,
    );
  });

  it("name the lines by which a mail server forwards root's mail, if mail is taken", async () => {
    await examine("never mail to hooks");
    await examine(`with smtp: {listen: "127.0.0.1:2526"}
      ✔ mail to hooks is taken at 127.0.0.1:2526
      hooks.invalid smtp:[127.0.0.1]:2526
      port = 2526
      host 127.0.0.1, port 2526`);
  });

  it("find answers that take long", async () => {
    const slow = await Gate.before(Number(new URL(server.service).port), 45);
    await slow.open();
    const found = `! the round trip through the server takes … ms
      Each call takes at least this long; the server is busy or far away.`;
    await examine(found, slow.service);
    slow.end();
  });
});

describe("The doctor, of a running component", () => {
  const metrics = `qtalk_component_info{domain="${DOMAIN}",service="xmpp://127.0.0.1:1",hosts="${HOST}"} 1
qtalk_link_up 0
qtalk_ack_seconds_sum 4
qtalk_ack_seconds_count 100
qtalk_multicast_services 1
qtalk_outbox_dead_letters_total 2
`;

  /** Visits a component that answers this at /readyz, and its metrics. Its server can't be reached. */
  const look = async (readiness: object, shown: string, expected: string): Promise<void> => {
    const component = createServer((_request, response) => response.end(JSON.stringify(readiness)));
    await once(component.listen(0, "127.0.0.1"), "listening");
    const folder = new Folder();
    const database = folder.at("qtalk.db");
    const socket = createServer((_request, response) => response.end(shown));
    await once(socket.listen(`${database}.sock`), "listening");
    const listen = `127.0.0.1:${(component.address() as AddressInfo).port}`;
    const access = { service: "xmpp://127.0.0.1:1", domain: DOMAIN, password: "SECRET" };
    await visit(
      { component: () => access },
      `with http: {listen: "${listen}"}
      with storage: {path: ${database}}
      ✘ xmpp://127.0.0.1:1 can't be reached
      ${expected}`,
    );
    component.close();
    socket.close();
    folder.remove();
  };

  it("says why it could not upload the last file of a post", async () => {
    const fault = (reason: string): string => `${metrics}qtalk_hook_upload_fault{reason="${reason}"} 1\n`;
    await look(
      { ready: true },
      fault("the upload service u.test refuses the component (forbidden): permit it in its configuration"),
      `! files of posts to hooks are only named: the upload service u.test refuses the component (forbidden): permit it
      http_file_share_access = { "${DOMAIN}" }`,
    );
    await look(
      { ready: true },
      fault("u.test refuses the upload: HTTP 500"),
      "only named: u.test refuses the upload",
    );
    await look({ ready: true }, metrics, "never only named");
  });

  it("reads its acknowledgement times, multicast services and dead letters", async () => {
    await look(
      { ready: true },
      metrics,
      `✔ the component runs with this configuration's domain, service and hosts
      ! the server acknowledges stanzas within 40.0 ms on average
      ✔ its rooms send to many receivers at once
      ! the server rejected 2 stanzas since the component started (dead letters)`,
    );
    await look(
      { ready: true },
      metrics.replace("_sum 4", "_sum 1").replace("total 2", "total 0").replace("services 1", "services 0"),
      `✔ the server acknowledges stanzas within 10.0 ms on average
      ✔ its rooms send each receiver a stanza of its own
      never !`,
    );
  });

  it("says that it isn't ready, and why; and how parked stanzas are sent at once", () =>
    look(
      { ready: false, reason: "the disk is full: nothing can be stored" },
      `${metrics}qtalk_outbox_parked_stanzas 3\n`,
      `✘ … and it isn't ready: the disk is full: nothing can be stored
      ! parked until the server permits it: 3 stanzas in users' names
      : it then tries again at once
      never dead letters`,
    ));
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
