import { createServer, type Server } from "node:net";
import { once } from "node:events";
import { expect } from "chai";
import { ComponentProcess } from "../../scripts/lab/component-process.js";
import { freePort, LOOPBACK } from "../../scripts/lab/ports.js";
import { CommandLine, refusal } from "../support/command-line.js";
import { FaultServer } from "../support/fault-server.js";

const MESSAGE = {
  from: "test1",
  to: "test2",
  message: "<message type='chat'><body id='1'>x</body></message>",
};
const HOSTS = ["qtalk.test.org"];

describe("start, if it fails", () => {
  let line: CommandLine;
  afterEach(() => line.remove());

  it("names every fault of the configuration, and exits with 78", async () => {
    line = new CommandLine({ http: { listen: "here", body_limit: 1 }, logs: {} });
    const { code, stderr, stdout } = await line.run("start");
    expect(stderr.split("\n").slice(1).join("\n")).to.match(
      /^ {2}logs is not a section.*\n {2}http\.listen must be ADDRESS:PORT.*, not "here"\n {2}http\.body_limit must .*\n$/,
    );
    expect(stdout).to.equal("");
    expect(code).to.equal(78);
  });

  it("says that the port is taken, and by which key to choose another; exits with 69", async () => {
    const other: Server = createServer();
    const port = await freePort();
    await once(other.listen(port, LOOPBACK), "listening");
    line = new CommandLine({ http: { listen: `${LOOPBACK}:${port}` } });
    const stderr = await refusal(69, line.run("start"));
    other.close();
    expect(stderr).to.equal(
      `Another program listens on ${LOOPBACK}:${port} already: stop it, or choose another port with http.listen.\n`,
    );
  });

  it("reports what is wrong with the database's path; exits with 73 if it can't be created", async () => {
    line = new CommandLine({ http: { listen: `${LOOPBACK}:0` } });
    const noFolder = await line.run("start", "--storage.path", "none/qtalk.db");
    expect(noFolder.stderr).to.match(
      /^The folder none of the database doesn't exist: as root, run: install -d -o .*storage\.path\.\n$/,
    );
    expect(noFolder.code).to.equal(73);
    const folder = await line.run("start", "--storage.path", ".");
    expect(folder.stderr).to.match(
      /^\. is a folder: name the database's file with storage.path, such as .*\n$/,
    );
    expect(folder.code).to.equal(73);
  });

  it("says that another component runs on the database: both would send what is queued; exits with 75", async () => {
    const other = await ComponentProcess.alone();
    line = new CommandLine({
      http: { listen: `${LOOPBACK}:0` },
      storage: { path: `${other.folder}/qtalk.db` },
    });
    const stderr = await refusal(75, line.run("start"));
    await other.stop();
    expect(stderr).to.match(
      /^Another qtalk-component runs on the database .*qtalk\.db: stop it, or set another /,
    );
  });

  it("says what is wrong with the command line; exits with 64", async () => {
    line = new CommandLine();
    const typo = await line.run("start", "--xmpp.pasword", "x");
    expect(typo.stderr).to.match(/unknown option '--xmpp\.pasword'\n\(Did you mean --xmpp\.password\?\)/);
    expect(typo.code).to.equal(64);
    expect((await line.run("begin")).code).to.equal(64);
  });
});

describe("start", () => {
  let component: ComponentProcess | undefined;
  let server: FaultServer;
  before(async () => (server = await FaultServer.start("conference.qtalk.test.org", "SECRET")));
  after(() => server.hideAway());
  beforeEach(() => server.heal());
  afterEach(() => component?.stop());

  const start = async (service = server.service): Promise<ComponentProcess> => {
    const access = { service, domain: server.domain, password: "SECRET" };
    const running = await ComponentProcess.start({
      access,
      hosts: HOSTS,
      config: { http: { confirm_timeout: 0.2 } },
    });
    component = running;
    await running.alive();
    return running;
  };
  const delivery = async (): Promise<string | null | undefined> =>
    (await component?.post("send_thirdmessage", MESSAGE))?.headers.get("x-qtalk-delivery");

  it("waits for a server that isn't there, says so, and takes calls meanwhile", async () => {
    const running = await start(`xmpp://${LOOPBACK}:${await freePort()}`);
    await running.until(() => running.log.includes("No link to"), "complaining");
    const reason = await (await running.get("/readyz"))?.text();
    expect(reason).to.match(
      /"ready":false,"reason":"no link to xmpp:\/\/127\.0\.0\.1:\d+: nothing listens on that port/,
    );
    expect(await delivery()).to.equal("queued");
    expect(await running.end("SIGTERM")).to.equal(0);
  });

  it("waits if the server refuses its secret, and names the lines to compare", async () => {
    server.faults.handshake = "not-authorized";
    const running = await start();
    await running.until(() => running.log.includes("in ejabberd.yml, under listen"), "complaining");
    expect(await (await running.get("/readyz"))?.text()).to.include("xmpp.password");
    server.heal();
  });

  it("logs lines of JSON; ends cleanly on SIGTERM and SIGINT, and loses nothing that the server hasn't got", async () => {
    const running = await start();
    await running.ready();
    const lines = running.log
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.map(({ message }) => message)).to.include(
      `Listening for callers on ${LOOPBACK}, port ${running.httpPort}; the database is ${running.folder}/qtalk.db`,
    );
    for (const line of lines) expect(line).to.have.all.keys("timestamp", "level", "message");

    server.faults.messagesToSelf = "swallow";
    server.faults.pings = "swallow";
    expect(await delivery(), "the ack request does not return").to.equal("queued");
    expect(await running.end("SIGINT")).to.equal(0);
    expect(running.log).to.include("SIGINT: stopping").and.include("Stopped.");

    server.heal();
    const before = server.routed.length;
    running.launch();
    await running.ready();
    await server.until("the stored message is sent", () => server.routed.length > before);
    expect(await running.end("SIGTERM")).to.equal(0);
  });

  it("refuses calls while it stops, and ends at once on a second signal", async () => {
    const running = await start();
    await running.ready();
    server.faults.messagesToSelf = "swallow";
    server.faults.pings = "swallow";
    expect(await delivery()).to.equal("queued");
    process.kill(running.pid, "SIGTERM");
    await running.until(() => running.log.includes("SIGTERM: stopping"), "stopping");
    const refused = await running.post("send_thirdmessage", MESSAGE);
    expect(refused.status).to.equal(503);
    expect(await running.end("SIGTERM")).to.equal(128 + 15);
  });
});

describe("health", () => {
  it("says whether the component is alive, and with --ready whether its link is up; exits with 0 or 69", async () => {
    const component = await ComponentProcess.alone();
    const address = `${LOOPBACK}:${component.httpPort}`;
    const line = new CommandLine({ http: { listen: address } });
    try {
      expect((await line.run("health")).code).to.equal(0);
      expect((await line.run("health", "--ready")).code).to.equal(69);
      await component.end("SIGTERM");
      const stderr = `No component answers at http://${address}/healthz.\n`;
      expect(await line.run("health")).to.include({ code: 69, stderr });
    } finally {
      await component.stop();
      line.remove();
    }
  });
});
