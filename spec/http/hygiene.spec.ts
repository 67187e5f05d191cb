/** What slow, half-open and greedy clients can't do. */
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { expect } from "chai";
import { Interface } from "../support/interface.js";

const operations = { sendNotify: () => Promise.resolve({ delivery: "confirmed" } as const) };
const call = { from: "a", to: "b", category: "1", data: "x" };

/** A client that announces a body, sends the beginning of it, and waits. */
function slow(port: number, sent: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.write(`POST /qtalk/send_notify HTTP/1.1\r\nHost: localhost\r\nContent-Length: 60000\r\n\r\n`);
      socket.write("x".repeat(sent), () => resolve(socket));
    });
    socket.on("error", reject);
  });
}

describe("Clients that misbehave", () => {
  let http: Interface;
  const sockets: Socket[] = [];

  async function open(config: object): Promise<void> {
    http = await Interface.open({ operations, config });
  }
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    await http.close();
  });

  it("can't fill the memory with bodies that never end: others are told to come back", async () => {
    await open({ body_limit: 65_536, bodies_limit: 100_000 });
    const idle = await Promise.all([slow(http.port, 50_000), slow(http.port, 49_000)]);
    sockets.push(...idle);
    const big = { ...call, data: "y".repeat(5_000) };
    let status = 200;
    for (let i = 0; i < 100 && status === 200; i++) status = (await http.post("send_notify", big)).status;
    expect(status).to.equal(503);
    expect((await http.post("send_notify", call)).status).to.equal(200);
    for (const socket of idle) {
      socket.destroy();
      await once(socket, "close");
    }
    while (status !== 200) status = (await http.post("send_notify", big)).status;
  });

  it("can't open connections without end", async () => {
    await open({ max_connections: 5 });
    const closed: Promise<unknown>[] = [];
    for (let i = 0; i < 8; i++) {
      const socket = connect(http.port, "127.0.0.1");
      socket.on("error", () => undefined);
      sockets.push(socket);
      closed.push(once(socket, "close"));
    }
    await Promise.any(closed);
  });

  it("learn nothing of what the server is made of", async () => {
    await open({});
    for (const path of ["/", "/healthz", "/qtalk/none", "/docs", "/%ff", "/qtalk/%00"]) {
      const { headers, text } = await http.request(path);
      expect(headers.get("x-powered-by"), path).to.equal(null);
      expect(text, path).not.to.match(/node_modules|at .*\.js:/);
    }
  });

  it("are cut off when they send what is no HTTP, or heads without end", async () => {
    await open({});
    expect(await http.raw("nonsense\r\n\r\n")).to.match(/^HTTP\/1\.1 400 /);
    expect(await http.raw(`GET / HTTP/1.1\r\nHost: localhost\r\nX: ${"y".repeat(20_000)}\r\n\r\n`)).to.match(
      / 431 /,
    );
  });
});
