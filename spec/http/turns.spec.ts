/** Clients that send many requests at once, or don't read the responses, and other clients meanwhile. */
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { expect } from "chai";
import { Interface, sha256, type InterfaceOptions } from "../support/interface.js";

const requestOf = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`;
const CALL = JSON.stringify({ from: "a", to: "b", message: "c" });
const POST =
  "POST /qtalk/send_thirdmessage HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n" +
  `Content-Length: ${CALL.length}\r\n\r\n${CALL}`;

/** A connection, and the statuses of its responses. */
class Client {
  readonly socket: Socket;
  statuses: string[] = [];
  #unread = "";

  constructor({ port }: Interface) {
    this.socket = connect(port, "127.0.0.1");
    this.socket.on("error", () => undefined);
  }

  reads(): this {
    this.socket.setEncoding("latin1").on("data", (text: string) => {
      this.#unread += text;
      const heads = this.#unread.split("HTTP/1.1 ");
      this.#unread = heads.pop() ?? "";
      this.statuses.push(...heads.slice(1).map((head) => head.slice(0, 3)));
      this.#unread = this.#unread === "" ? "" : `HTTP/1.1 ${this.#unread}`;
    });
    return this;
  }

  async answered(): Promise<void> {
    this.socket.write(requestOf("/healthz"));
    await once(this.socket, "data");
  }
}

describe("Many requests at once on a connection", () => {
  let http: Interface;
  const clients: Client[] = [];
  const open = async (options: InterfaceOptions = {}): Promise<void> => {
    http = await Interface.open(options);
  };
  const client = (): Client => {
    const made = new Client(http);
    clients.push(made);
    return made;
  };
  afterEach(async () => {
    for (const { socket } of clients.splice(0)) socket.destroy();
    await http.close();
  });

  it("are answered in order", async () => {
    await open();
    const { socket } = client();
    const paths = Array.from({ length: 100 }, (_, i) => (i % 3 === 0 ? "/nothing" : "/healthz"));
    socket.write(paths.map(requestOf).join(""));
    let text = "";
    const statuses = (): string[] => [...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status!);
    while (statuses().length < paths.length) {
      const [chunk] = (await once(socket, "data")) as [Buffer];
      text += chunk.toString();
    }
    expect(statuses()).to.deep.equal(paths.map((path) => (path === "/healthz" ? "200" : "404")));
  });

  it("are served one at a time", async () => {
    let begun = 0;
    const ends: (() => void)[] = [];
    const run = (): Promise<{ delivery: "confirmed" }> => {
      begun += 1;
      return new Promise((resolve) => ends.push(() => resolve({ delivery: "confirmed" })));
    };
    await open({ runs: { send_thirdmessage: run } });
    const { socket } = client();
    socket.write(POST.repeat(500));
    while (begun === 0) await client().answered();
    for (let i = 0; i < 5; i += 1) await client().answered();
    expect(begun).to.equal(1);
    ends[0]?.();
    await once(socket, "data");
    while (begun === 1) await client().answered();
    expect(begun).to.equal(2);
  });

  it("don't delay other connections: each has its turn", async () => {
    await open();
    const [flood, call] = [client(), client().reads()];
    let bytes = 0;
    flood.socket.on("data", (chunk: Buffer) => (bytes += chunk.length));
    flood.socket.write(requestOf("/healthz").repeat(20_000));
    while (bytes === 0) await once(flood.socket, "data");
    const each = bytes;
    await call.answered();
    expect(bytes / 150, `after ${each} bytes`).to.be.below(5_000);
  });

  it("are answered at a limited rate if they have no right, without delaying others", async () => {
    await open({ config: { callers: [{ name: "known", token_sha256: sha256("t") }] } });
    const flood = client().reads();
    const began = performance.now();
    flood.socket.write(POST.repeat(2_000) + requestOf("/healthz"));
    await once(flood.socket, "data");
    await client().answered();
    expect(flood.statuses.length).to.be.below(1_800);
    while (flood.statuses.length < 2_000) await once(flood.socket, "data");
    // A thousand a second, after the first 200.
    expect(performance.now() - began).to.be.above(1_500);
  });

  it("wait in the client's memory, not in the server's, if the client doesn't read", async () => {
    await open();
    const { socket } = client();
    const size = 40_000_000;
    socket.pause().write(requestOf("/openapi.json").repeat(size / requestOf("/openapi.json").length));
    for (let i = 0; i < 10; i += 1) await client().answered();
    expect(socket.writableLength).to.be.above(size / 2);
  });

  it("end with the connection if the client doesn't read the response in time", async () => {
    await open({ times: { look: 10, unread: 50 } });
    const { socket } = client();
    socket.pause().write(requestOf("/openapi.json").repeat(1_000));
    // A paused client notices the end only when it writes.
    while (!socket.destroyed) {
      socket.write(requestOf("/healthz"));
      await client().answered();
    }
  });
});
