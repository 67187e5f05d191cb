/** The monitor that service.ping_url names: when it is asked, and what its failures lead to. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { serviceConfig } from "../../../component/config.js";
import { Metrics } from "../../../component/metrics.js";
import { PING_METRIC, ServicePing } from "../../../component/service/service-ping.js";
import type { Readiness } from "../../../component/service/readiness.js";
import { ConfigFaults } from "../../../scripts/config/faults.js";
import { parseConfig } from "../../../scripts/config/config.js";
import { servicePing } from "../../../scripts/doctor/service-ping.js";
import { LogLines } from "../../support/log-lines.js";
import { TestClock } from "../../support/test-clock.js";

const MINUTE = 60_000;
const DOWN: Readiness = { ready: false, reason: "the link is down" };

describe("The monitor of service.ping_url", () => {
  let server: Server;
  let url: string;
  let clock: TestClock;
  let lines: LogLines;
  let metrics: Metrics;
  let ready: Readiness;
  let ping: ServicePing;
  /** What the monitor was asked. */
  let asked: string[];
  /** The status of its answers; undefined: it answers nothing. */
  let status: number | undefined;

  beforeEach(async () => {
    clock = new TestClock();
    lines = new LogLines();
    metrics = new Metrics();
    ready = { ready: true };
    asked = [];
    status = 200;
    server = createServer((request, response) => {
      asked.push(`${request.method ?? ""} ${request.url ?? ""}`);
      if (status !== undefined) response.writeHead(status, { location: "/elsewhere" }).end("OK");
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/push/unsaid?status=up`;
    start();
  });
  afterEach(() => {
    ping.stop();
    server.closeAllConnections();
    server.close();
  });

  function start(timeout?: number): void {
    ping = new ServicePing(url, { readiness: () => ready, clock, metrics, log: lines.logger }, timeout);
    ping.start();
  }
  const counts = async (): Promise<Record<string, number>> => {
    const { values } = await metrics.servicePings.get();
    return Object.fromEntries(values.map(({ labels, value }) => [String(labels.result), value]));
  };
  /** Lets time pass until so many requests have been answered or have failed. */
  const passes = async (ms: number, total: number): Promise<void> => {
    await clock.pass(ms);
    const sum = async (): Promise<number> =>
      Object.values(await counts()).reduce((one, other) => one + other, 0);
    while ((await sum()) < total) await new Promise(setImmediate);
    await clock.pass(0);
  };
  const said = (): string[] => lines.lines.map(({ level, message }) => `${level}: ${message}`);

  it("is asked at once, and each minute, and not while the link is down", async () => {
    await passes(1, 1);
    expect(asked).to.deep.equal(["GET /push/unsaid?status=up"]);
    await passes(MINUTE, 2);
    ready = DOWN;
    await clock.pass(10 * MINUTE);
    expect(asked).to.have.length(2);
    ready = { ready: true };
    await passes(5_000, 3);
    expect(await counts()).to.deep.equal({ answered: 3 });
    expect(said()).to.deep.equal([]);
  });

  it("isn't asked any more once the component stops", async () => {
    await passes(1, 1);
    ping.stop();
    await clock.pass(10 * MINUTE);
    expect(asked).to.have.length(1);
  });

  it("that fails is said once, without its URL, and counted, and so is that it answers again", async () => {
    status = 302;
    await passes(1, 1);
    status = 500;
    await passes(MINUTE, 2);
    expect(await metrics.registry.getSingleMetricAsString(PING_METRIC)).to.match(/ 0$/m);
    status = 204;
    await passes(MINUTE, 3);
    expect(await counts()).to.deep.equal({ failed: 2, answered: 1 });
    expect(said()).to.deep.equal([
      "warn: service.ping_url fails: HTTP 302; redirects are not followed. Its monitor will take the component for dead; it is asked again each minute",
      "info: service.ping_url answers again",
    ]);
    expect(JSON.stringify(lines.lines)).to.not.contain("unsaid");
    expect(asked).to.deep.equal(Array<string>(3).fill("GET /push/unsaid?status=up"));
  });

  it("that never answers is asked again only after a timeout", async () => {
    ping.stop();
    [metrics, status] = [new Metrics(), undefined];
    start(50);
    await clock.pass(1);
    await clock.pass(10 * MINUTE);
    while (asked.length < 1) await new Promise(setImmediate);
    expect(asked).to.have.length(1);
    await passes(0, 1);
    expect(said().join()).to.contain("no response within 0.05 s");
    expect(await counts()).to.deep.equal({ failed: 1 });
  });

  it("is checked by doctor, which doesn't ask it", async () => {
    const found = async (answered?: boolean): Promise<string[]> =>
      (await servicePing({ service: { ping_url: url } }, answered)).map(
        ({ state, text }) => `${state}: ${text}`,
      );
    expect(await servicePing({ service: {} }, undefined)).to.deep.equal([]);
    expect(await found()).to.deep.equal([
      "fine: service.ping_url can be reached; the component asks it each minute while it is ready",
    ]);
    expect(await found(true)).to.deep.equal(["fine: service.ping_url answers the component"]);
    expect(await found(false)).to.deep.equal([
      "doubtful: service.ping_url didn't answer the component's last request",
    ]);
    server.close();
    expect(await found(false)).to.deep.equal([
      "doubtful: service.ping_url can't be reached: nothing listens on that port",
    ]);
    expect(asked).to.deep.equal([]);
  });

  it("must be an http or https URL, which no error shows", () => {
    expect(serviceConfig.parse({ ping_url: url })).to.deep.equal({ ping_url: url });
    for (const wrong of [
      "hc.test/unsaid",
      "ftp://hc.test/unsaid",
      "http://unsaid%@hc.test/",
      "http://[/unsaid",
    ])
      try {
        parseConfig({
          xmpp: { domain: "c.test", password: "x", hosts: ["x.test"] },
          service: { ping_url: wrong },
        });
        expect.fail(`${wrong} was taken`);
      } catch (error) {
        expect(error).to.be.instanceOf(ConfigFaults);
        const { message } = error as ConfigFaults;
        expect(message).to.contain("service.ping_url must be an http or https URL").and.not.contain("unsaid");
      }
  });
});
