import { expect } from "chai";
import { parseConfig } from "../../scripts/config/config.js";
import { startDaemon, type RunningDaemon } from "../../scripts/daemon.js";
import { freePort, LOOPBACK } from "../../scripts/lab/ports.js";
import { FaultServer } from "../support/fault-server.js";
import { Folder } from "../support/folder.js";
import { LogLines } from "../support/log-lines.js";

describe("The daemon inside another program", () => {
  let folder: Folder;
  const daemons: RunningDaemon[] = [];
  beforeEach(() => (folder = new Folder()));
  afterEach(async () => {
    for (const daemon of daemons.splice(0)) await daemon.stop();
    folder.remove();
  });

  const start = async (service: string, name = "a"): Promise<RunningDaemon> => {
    const config = parseConfig({
      xmpp: { service, domain: "conference.qtalk.test.org", password: "SECRET", hosts: ["qtalk.test.org"] },
      http: { listen: `${LOOPBACK}:0` },
      storage: { path: folder.at(`${name}.db`) },
    });
    const daemon = await startDaemon(config, { log: new LogLines().logger });
    daemons.push(daemon);
    return daemon;
  };

  it("takes any free port, says which, tells when the link is up, and may be stopped twice", async () => {
    const server = await FaultServer.start("conference.qtalk.test.org", "SECRET");
    const daemon = await start(server.service);
    await daemon.ready();
    expect(daemon.service.readiness).to.deep.equal({ ready: true });
    expect((await fetch(`http://${LOOPBACK}:${daemon.httpPort}/readyz`)).status).to.equal(200);
    await Promise.all([daemon.stop(), daemon.stop()]);
    await server.hideAway();
  });

  it("reports the reason if the link doesn't come up in time", async () => {
    const daemon = await start(`xmpp://${LOOPBACK}:${await freePort()}`);
    const said = await daemon.ready(50).catch((error: unknown) => String(error));
    expect(said).to.match(
      /no link to xmpp:.*nothing listens on that port|the link to the XMPP server is being made/,
    );
  });

  it("runs beside another, and leaves its port and its database free when stopped", async () => {
    const service = `xmpp://${LOOPBACK}:${await freePort()}`;
    const one = await start(service);
    const two = await start(service, "b");
    expect(one.httpPort).to.not.equal(two.httpPort);
    await one.stop();
    expect(await fetch(`http://${LOOPBACK}:${one.httpPort}/healthz`).catch(() => "closed")).to.equal(
      "closed",
    );
    await start(service, "a");
  });

  it("doesn't share its database with another: both would send what is queued", async () => {
    const service = `xmpp://${LOOPBACK}:${await freePort()}`;
    const one = await start(service);
    const said = await start(service).catch((error: unknown) => String(error));
    expect(said).to.match(
      /Another qtalk-component runs on the database .*a\.db: stop it, or set another storage\.path/,
    );
    await one.stop();
    await start(service);
  });
});
