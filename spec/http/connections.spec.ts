/** Idle connections, and callers that need one. */
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { expect } from "chai";
import { Interface, type InterfaceOptions } from "../support/interface.js";
import { RunningCall } from "./talk.js";

const GET = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";

describe("Connections without end", () => {
  let http: Interface;
  const sockets: Socket[] = [];
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    await http.close();
  });

  const open = async (config: object = {}, more: InterfaceOptions = {}): Promise<void> => {
    http = await Interface.open({ ...more, config });
  };
  /** A connection that the server has taken. */
  const idle = async (localAddress = "127.0.0.1"): Promise<Socket> => {
    const socket = connect({ port: http.port, host: "127.0.0.1", localAddress });
    socket.on("error", () => undefined);
    sockets.push(socket);
    await once(socket, "connect");
    return socket;
  };
  const ask = async (socket: Socket): Promise<string> => {
    socket.write(GET);
    const [answer] = (await once(socket, "data")) as [Buffer];
    return String(answer).slice(9, 12);
  };

  it("exclude no caller: the oldest connection without a request is closed", async () => {
    await open({ max_connections: 5 });
    const all = [];
    for (let i = 0; i < 5; i++) all.push(await idle());
    const gone = Promise.all(all.slice(0, 3).map((socket) => once(socket, "close")));
    for (let i = 0; i < 3; i++) await idle();
    await gone;
    expect((await http.request("/healthz")).status).to.equal(200);
  });

  it("of one address are bounded, and what is kept for the next call stays longest", async () => {
    await open({ connections_per_address: 3 });
    const pooled = await idle();
    expect(await ask(pooled)).to.equal("200");
    const [first, second] = [await idle(), await idle()];
    const firstGone = once(first, "close");
    const third = await idle();
    await firstGone;
    const secondGone = once(second, "close");
    expect(await ask(third)).to.equal("200");
    await idle();
    await secondGone;
    expect(await ask(pooled)).to.equal("200");
    const thirdGone = once(third, "close");
    expect(await ask(await idle())).to.equal("200");
    await idle();
    await thirdGone;
    expect(await ask(pooled)).to.equal("200");
  });

  it("of one address count only while they are open", async () => {
    await open({ connections_per_address: 1 });
    for (let i = 0; i < 3; i++) {
      const socket = await idle();
      expect(await ask(socket)).to.equal("200");
      const closed = once(socket, "close");
      socket.end();
      await closed;
    }
  });

  it("are closed at the address that has most of them: others keep theirs", async () => {
    await open({ max_connections: 4 });
    const few = await idle("127.0.0.2");
    const many = [await idle(), await idle(), await idle()];
    const gone = once(many[0]!, "close");
    expect(await ask(await idle("127.0.0.3"))).to.equal("200");
    await gone;
    expect(await ask(few)).to.equal("200");
  });

  it("never cost anybody a call that runs", async () => {
    const call = new RunningCall();
    await open({ connections_per_address: 1 }, call);
    const running = http.post("send_thirdmessage", { from: "a", to: "b", message: "c" });
    await call.begun;
    await once(await idle(), "close");
    call.end();
    expect((await running).status).to.equal(200);
  });

  it("may come through a trusted proxy, which calls for many", async () => {
    await open({ connections_per_address: 1, proxies: ["127.0.0.1"] });
    const [one, two] = [await idle(), await idle()];
    expect(await ask(one)).to.equal("200");
    expect(await ask(two)).to.equal("200");
    expect(await ask(one)).to.equal("200");
  });

  it("are closed soon without a request, and stay open after one: pools use them again", async () => {
    await open({}, { times: { head: 2_000, grace: 10_000, look: 50 } });
    const pooled = await idle();
    expect(await ask(pooled)).to.equal("200");
    const silent = await idle();
    silent.resume();
    await once(silent, "close");
    expect(await ask(pooled)).to.equal("200");
  });

  it("aren't too slow if what they sent waits here, because this process had no time to read", async () => {
    await open({}, { times: { head: 60, grace: 10_000, look: 20 } });
    const late = await idle();
    late.write(GET);
    const answer = once(late, "data") as Promise<[Buffer]>;
    for (const end = performance.now() + 200; performance.now() < end;);
    expect(String((await answer)[0])).to.match(/^HTTP\/1\.1 200 /);
  });

  it("are told that the head of a later request is too slow, and closed", async () => {
    await open({}, { times: { head: 60, grace: 10_000, look: 20 } });
    const pooled = await idle();
    expect(await ask(pooled)).to.equal("200");
    // An empty line begins no request.
    pooled.write("\r\nGET");
    const [answer] = (await once(pooled, "data")) as [Buffer];
    expect(String(answer)).to.match(/^HTTP\/1\.1 408 /);
    await once(pooled, "close");
  });

  it("are answered if the head of a request has begun when the component stops", async () => {
    await open();
    http.server.isPassed = true;
    const [other, begun] = [await idle(), await idle()];
    expect(await ask(other)).to.equal("200");
    expect(await ask(begun)).to.equal("200");
    begun.write("GET /readyz HTTP/1.1\r\nHo");
    // Its bytes were read with these at the latest.
    expect(await ask(other)).to.equal("200");
    const drained = http.server.drain(60_000);
    begun.write("st: localhost\r\n\r\n");
    const [answer] = (await once(begun, "data")) as [Buffer];
    expect(String(answer))
      .to.match(/^HTTP\/1\.1 200 /)
      .and.match(/\r\nConnection: close\r\n/i);
    await drained;
  });
});
