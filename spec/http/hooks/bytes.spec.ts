/** How many bytes of posts to hooks may arrive or be handled at a time, over all connections. */
import { connect, type Socket } from "node:net";
import { expect } from "chai";
import { PostBytes } from "../../../component/hooks/post-bytes.js";
import type { Accepted } from "../../../component/hooks/post.js";
import { Interface, type Seen } from "../../support/interface.js";
import { hook, hooksApi, SECRET } from "./parts.js";

const KILOBYTE = 1024;
const FULL = /of 204800 that all may have \(hooks\.posts_bytes\); nothing was sent, try again later/;

describe("The bytes of all posts to hooks", () => {
  let http: Interface;
  let sockets: Socket[];
  /** What posts that are handled wait for. */
  let handled: (accepted: Accepted) => void;
  let isHandled: boolean;

  beforeEach(async () => {
    sockets = [];
    isHandled = true;
    const limits = { rate: undefined, bodyBytes: 150 * KILOBYTE };
    const hooks = hooksApi({
      find: (id, secret) => (secret === SECRET ? hook({ id, name: id, limits }) : undefined),
      receive: () =>
        isHandled
          ? Promise.resolve({ id: "m1", delivery: "queued" })
          : new Promise((resolve) => (handled = resolve)),
      bytes: new PostBytes({ posts_bytes: 200 * KILOBYTE }),
    });
    http = await Interface.open({ hooks });
  });
  afterEach(async () => {
    leave();
    await http.close();
  });

  const leave = (): void => {
    for (const socket of sockets.splice(0)) socket.destroy();
  };
  /** Sends the beginning of a large post, and waits. */
  const begin = async (id: string, kilobytes: number): Promise<void> => {
    const socket = connect(http.port, "127.0.0.1");
    sockets.push(socket);
    const head = `POST /hooks/${id}/${SECRET} HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain`;
    const body = "x".repeat(kilobytes * KILOBYTE);
    await new Promise((done) =>
      socket.write(`${head}\r\nContent-Length: ${body.length + 1}\r\n\r\n${body}`, done),
    );
  };
  const post = (id: string, kilobytes: number): Promise<Seen> =>
    http.request(`/hooks/${id}/${SECRET}`, {
      method: "POST",
      body: "y".repeat(kilobytes * KILOBYTE),
      headers: { "content-type": "text/plain" },
    });
  /** Posts until one is answered so. */
  const until = async (status: number, id: string, kilobytes: number): Promise<Seen> => {
    for (;;) {
      const seen = await post(id, kilobytes);
      if (seen.status === status) return seen;
    }
  };

  it("are bounded: a further large post is to come later, a small one is taken", async () => {
    for (let count = 0; count < 4; count++) await begin(`a${count}`, 40);
    const { text, headers } = await until(503, "b", 100);
    expect(text).to.match(FULL);
    expect(headers.get("retry-after")).to.match(/^\d+$/);
    expect((await post("b", 10)).status).to.equal(200);
    leave();
    await until(200, "b", 100);
  });

  it("are shared by hooks: one can't take the room of all", async () => {
    for (let count = 0; count < 3; count++) await begin("a", 50);
    await until(503, "a", 60);
    expect((await post("b", 60)).status).to.equal(200);
  });

  it("count until a post is answered", async () => {
    isHandled = false;
    const first = post("a", 140);
    await until(503, "b", 100);
    handled({ id: "m1", delivery: "queued" });
    expect((await first).status).to.equal(200);
    isHandled = true;
    await until(200, "b", 100);
  });

  it("may be those of one large post", async () => {
    expect((await post("a", 149)).status).to.equal(200);
  });
});
