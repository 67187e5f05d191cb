/** What benchmarks measure with: load, counters, the cost of processes. */
import { once } from "node:events";
import { createServer as createHttpServer } from "node:http";
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { expect } from "chai";
import { load } from "../../../scripts/bench/load.js";
import { cpuSeconds, residentMegabytes } from "../../../scripts/bench/processes.js";
import { Counter, writeAll } from "../../../scripts/lab/raw.js";

describe("What benchmarks measure with", () => {
  let server: Server;
  const sockets: Socket[] = [];
  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.destroy();
    server.close();
  });

  async function listening(created: Server): Promise<number> {
    server = created.listen(0, "127.0.0.1");
    await once(server, "listening");
    return (server.address() as AddressInfo).port;
  }

  function connected(port: number): Socket {
    const socket = connect(port, "127.0.0.1").setEncoding("latin1");
    sockets.push(socket);
    return socket;
  }

  describe("A load of requests", () => {
    const answer = (body: string) =>
      createHttpServer((request, response) => request.resume().once("end", () => response.end(body)));

    it("sends as many as were asked for, each with a body of its own, and tells how fast they were answered", async () => {
      const port = await listening(answer("yes"));
      const bodies = new Set<number>();
      const result = await load({
        ...{ port, path: "/", connections: 4, requests: 50 },
        body: (n) => String(bodies.add(n).size),
        check: (body) => expect(body).to.equal("yes"),
      });
      expect(bodies.size).to.equal(50);
      expect(result.requests).to.equal(50);
      expect(result.rate).to.be.greaterThan(0);
      expect(result.p99).to.be.at.least(result.p50);
    });

    it("fails with what an answer was instead", async () => {
      const port = await listening(answer("no"));
      const check = (body: string) => {
        throw new Error(`it answered ${body}`);
      };
      const failed = load({ ...{ port, path: "/", connections: 2, requests: 5, check }, body: () => "" });
      expect(await failed.catch((error: unknown) => String(error))).to.equal("Error: it answered no");
    });
  });

  describe("A counter of stanzas", () => {
    it("misses none that arrives in pieces, and counts none twice", async () => {
      let other: Socket | undefined;
      const port = await listening(createServer((socket) => (other = socket)));
      const socket = connected(port);
      await once(server, "connection");
      const counter = new Counter(socket, "</message>");
      for (const piece of ["<message></mess", "age><message></message><message><", "/message", "></messag"]) {
        other?.write(piece);
        await once(socket, "data");
      }
      await counter.reached(3);
      expect(counter.count).to.equal(3);
    });

    it("gets all that is written at once", async () => {
      const port = await listening(
        createServer((socket) => void writeAll(socket, Array(30_000).fill("<message/>") as string[])),
      );
      const socket = connected(port);
      const counter = new Counter(socket, "<message/>");
      await counter.reached(30_000);
    });
  });

  describe("The cost of a process", () => {
    it("is its CPU time and its memory, as it knows them itself", async () => {
      await listening(createServer());
      const { user, system } = process.cpuUsage();
      expect(cpuSeconds(process.pid)).to.be.closeTo((user + system) / 1e6, 0.1);
      expect(residentMegabytes(process.pid)).to.be.closeTo(process.memoryUsage().rss / 1e6, 5);
    });
  });
});
