/** What slow, half-open and greedy clients can't do. */
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { expect } from "chai";
import { ANYBODY } from "../../scripts/lab/callers.js";
import { bearer, Interface, sha256 } from "../support/interface.js";

const runs = { send_notify: () => Promise.resolve({ delivery: "confirmed" } as const) };
const call = { from: "a", to: "b", category: "1", data: "x" };

const big = { ...call, data: "y".repeat(60_000) };

describe("Clients that misbehave", () => {
  let http: Interface;
  const sockets: Socket[] = [];

  const open = async (config: object): Promise<void> => {
    http = await Interface.open({ runs, config: { body_limit: 65_536, ...config } });
  };
  const leave = (): void => {
    for (const socket of sockets.splice(0)) socket.destroy();
  };
  afterEach(async () => {
    leave();
    await http.close();
  });
  /** Announces a body, sends the beginning of it, and waits. */
  const begin = async (sent: number, header = "X: y"): Promise<void> => {
    const socket = connect(http.port, "127.0.0.1");
    sockets.push(socket);
    const head = `POST /qtalk/send_notify HTTP/1.1\r\nHost: localhost\r\n${header}\r\nContent-Length: 60000`;
    await new Promise((done) => socket.write(`${head}\r\n\r\n${"x".repeat(sent)}`, done));
  };
  /** Posts large bodies until one is answered so. */
  const until = async (status: number, headers: Record<string, string> = {}): Promise<void> => {
    while ((await http.post("send_notify", big, headers)).status !== status);
  };

  it("can't fill the memory with bodies that never end: large ones are refused, small ones pass", async () => {
    await open({ bodies_limit: 70_000 });
    await begin(59_000);
    await until(503);
    const fair = { ...call, data: "y".repeat(15_000) };
    expect((await http.post("send_notify", fair)).status).to.equal(200);
    leave();
    await until(200);
  });

  it("can't take the room for large bodies from other callers", async () => {
    const callers = ["a", "b"].map((name) => ({ name, token_sha256: sha256(name), senders: ["*"] }));
    await open({ bodies_limit: 120_000, bodies_share: 65_536, callers });
    for (let i = 0; i < 3; i++) await begin(50_000, "Authorization: Bearer a");
    await until(503, bearer("a"));
    expect((await http.post("send_notify", big, bearer("b"))).status).to.equal(200);
    leave();
    await until(200, bearer("a"));
  });

  it("count by their caller if they are known by their address: all addresses of a caller are one", async () => {
    const callers = [
      { ...ANYBODY, addresses: ["192.0.2.1", "2001:db8:1:2::/64"] },
      { ...ANYBODY, name: "other", addresses: ["192.0.2.2"] },
    ];
    await open({ bodies_limit: 300_000, bodies_share: 65_536, proxies: ["127.0.0.1"], callers });
    for (let i = 0; i < 2; i++) await begin(50_000, "X-Forwarded-For: 192.0.2.1");
    await until(503, { "x-forwarded-for": "2001:db8:1:2::9" });
    const seen = await http.post("send_notify", big, { "x-forwarded-for": "192.0.2.2" });
    expect(seen.status).to.equal(200);
  });

  it("are refused if their bodies come too slowly, and their connection ends; others continue", async () => {
    const times = { head: 10_000, grace: 60, look: 20 };
    http = await Interface.open({ runs, config: { least_rate: 1024 }, times });
    const body = JSON.stringify({ ...call, data: "y".repeat(60_000) });
    const steady = connect(http.port, "127.0.0.1");
    sockets.push(steady);
    const head = "POST /qtalk/send_notify HTTP/1.1\r\nHost: localhost\r\n";
    steady.write(`${head}Content-Length: ${body.length}\r\n\r\n${body.slice(0, 50_000)}`);
    const cut = await http.raw(`${head}Content-Length: 500\r\n\r\n{`);
    expect(cut)
      .to.match(/^HTTP\/1\.1 408 /)
      .and.match(/\r\nConnection: close\r\n/);
    expect(cut.split("\r\n\r\n")[1]).to.equal(
      '{"ret":false,"errcode":1,"errmsg":"the request\'s body arrived too slowly (http.least_rate); nothing was accepted","data":""}',
    );
    steady.write(body.slice(50_000));
    const [answer] = (await once(steady, "data")) as [Buffer];
    expect(String(answer)).to.match(/^HTTP\/1\.1 200 /);
  });

  it("may send small chunks, but not a large body in single bytes", async () => {
    await open({});
    const head =
      "POST /qtalk/send_notify HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n";
    const inBytes = (text: string): string => `${text.replace(/[^]/g, "1\r\n$&\r\n")}0\r\n\r\n`;
    const short = await http.raw(head + inBytes(JSON.stringify({ ...call, data: "y".repeat(10_000) })));
    expect(short)
      .to.match(/^HTTP\/1\.1 200 /)
      .and.contain('"ret":true');
    const long = await http.raw(head + inBytes(JSON.stringify({ ...call, data: "y".repeat(40_000) })));
    expect(long).to.contain("in more than 20000 chunks of less than 512 bytes");
  });

  it("have a while in which their pace doesn't count", async () => {
    const times = { head: 10_000, grace: 60_000, look: 5 };
    http = await Interface.open({ runs, config: { least_rate: 1024 }, times });
    const body = JSON.stringify(call);
    const slowly = connect(http.port, "127.0.0.1");
    sockets.push(slowly);
    const head = "POST /qtalk/send_notify HTTP/1.1\r\nHost: localhost\r\n";
    slowly.write(`${head}Content-Length: ${body.length}\r\n\r\n{`);
    const answer = once(slowly, "data");
    await new Promise((resolve) => setTimeout(resolve, 100));
    slowly.write(body.slice(1));
    expect(String((await answer)[0])).to.match(/^HTTP\/1\.1 200 /);
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
