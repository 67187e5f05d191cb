/** Delivering events to receivers of all kinds. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { Webhook } from "standardwebhooks";
import {
  DeliveryRequests,
  type DeliveryResult,
} from "../../../../component/hooks/outgoing/delivery-requests.js";
import { SECRET } from "./parts.js";

describe("Delivering an event", () => {
  let server: Server;
  let answer: (request: IncomingMessage, response: ServerResponse, body: string) => void;
  let seen: { headers: IncomingMessage["headers"]; body: string; url: string | undefined }[];
  let posters: DeliveryRequests[];

  beforeEach(async () => {
    seen = [];
    posters = [];
    answer = (_request, response) => response.end();
    server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const body = Buffer.concat(chunks).toString();
        seen.push({ headers: request.headers, body, url: request.url });
        answer(request, response, body);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });
  afterEach(() => {
    for (const poster of posters) poster.close();
    server.closeAllConnections();
    server.close();
  });

  const posterAt = (host: string, inner = ["127.0.0.1"], patience?: number): DeliveryRequests => {
    const { port } = server.address() as AddressInfo;
    const url = `http://${host}:${port}/told?token=t0ken`;
    const poster = new DeliveryRequests({ url, secret: SECRET, inner }, patience);
    posters.push(poster);
    return poster;
  };
  const post = (host = "127.0.0.1", inner?: string[], patience?: number): Promise<DeliveryResult> =>
    posterAt(host, inner, patience).post({ id: "e1", body: '{"text":"é"}' });
  const reasonOf = (outcome: DeliveryResult): string => (outcome.isDelivered ? "taken" : outcome.reason);

  it("signs it by Standard Webhooks, and returns the response", async () => {
    answer = (_request, response) => response.end('{"text":"hi"}');
    expect(await post()).to.deep.equal({ isDelivered: true, status: 200, answer: '{"text":"hi"}' });
    const [{ headers, body, url }] = seen as [(typeof seen)[0]];
    expect([headers["webhook-id"], headers["content-type"], url]).to.deep.equal([
      ...["e1", "application/json", "/told?token=t0ken"],
    ]);
    const given = headers as Record<string, string>;
    expect(new Webhook(SECRET).verify(body, given)).to.deep.equal({ text: "é" });
    expect(() => new Webhook(SECRET).verify(`${body} `, given)).to.throw();
  });

  it("reuses the connection, and opens another if it was closed", async () => {
    const sockets = new Set<unknown>();
    answer = ({ socket }, response) => {
      sockets.add(socket);
      response.end();
    };
    const poster = posterAt("localhost");
    const one = (): Promise<DeliveryResult> => poster.post({ id: "e", body: "{}" });
    await one();
    await one();
    expect(sockets.size).to.equal(1);
    for (const socket of sockets) (socket as { resetAndDestroy(): void }).resetAndDestroy();
    expect((await one()).isDelivered).to.equal(true);
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
    const { port } = server.address() as AddressInfo;
    answer = ({ url }, response) =>
      url === "/inner"
        ? response.end("inside")
        : response.writeHead(307, { location: `http://127.0.0.1:${port}/inner` }).end();
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

  it("reads at most 64 KiB of a response", async () => {
    answer = (_request, response) => {
      const piece = Buffer.alloc(64 * 1024, "x");
      const more = (): void => {
        while (!response.destroyed && written < 10 * 1024 ** 2) {
          written += piece.length;
          if (!response.write(piece)) return;
        }
        response.end();
      };
      let written = 0;
      response.on("drain", more);
      more();
      response.on("close", () => (ended = written));
    };
    let ended = -1;
    expect(await post()).to.deep.equal({ isDelivered: true, status: 200, answer: undefined });
    while (ended < 0) await new Promise(setImmediate);
    expect(ended).to.be.below(10 * 1024 ** 2);
  });

  it("ends if there is no response in time, or only a slow one", async () => {
    answer = () => undefined;
    expect(reasonOf(await post("127.0.0.1", ["127.0.0.1"], 50))).to.equal("no response within 0.05 s");
    const drops: NodeJS.Timeout[] = [];
    answer = (_request, response) => drops.push(setInterval(() => response.write("x"), 10));
    expect(reasonOf(await post("127.0.0.1", ["127.0.0.1"], 80))).to.equal("no response within 0.08 s");
    drops.forEach(clearInterval);
  });

  it("starts nothing after it is closed", async () => {
    const poster = posterAt("127.0.0.1");
    poster.close();
    expect(reasonOf(await poster.post({ id: "e", body: "{}" }))).to.equal("the component is stopping");
    expect(seen).to.have.length(0);
  });

  it("gives the reason of a failure without the URL", async () => {
    answer = ({ socket }) => socket.destroy();
    expect(reasonOf(await post())).to.equal("the connection was closed without a response");
    answer = ({ socket }) => socket.end("nonsense\r\n\r\n");
    expect(reasonOf(await post())).to.match(/^the request failed \(HPE_\w+\)$/);
    const { port } = server.address() as AddressInfo;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    const poster = new DeliveryRequests({
      url: `http://127.0.0.1:${port}/x`,
      secret: SECRET,
      inner: ["127.0.0.1"],
    });
    expect(reasonOf(await poster.post({ id: "e", body: "{}" }))).to.equal("nothing listens there");
  });
});
