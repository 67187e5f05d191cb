/** Delivering events to receivers of all kinds. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { pipeline, Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { expect } from "chai";
import { Webhook } from "standardwebhooks";
import {
  DeliveryRequests,
  type DeliveryResult,
} from "../../../../component/hooks/outgoing/delivery-requests.js";
import { SECRET } from "./parts.js";

const HERE = ["127.0.0.1"];

describe("Delivering an event", () => {
  let server: Server;
  let port: number;
  let answer: (request: IncomingMessage, response: ServerResponse) => void;
  let seen: { headers: IncomingMessage["headers"]; body: string; url: string | undefined }[];
  let clients: DeliveryRequests[];

  beforeEach(async () => {
    seen = [];
    clients = [];
    answer = (_request, response) => response.end();
    server = createServer((request, response) => {
      void text(request).then((body) => {
        seen.push({ headers: request.headers, body, url: request.url });
        answer(request, response);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    ({ port } = server.address() as AddressInfo);
  });
  afterEach(() => {
    for (const client of clients) client.close();
    server.closeAllConnections();
    server.close();
  });

  const clientAt = (host: string, inner = HERE, patience?: number): DeliveryRequests => {
    const url = `http://${host}:${port}/told?token=t0ken`;
    const client = new DeliveryRequests({ url, secret: SECRET, inner }, patience);
    clients.push(client);
    return client;
  };
  it("to a URL that can't be used is a failed try", async () => {
    const url = `http://bot:50%off@127.0.0.1:${port}/`;
    const client = new DeliveryRequests({ url, secret: SECRET, inner: HERE });
    clients.push(client);
    expect(await client.post({ id: "e1", body: "{}" })).to.include({ isDelivered: false });
    expect(seen).to.deep.equal([]);
  });

  const EVENT = { id: "e1", body: '{"text":"é"}' };
  const post = (host = "127.0.0.1", inner?: string[], patience?: number): Promise<DeliveryResult> =>
    clientAt(host, inner, patience).post(EVENT);
  const reasonOf = (outcome: DeliveryResult): string => (outcome.isDelivered ? "taken" : outcome.reason);

  it("signs it by Standard Webhooks, and returns the response", async () => {
    answer = (_request, response) => response.end('{"text":"hi"}');
    expect(await post()).to.deep.equal({ isDelivered: true, status: 200, answer: '{"text":"hi"}' });
    const [{ headers, body, url }] = seen as [(typeof seen)[0]];
    expect(url).to.equal("/told?token=t0ken");
    expect(headers).to.include({ "webhook-id": "e1", "content-type": "application/json" });
    const given = headers as Record<string, string>;
    expect(new Webhook(SECRET).verify(body, given)).to.deep.equal({ text: "é" });
    expect(() => new Webhook(SECRET).verify(`${body} `, given)).to.throw();
  });

  it("reuses the connection, and opens another if it was closed", async () => {
    const sockets = new Set<Socket>();
    answer = ({ socket }, response) => {
      sockets.add(socket);
      response.end();
    };
    const client = clientAt("localhost");
    await client.post(EVENT);
    await client.post(EVENT);
    expect(sockets.size).to.equal(1);
    for (const socket of sockets) socket.resetAndDestroy();
    expect((await client.post(EVENT)).isDelivered).to.equal(true);
    expect(sockets.size).to.equal(2);
  });

  it("sends user name and password of the URL by basic authentication", async () => {
    await post("us%40er:p%3Aw@127.0.0.1");
    expect(seen[0]?.headers.authorization).to.equal(`Basic ${Buffer.from("us@er:p:w").toString("base64")}`);
  });

  it("fails for other statuses, with the receiver's Retry-After", async () => {
    answer = (_request, response) => response.writeHead(503, { "retry-after": "120" }).end();
    expect(await post()).to.deep.include({ reason: "HTTP 503", retryAfter: 120_000, isGone: false });
    answer = (_request, response) => response.writeHead(410).end();
    expect(await post()).to.deep.include({ reason: "HTTP 410", isGone: true, retryAfter: undefined });
  });

  it("follows no redirect", async () => {
    const location = `http://127.0.0.1:${port}/inner`;
    answer = ({ url }, response) => response.writeHead(url === "/inner" ? 200 : 307, { location }).end();
    expect(reasonOf(await post())).to.equal("HTTP 307; redirects are not followed");
    expect(seen).to.have.length(1);
  });

  it("isn't sent to internal addresses, or names that resolve to them", async () => {
    expect(reasonOf(await post("127.0.0.1", []))).to.match(/^127.0.0.1 is at 127.0.0.1, an inner address/);
    expect(reasonOf(await post("localhost", ["10.0.0.0/8"]))).to.match(
      /^localhost is at (127|::1)\S*, an inner/,
    );
    expect(seen).to.have.length(0);
  });

  it("uses no connection of another hook, which may reach what isn't open to this one", async () => {
    expect(reasonOf(await post("localhost"))).to.equal("taken");
    expect(reasonOf(await post("localhost", []))).to.match(/^localhost is at/);
    expect(seen).to.have.length(1);
  });

  it("reads at most 64 KiB of a response", async () => {
    let written = 0;
    const ended = new Promise((resolve) => {
      answer = (_request, response) => {
        response.on("close", resolve);
        const pieces = function* (): Generator<Buffer> {
          for (; written < 10 * 1024 ** 2; written += 64 * 1024) yield Buffer.alloc(64 * 1024, "x");
        };
        pipeline(Readable.from(pieces()), response, () => undefined);
      };
    });
    expect(await post()).to.deep.equal({ isDelivered: true, status: 200, answer: undefined });
    await ended;
    expect(written).to.be.below(10 * 1024 ** 2);
  });

  it("ends if there is no response in time, or only a slow one", async () => {
    answer = () => undefined;
    expect(reasonOf(await post("127.0.0.1", HERE, 50))).to.equal("no response within 0.05 s");
    const drops: NodeJS.Timeout[] = [];
    answer = (_request, response) => drops.push(setInterval(() => response.write("x"), 10));
    expect(reasonOf(await post("127.0.0.1", HERE, 80))).to.equal("no response within 0.08 s");
    drops.forEach(clearInterval);
  });

  it("starts nothing after it is closed", async () => {
    const INTERRUPTED = "interrupted: the component is stopping, or the hook was changed";
    const client = clientAt("127.0.0.1");
    client.close();
    expect(reasonOf(await client.post(EVENT))).to.equal(INTERRUPTED);
    const another = clientAt("127.0.0.1");
    const begun = another.post(EVENT);
    another.close();
    expect(reasonOf(await begun), "closed before it was connected").to.equal(INTERRUPTED);
    expect(seen).to.have.length(0);
  });

  it("gives the reason of a failure without the URL", async () => {
    answer = ({ socket }) => socket.destroy();
    expect(reasonOf(await post())).to.equal("the connection was closed without a response");
    answer = ({ socket }) => socket.end("nonsense\r\n\r\n");
    expect(reasonOf(await post())).to.match(/^the request failed \(HPE_\w+\)$/);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    expect(reasonOf(await post())).to.equal("nothing listens there");
  });

  it("fails if the receiver sends interim responses without end, and takes a few", async () => {
    const interims = (count: number) => (_request: IncomingMessage, response: ServerResponse) => {
      for (let sent = 0; sent < count; sent++) response.writeProcessing();
      if (count < 100) response.end();
    };
    answer = interims(3);
    expect(reasonOf(await post())).to.equal("taken");
    answer = interims(1_000);
    expect(reasonOf(await post())).to.contain("more than 10 interim responses");
  });
});
